import { limits } from '../limits.ts';
import type { Request } from '../request.ts';
import { append, type Decision, entryTime, recorded, refused } from './decision.ts';
import { type ByLink, takeSeat } from './seat.ts';
import { linkKeyOf } from './vote.ts';

/** A remark by somebody who may decide, without deciding. */
export interface Comment extends ByLink {
  type: 'comment';
  commandId: string;
  comment: string;
}

export function decideComment(request: Request, command: Comment, now: string): Decision {
  // A page sends its comment and its vote under one id, and each has to be found again when it is repeated.
  const commandId = `comment:${command.commandId}`;
  const before = request.commands.get(commandId);
  if (before) return recorded(before);
  const seated = takeSeat(request, command, entryTime(request, now), true);
  if (!seated.ok) return { kind: 'refused', refusal: seated.refusal };
  if (!command.comment) return refused('invalid', 'There is no comment to record. Write one first.', 'comment');
  if (command.comment.length > limits.comment)
    return refused('too_large', `A comment has ${limits.comment} characters at most.`, 'comment');
  if (request.comments.length >= limits.comments || request.seq >= limits.entries)
    return refused('too_many', `This request has ${limits.comments} comments already. You can still decide.`);
  const { round, index, approver } = seated.seat;
  return append(
    request,
    {
      type: 'commented',
      commandId,
      round: round.round,
      stage: index,
      person: approver.person,
      by: approver.address,
      comment: command.comment,
      linkKey: linkKeyOf(command.link),
    },
    now,
  );
}
