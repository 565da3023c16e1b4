import { approvedBy, type Request } from '../request.ts';
import { append, type Decision, entryTime, recorded, refused } from './decision.ts';
import { commentMissing, commentTooLong } from './said.ts';
import { type ByLink, deadLink, toldHowItEnded, whoHolds } from './seat.ts';
import { linkKeyOf, type Reached } from './vote.ts';

/** Take an approval back before it has taken effect: the request is rejected. */
export interface Withdraw extends ByLink {
  type: 'withdraw';
  commandId: string;
  comment?: string;
  reached: Reached;
}

export function decideWithdraw(request: Request, command: Withdraw, now: string): Decision {
  const commandId = `withdraw:${command.commandId}`;
  const before = request.commands.get(commandId);
  if (before) return recorded(before);
  const { link, comment } = command;
  const known = whoHolds(request, command);
  if (!known.ok) return { kind: 'refused', refusal: known.refusal };
  if (command.revoked) return refused('link_revoked');
  if (request.status === 'settled') return { kind: 'refused', refusal: toldHowItEnded(request) };
  if (request.status === 'pending')
    return refused('too_early', 'Others still have to answer, so there is no approval to take back yet.');
  const at = entryTime(request, now);
  const { seat } = known;
  const { person, address } = seat.approver;
  const dead = deadLink(request, seat, link, command.revoked, at);
  if (dead) return { kind: 'refused', refusal: dead };
  if (!approvedBy(request).includes(person))
    return refused('not_yours', 'Only those who approved this can take their approval back.');
  if (request.effectAt <= at)
    return refused('already_settled', 'The time of this approval has come, so it cannot be taken back any more.');
  const wordless = commentTooLong(comment) ?? commentMissing(seat.stage, comment, false);
  if (wordless) return { kind: 'refused', refusal: wordless };
  return append(
    request,
    {
      type: 'withdrawn',
      commandId,
      round: seat.round.round,
      person,
      by: address,
      ...(comment && { comment }),
      linkKey: linkKeyOf(link),
      ...command.reached,
      outcome: 'rejected',
    },
    now,
  );
}
