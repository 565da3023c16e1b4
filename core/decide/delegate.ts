import { isExcluded } from '../four-eyes.ts';
import type { Approver } from '../gate.ts';
import { limits } from '../limits.ts';
import type { Request } from '../request.ts';
import { append, type Decision, entryTime, recorded, refused } from './decision.ts';
import { commentTooLong } from './said.ts';
import { type ByLink, type Seat, takeSeat } from './seat.ts';
import { linkKeyOf, type Reached } from './vote.ts';

/**
 * Hand a seat on to somebody else. That the stage's `delegateTo` names `to`, in person or by a group, is for whoever reads
 * the directory to see; everything else is decided here.
 */
export interface Delegate extends ByLink {
  type: 'delegate';
  commandId: string;
  /** Who is to decide instead, as the directory has them now; its `via` is not read. */
  to: Approver;
  /** Canonical forms of all their addresses. */
  toAddresses: string[];
  comment?: string;
  reached: Reached;
}

export function decideDelegate(request: Request, command: Delegate, now: string): Decision {
  // A page sends whatever is done on it under one id, and each has to be found again when it is repeated.
  const commandId = `delegate:${command.commandId}`;
  const { to, comment, link } = command;
  const before = request.commands.get(commandId);
  if (before?.type === 'delegated' && before.to.person === to.person) return recorded(before);
  const seated = takeSeat(request, command, entryTime(request, now));
  if (!seated.ok) return { kind: 'refused', refusal: seated.refusal };
  const { seat } = seated;
  const { approver, round } = seat;
  const via = [...(approver.via ?? []), approver.person];
  if (!seat.stage.delegateTo?.length) return refused('not_delegable');
  if (via.length > limits.handOns)
    return refused('too_many', `This seat has passed on ${limits.handOns} times already. Decide it yourself.`);
  const unfit = whyNot(request, seat, to, command.toAddresses);
  if (unfit) return unfit;
  const long = commentTooLong(comment);
  if (long) return { kind: 'refused', refusal: long };
  if (request.seq >= limits.entries)
    return refused('too_many', 'This request has changed too often. You can still decide.');
  return append(
    request,
    {
      type: 'delegated',
      commandId,
      round: round.round,
      stage: seat.index,
      person: approver.person,
      by: approver.address,
      to: { person: to.person, name: to.name, address: to.address, via, ...(approver.also && { also: approver.also }) },
      ...(comment && { comment }),
      linkKey: linkKeyOf(link),
      ...command.reached,
    },
    now,
  );
}

/** Four eyes hold along the whole chain, and one human counts once: not by a seat of their own and by another's too. */
function whyNot(request: Request, { stage }: Seat, to: Approver, addresses: string[]): Decision | undefined {
  const { person, name } = to;
  if (isExcluded(request.excluded, { person, addresses }))
    return refused('four_eyes', `${name} asked for this or wrote it, so it has to be somebody else.`, 'to');
  if (stage.approvers.some((approver) => approver.person === person))
    return refused('invalid', `${name} is asked in this stage already. Choose somebody else.`, 'to');
  if (stage.approvers.some(({ via }) => via?.includes(person)))
    return refused('invalid', `A seat of this stage was held for ${name} already. Choose somebody else.`, 'to');
  return undefined;
}
