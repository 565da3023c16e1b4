import { isExcluded } from '../four-eyes.ts';
import type { Approver, Stage } from '../gate.ts';
import { type Link, personTag } from '../link.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { deadlineOf, generationOf, type PendingRequest, type Request, type Round } from '../request.ts';
import { outcomeInWords } from '../words.ts';

/** The directory's fresh word on who holds a link: undefined once they are removed. */
export interface FreshPerson {
  person: string;
  email: string;
  /** Canonical forms of all their addresses. */
  addresses: string[];
}

/** Whom a link names, in which stage of which round. */
export interface Seat {
  round: Round;
  stage: Stage;
  index: number;
  approver: Approver;
}

/** The seat a verified link stands for; undefined where this request never had it. */
export function seatOf(request: Request, link: Link): Seat | undefined {
  const round = request.rounds.find((candidate) => candidate.round === link.round);
  if (!round) return undefined;
  const stage = round.gate.stages[link.stage];
  if (!stage) return undefined;
  const approver = stage.approvers.find((candidate) => personTag(candidate.person) === link.person);
  return approver && { round, stage, index: link.stage, approver };
}

export type Seated = { ok: true; request: PendingRequest; seat: Seat } | { ok: false; refusal: Refusal };

/**
 * May the holder of this link answer now? In the order that tells a person most: who they are, what became of the
 * request, what became of their link, whether it is their turn. Who `mayHaveVoted` has a seat after their vote too: to
 * comment.
 */
export function takeSeat(
  request: Request,
  link: Link,
  holder: FreshPerson | undefined,
  revoked: boolean,
  now: string,
  mayHaveVoted = false,
): Seated {
  const no = (refusal: Refusal): Seated => ({ ok: false, refusal });
  const seat = seatOf(request, link);
  if (link.id !== request.id || !seat) return no(refuse('forged'));
  if (!holder || holder.person !== seat.approver.person)
    return no(refuse('not_eligible', 'You are no longer among those who may decide this.'));
  if (isExcluded(request.excluded, holder)) return no(refuse('four_eyes'));
  if (request.status === 'settled') {
    if (request.outcome === 'expired') return no(refuse('expired'));
    if (request.outcome === 'cancelled') return no(refuse('no_longer_waiting', 'This request was cancelled.'));
    return no(refuse('already_settled', `This request was already ${outcomeInWords(request.outcome)}.`));
  }
  if (request.status === 'granted')
    return no(refuse('already_settled', 'Every vote is in; this request takes effect at its time.'));
  if (seat.round.round < request.round.round) return no(refuse('superseded'));
  if (revoked) return no(refuse('link_revoked'));
  if (link.generation < generationOf(request, holder.person)) return no(refuse('link_reissued'));
  if (deadlineOf(request) <= now) return no(refuse('expired'));
  if (link.expires * 1000 <= Date.parse(now)) return no(refuse('link_expired'));
  const voted = request.round.votes.some((vote) => vote.stage === seat.index && vote.person === holder.person);
  if (voted && !mayHaveVoted) return no(refuse('already_voted'));
  if (!voted && seat.index !== request.round.stage)
    return no(refuse('not_your_turn', 'Others have completed this stage already; your answer is no longer needed.'));
  return { ok: true, request, seat };
}
