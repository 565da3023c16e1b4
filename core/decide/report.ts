import { limits } from '../limits.ts';
import type { Request } from '../request.ts';
import { append, type Decision, recorded, refused } from './decision.ts';
import { commentTooLong } from './said.ts';
import { type ByLink, whoHolds } from './seat.ts';
import { linkKeyOf, type Reached } from './vote.ts';

/** Somebody who was asked says that the request should not be. That decides nothing, and may come after the decision. */
export interface Report extends ByLink {
  type: 'report';
  commandId: string;
  comment?: string;
  reached: Reached;
}

/** Once for each person: a second report is told of the first. */
export function decideReport(request: Request, command: Report, now: string): Decision {
  const known = whoHolds(request, command);
  if (!known.ok) return { kind: 'refused', refusal: known.refusal };
  const { round, index, approver } = known.seat;
  for (const entry of request.commands.values())
    if (entry.type === 'reported' && entry.person === approver.person) return recorded(entry);
  if (command.revoked) return refused('link_revoked');
  const long = commentTooLong(command.comment);
  if (long) return { kind: 'refused', refusal: long };
  if (request.seq >= limits.entries)
    return refused('too_many', 'This request has changed too often to be reported here.');
  return append(
    request,
    {
      type: 'reported',
      // A page sends whatever is done on it under one id, and each has to be found again when it is repeated.
      commandId: `report:${command.commandId}`,
      round: round.round,
      stage: index,
      person: approver.person,
      by: approver.address,
      ...(command.comment && { comment: command.comment }),
      linkKey: linkKeyOf(command.link),
      ...command.reached,
    },
    now,
  );
}
