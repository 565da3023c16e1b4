import * as z from 'zod/mini';
import { Claim, Excluded, Verified } from '../claim.ts';
import { Outcome } from '../gate.ts';
import { byLink, common, round, TaskRef } from './common.ts';

export const Opened = z.lazy(() =>
  z.object({
    ...common,
    ...round,
    type: z.literal('opened'),
    claim: Claim,
    verified: Verified,
    excluded: Excluded,
    /** Digest of everything asked, for telling a repeated opening from another one under the same key. */
    contentDigest: z.string(),
    tasks: z.array(TaskRef),
    /** `id` of the request this one replaces. */
    revisesId: z.optional(z.string()),
    /** Set where no one has to be asked (automatic approval, bypass): the opening settles the request. */
    outcome: z.optional(Outcome),
  }),
);

export const Joined = z.lazy(() =>
  z.object({ ...common, type: z.literal('joined'), tasks: z.array(TaskRef), verified: Verified }),
);

export const Left = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('left'),
    task: z.string(),
    reason: z.enum(['aborted', 'timed_out', 'failed', 'ended']),
    /** `cancelled` where the last task that held the request open is gone. */
    outcome: z.optional(Outcome),
  }),
);

export const RoundOpened = z.lazy(() =>
  z.object({
    ...common,
    ...round,
    type: z.literal('round_opened'),
    reason: z.string(),
    /** The stage it begins in: past those that the carried votes pass. */
    stage: z.int(),
    /** `seq` of each vote of the round before that still stands. */
    carried: z.array(z.int()),
    /** The version whose directory its gate was planned with. Left out by versions that did not keep it. */
    directory: z.optional(z.string()),
    /** The approver who edited what is to be done, where that is why; and what they changed, by JSON Pointer. */
    edited: z.optional(
      z.object({
        ...byLink,
        changed: z.array(z.string()),
      }),
    ),
  }),
);
