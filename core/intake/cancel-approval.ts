import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import type { Refusal } from '../refusal.ts';
import { invalid } from './ask.ts';
import { problemsOf } from './problems.ts';
import { line, paragraphs } from './text.ts';

/** `Cancel Approval`: which request, by the caller's own key, and why. */
export const CancelApproval = z.strictObject(
  { requestId: line(limits.requestId), reason: paragraphs(limits.reason) },
  { error: 'must be an object with `requestId` and `reason`' },
);
export type CancelApproval = z.infer<typeof CancelApproval>;

/** The API's body where the path names the request. */
const CancelBody = z.strictObject({ reason: paragraphs(limits.reason) }, { error: 'must be an object with `reason`' });

/** The body of `POST /requests/{id}/links`: whose link, or everybody's, and why; `commandId` is the caller's, the same on a retry. */
const ReissueBody = z.strictObject(
  {
    person: z.optional(line(limits.name)),
    reason: z.optional(paragraphs(limits.reason)),
    commandId: z.optional(line(limits.requestId)),
  },
  { error: 'must be a JSON object' },
);

/** Reads the body of `POST /requests/{id}/links`. Refuses with `invalid`. */
export function parseReissueBody(input: unknown): z.infer<typeof ReissueBody> | Refusal {
  const read = ReissueBody.safeParse(input);
  return read.success ? read.data : invalid(problemsOf(read.error.issues, Object.keys(ReissueBody.shape)));
}

/** Reads a `Cancel Approval` event's detail. Refuses with `invalid`. */
export function parseCancel(input: unknown): CancelApproval | Refusal {
  const read = CancelApproval.safeParse(input);
  return read.success ? read.data : invalid(problemsOf(read.error.issues, Object.keys(CancelApproval.shape)));
}

/** Reads the body of `POST /requests/{id}/cancel`. Refuses with `invalid`. */
export function parseCancelBody(input: unknown): { reason: string } | Refusal {
  const read = CancelBody.safeParse(input);
  return read.success ? read.data : invalid(problemsOf(read.error.issues, ['reason']));
}
