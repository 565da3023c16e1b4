import * as z from 'zod/mini';
import { Verified } from '../claim.ts';
import { Outcome } from '../gate.ts';
import { common } from './common.ts';

export const Cancelled = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('cancelled'),
    by: z.string(),
    verified: Verified,
    reason: z.string(),
    outcome: z.literal('cancelled'),
  }),
);

export const Expired = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('expired'),
    round: z.int(),
    stage: z.int(),
    deadline: z.string(),
    outcome: z.literal('expired'),
  }),
);

/** A granted request's effect has come. */
export const TookEffect = z.lazy(() => z.object({ ...common, type: z.literal('took_effect'), outcome: Outcome }));
