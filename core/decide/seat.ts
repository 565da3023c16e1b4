import { isExcluded } from '../four-eyes.ts';
import { type Approver, type Stage, whoseTurn } from '../gate.ts';
import { limits } from '../limits.ts';
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
import { type DirectoryNow, gone, whyNotAsked } from '../still-asked.ts';
import { outcomeInWords } from '../words.ts';

/** The directory's fresh word on who holds a link: undefined once they are removed. */
export interface FreshPerson {
  person: string;
  email: string;
  /** Canonical forms of all their addresses. */
  addresses: string[];
  /** The groups and roles they are in; undefined where that is not known. */
  groups?: readonly string[] | undefined;
}

/** Who came by a link, and what the directory says now. */
export interface ByLink {
  link: Link;
  holder: FreshPerson | undefined;
  /** The link's key epoch has been revoked. */
  revoked: boolean;
  /** Others whom it matters of, by key: undefined once they are removed. Of who is not in it nothing has changed. */
  people?: ReadonlyMap<string, FreshPerson | undefined> | undefined;
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

/** Is the link of this request, its holder still who it names, and is that seat still theirs? */
export function whoHolds(request: Request, by: ByLink): Known {
  const { link, holder } = by;
  const seat = seatOf(request, link);
  if (link.id !== request.id || !seat) return { ok: false, refusal: refuse('forged') };
  if (!holder || holder.person !== seat.approver.person) return { ok: false, refusal: refuse('not_eligible', gone) };
  // What became of an earlier round, of the request or of the seat says more to whoever had it.
  const isOpen = request.status !== 'settled' && seat.round.round === request.round.round && !seat.handedOn;
  const lost = isOpen && whyNotAsked(request, seat.stage, seat.approver, directoryBy(by));
  return lost ? { ok: false, refusal: refuse('not_eligible', lost) } : { ok: true, seat };
}

/** As far as it was read for somebody who came by a link. */
export function directoryBy({ holder, people }: Pick<ByLink, 'holder' | 'people'>): DirectoryNow {
  const known = (person: string) => (person === holder?.person ? holder : people?.get(person));
  return {
    has: (person) => known(person) !== undefined || !people?.has(person),
    isIn: (person, group) => known(person)?.groups?.includes(group) ?? true,
  };
}

/** What a settled request says to whoever comes too late. */
export function toldHowItEnded(request: SettledRequest): Refusal {
  if (request.outcome === 'expired') return refuse('expired');
  if (request.outcome === 'cancelled') return refuse('no_longer_waiting', 'This request was cancelled.');
  return refuse('already_settled', `This request was already ${outcomeInWords(request.outcome)}.`);
}

/** What became of a link, where it does not work any more: its key, its round, its seat, its generation, its time. */
export function deadLink(request: Request, seat: Seat, link: Link, revoked: boolean, now: string): Refusal | undefined {
  if (revoked) return refuse('link_revoked');
  if (seat.round.round < request.round.round) return refuse('superseded');
  const { handedOn } = seat;
  if (handedOn)
    return refuse(
      'handed_on',
      `You have handed this on to ${handedOn.to.name} (${handedOn.to.address}), who decides it.`,
    );
  if (link.generation < generationOf(request, seat.approver.person)) return refuse('link_reissued');
  if (request.status === 'pending' && deadlineOf(request) <= now) return refuse('expired');
  if (link.expires * 1000 <= Date.parse(now)) return refuse('link_expired');
  return undefined;
}

/** A link shows how its request ended for a while after its own time, and not for ever. */
function isForgotten({ expires }: Link, now: string): boolean {
  return (expires + limits.linkShowsSeconds) * 1000 <= Date.parse(now);
}

export type Seated = { ok: true; request: PendingRequest; seat: Seat } | { ok: false; refusal: Refusal };

/**
 * May the holder of this link answer now? In the order that tells a person most: who they are, what became of the
 * request, what became of their link, whether it is their turn. Who `mayHaveVoted` has a seat after their vote too: to
 * comment.
 */
export function takeSeat(request: Request, by: ByLink, now: string, mayHaveVoted = false): Seated {
  const { link, holder, revoked } = by;
  const no = (refusal: Refusal): Seated => ({ ok: false, refusal });
  const known = whoHolds(request, by);
  if (!known.ok) return known;
  const { seat } = known;
  if (revoked) return no(refuse('link_revoked'));
  if (isBarred(request, seat, holder)) return no(refuse('four_eyes'));
  if (request.status === 'settled')
    return no(isForgotten(link, now) ? refuse('link_expired') : toldHowItEnded(request));
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
