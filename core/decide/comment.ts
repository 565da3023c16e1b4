import { limits } from '../limits.ts';
import type { Link } from '../link.ts';
import type { Request } from '../request.ts';
import { append, type Decision, entryTime, recorded, refused } from './decision.ts';
import { type FreshPerson, takeSeat } from './seat.ts';
import { linkKeyOf } from './vote.ts';

/** A remark by somebody who may decide, without deciding. */
export interface Comment {
  type: 'comment';
  commandId: string;
  link: Link;
  holder: FreshPerson | undefined;
  revoked: boolean;
  comment: string;
}

export function decideComment(request: Request, command: Comment, now: string): Decision {
  const before = request.commands.get(command.commandId);
  if (before?.type === 'commented') return recorded(before);
  const seated = takeSeat(request, command.link, command.holder, command.revoked, entryTime(request, now));
  if (!seated.ok && seated.refusal.code !== 'already_voted') return { kind: 'refused', refusal: seated.refusal };
  if (!command.comment) return refused('invalid', 'There is no comment to record. Write one first.', 'comment');
  if (request.comments.length >= limits.comments || request.seq >= limits.entries)
    return refused('too_many', `This request has ${limits.comments} comments already. You can still decide.`);
  const seat = request.round.gate.stages[command.link.stage]?.approvers.find(
    (a) => a.person === command.holder?.person,
  );
  if (!seat) return refused('not_eligible');
  return append(
    request,
    {
      type: 'commented',
      commandId: command.commandId,
      round: command.link.round,
      stage: command.link.stage,
      person: seat.person,
      by: seat.address,
      comment: command.comment,
      linkKey: linkKeyOf(command.link),
    },
    now,
  );
}
