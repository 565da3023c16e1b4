import { effectOf } from '../effect.ts';
import { answersOf } from '../gate.ts';
import type { Link } from '../link.ts';
import type { Refusal } from '../refusal.ts';
import type { Request } from '../request.ts';
import { agreementHolds } from '../still-asked.ts';
import { append, type Decision, entryTime, recorded, refused } from './decision.ts';
import { flagsOf } from './flags.ts';
import { type Saying, saidWith } from './said.ts';
import { type ByLink, directoryBy, takeSeat } from './seat.ts';

/** How somebody reached us, as far as can be told. */
export interface Reached {
  ip: string;
  userAgent: string;
}

/** One answer by the holder of a link. */
export interface Cast extends Saying, ByLink {
  type: 'vote';
  commandId: string;
  answer: string;
  /** What else is to be remembered of how it came about, beside what is seen here. */
  flags?: string[];
  /** Digest of what the page showed, and the template it showed it with. */
  shownDigest: string;
  template: string;
  assurance: 'link' | 'passkey';
  reached: Reached;
  /** Why an emergency override must not take effect now, though it may be approved so far, or turned down. */
  held?: Refusal | undefined;
}

export function decideVote(request: Request, command: Cast, now: string): Decision {
  const before = request.commands.get(command.commandId);
  if (before?.type === 'decided' && before.answer === command.answer) return recorded(before);
  const at = entryTime(request, now);
  const seated = takeSeat(request, command, at);
  if (!seated.ok) return { kind: 'refused', refusal: seated.refusal };
  const { seat, request: pending } = seated;
  const answer = answersOf(seat.stage).find((candidate) => candidate.name === command.answer);
  if (!answer || answer.effect === 'hand_on') return refused('unknown_answer', undefined, 'answer');
  if (command.shownDigest !== pending.round.shownDigest) return refused('superseded');
  const heard = saidWith(pending, seat.stage, answer, command, at);
  if (!heard.ok) return { kind: 'refused', refusal: heard.refusal };

  const { person } = seat.approver;
  const { effectAt: _, ...effect } = effectOf(pending.round, answer, { person, ...heard.said }, at);
  // Nothing goes on from what somebody agreed to who is not asked any more.
  if (effect.vote === 'for' && effect.effect !== 'counted') {
    const more = { stage: seat.index, person };
    if (effect.outcome === 'bypassed' && command.held) return { kind: 'refused', refusal: command.held };
    if (!agreementHolds(pending, seat.index + 1, directoryBy(command), more)) return refused('gate_changed');
  }

  const execution = pending.tasks.find((task) => task.execution)?.execution;
  return append(
    pending,
    {
      type: 'decided',
      commandId: command.commandId,
      round: pending.round.round,
      stage: seat.index,
      person,
      by: seat.approver.address,
      answer: answer.name,
      ...effect,
      ...heard.said,
      requester: pending.claim.requestedBy,
      eligible: seat.stage.approvers.map((approver) => approver.address),
      digest: pending.round.digest,
      shownDigest: pending.round.shownDigest,
      template: command.template,
      policyVersion: pending.round.policyVersion,
      assurance: command.assurance,
      linkKey: linkKeyOf(command.link),
      ...command.reached,
      ...(execution && { execution }),
      flags: flagsOf(pending, seat, command.flags),
    },
    now,
  );
}

/** A link's key id as entries keep it: epoch and generation. */
export function linkKeyOf(link: Link): string {
  return `${link.epoch}.${link.generation}`;
}
