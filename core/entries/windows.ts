import * as z from 'zod/mini';
import { common } from './common.ts';

/** Stakeholders of a maintenance window are told that it is coming. */
export const WindowAnnounced = z.lazy(() => z.object({ ...common, type: z.literal('window_announced') }));

/** A maintenance window lets a request through, which is opened right after. */
export const LetThrough = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('let_through'),
    /** `id` and title of the request. */
    request: z.string(),
    title: z.string(),
  }),
);

/** A maintenance window is over: its time has passed, or somebody has ended it before. */
export const WindowEnded = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('window_ended'),
    by: z.optional(z.string()),
    reason: z.optional(z.string()),
  }),
);
