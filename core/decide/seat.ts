import { isExcluded } from '../four-eyes.ts';
import { type Approver, type Stage, whoseTurn } from '../gate.ts';
import { type Link, personTag } from '../link.ts';
import { type Refusal, refuse } from '../refusal.ts';
import {
  deadlineOf,
  generationOf,
  type HandedOn,
  type PendingRequest,
  type Request,
  type Round,
  type SettledRequest,
} from '../request.ts';
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
  /** They had this seat and have handed it on. */
  handedOn?: HandedOn;
}

/** The seat a verified link stands for; undefined where this request never had it. */
export function seatOf(request: Request, link: Link): Seat | undefined {
  const round = request.rounds.find((candidate) => candidate.round === link.round);
  const index = link.stage;
  const stage = round?.gate.stages[index];
  if (!round || !stage) return undefined;
  const isNamed = ({ person }: Approver): boolean => personTag(person) === link.person;
  const approver = stage.approvers.find(isNamed);
  if (approver) return { round, stage, index, approver };
  const handedOn = round.handedOn.find((one) => one.stage === index && isNamed(one.from));
  return handedOn && { round, stage, index, approver: handedOn.from, handedOn };
}

export type Known = { ok: true; seat: Seat } | { ok: false; refusal: Refusal };

/** Is the link of this request, and its holder still who it names? */
export function whoHolds(request: Request, link: Link, holder: FreshPerson | undefined): Known {
  const seat = seatOf(request, link);
  if (link.id !== request.id || !seat) return { ok: false, refusal: refuse('forged') };
  if (!holder || holder.person !== seat.approver.person)
    return { ok: false, refusal: refuse('not_eligible', 'You are no longer among those who may decide this.') };
  return { ok: true, seat };
}

/** What a settled request says to whoever comes too late. */
export function toldHowItEnded(request: SettledRequest): Refusal {
  if (request.outcome === 'expired') return refuse('expired');
  if (request.outcome === 'cancelled') return refuse('no_longer_waiting', 'This request was cancelled.');
  return refuse('already_settled', `This request was already ${outcomeInWords(request.outcome)}.`);
}

/** What became of a link, where it does not work any more: its round, its seat, its key, its generation, its time. */
export function deadLink(request: Request, seat: Seat, link: Link, revoked: boolean, now: string): Refusal | undefined {
  if (seat.round.round < request.round.round) return refuse('superseded');
  const { handedOn } = seat;
  if (handedOn)
    return refuse(
      'handed_on',
      `You have handed this on to ${handedOn.to.name} (${handedOn.to.address}), who decides it.`,
    );
  if (revoked) return refuse('link_revoked');
  if (link.generation < generationOf(request, seat.approver.person)) return refuse('link_reissued');
  if (request.status === 'pending' && deadlineOf(request) <= now) return refuse('expired');
  if (link.expires * 1000 <= Date.parse(now)) return refuse('link_expired');
  return undefined;
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
  const known = whoHolds(request, link, holder);
  if (!known.ok) return known;
  const { seat } = known;
  if (isBarred(request, seat, holder)) return no(refuse('four_eyes'));
  if (request.status === 'settled') return no(toldHowItEnded(request));
  if (request.status === 'granted')
    return no(refuse('already_settled', 'Every vote is in; this request takes effect at its time.'));
  const dead = deadLink(request, seat, link, revoked, now);
  if (dead) return no(dead);
  const { person } = seat.approver;
  const answered = request.round.votes.filter((vote) => vote.stage === seat.index).map((vote) => vote.person);
  if (answered.includes(person)) return mayHaveVoted ? { ok: true, request, seat } : no(refuse('already_voted'));
  if (seat.index !== request.round.stage)
    return no(refuse('not_your_turn', 'Others have completed this stage already; your answer is no longer needed.'));
  const turn = whoseTurn(seat.stage, answered);
  if (turn.some((next) => next.person === person)) return { ok: true, request, seat };
  const whose = turn.map(({ name }) => name).join();
  return no(
    refuse(
      'not_your_turn',
      `This stage asks one after the other, and it is the turn of ${whose}. You are mailed when it is yours.`,
    ),
  );
}

/** Four eyes bar who asked for it or wrote it, and whoever sits in the place of somebody who did. */
function isBarred({ excluded }: Request, { approver }: Seat, holder: FreshPerson | undefined): boolean {
  if (holder && isExcluded(excluded, holder)) return true;
  return (approver.via ?? []).some((person) => excluded.people.includes(person));
}
