import * as z from 'zod/mini';
import { common } from './common.ts';

export const LinksReissued = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('links_reissued'),
    /** Whose link, or everybody's of the round. */
    person: z.optional(z.string()),
    by: z.string(),
    reason: z.string(),
  }),
);

export const TaskAnswered = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('task_answered'),
    task: z.string(),
    /** `delivered`: it has the answer. `gone`: nothing is waiting there. `unknown`: AWS would not say which. */
    result: z.enum(['delivered', 'gone', 'superseded', 'unknown']),
  }),
);

/** People have left, and too few remain to meet the gate. */
export const FoundUnreachable = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('found_unreachable'),
    round: z.int(),
    /** Each unmet part, and why. */
    problems: z.array(z.string()),
  }),
);

/** A mail that could not be handed over. */
export const NotNotified = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('not_notified'),
    /** The mail's marker. */
    mail: z.string(),
    to: z.string(),
    channel: z.string(),
    reason: z.string(),
  }),
);

/** What this request makes necessary afterwards is under way: the review of an override, the validation of a window. */
export const ReviewOpened = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('review_opened'),
    /** `id` of the request that reviews it. */
    review: z.string(),
  }),
);
