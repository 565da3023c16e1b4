import * as z from 'zod/mini';
import { Outcome } from '../gate.ts';

const common = {
  /** `personLogId` of the person. */
  id: z.string(),
  /** Directory key, or the canonical address of somebody who is not in the directory. */
  person: z.string(),
  seq: z.int(),
  /** UTC, ISO 8601 with milliseconds. */
  at: z.string(),
  /** Hash of the entry before; null for the first. */
  prev: z.nullable(z.string()),
  commandId: z.string(),
};

/** They asked for an emergency override: written before the request itself, which may then be refused by its approvers. */
export const OverrideUsed = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('override_used'),
    /** `id` of the request. */
    request: z.string(),
    title: z.string(),
    justification: z.string(),
  }),
);

/** The override took effect, so it is to be reviewed. */
export const ReviewOwed = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('review_owed'),
    /** `id` of the request that was let through. */
    override: z.string(),
    /** `id` of the request that reviews it. */
    review: z.string(),
    /** ISO time from which on it is overdue. */
    due: z.string(),
  }),
);

export const ReviewDone = z.lazy(() =>
  z.object({ ...common, type: z.literal('review_done'), review: z.string(), outcome: Outcome }),
);

/** An entry of a person's log: what they did that outlives each single request. */
export const PersonEntry = z.lazy(() => z.discriminatedUnion('type', [OverrideUsed, ReviewOwed, ReviewDone]));
export type PersonEntry = z.infer<typeof PersonEntry>;

/** Is this stored item an entry of a person's log? Keys this version does not know stay: the hash covers them. */
export function isPersonEntry(item: unknown): item is PersonEntry {
  return PersonEntry.safeParse(item).success;
}
