import type { TaskRef } from './entry.ts';
import { type Approver, type Stage, stageStanding, whoseTurn } from './gate.ts';
import { type Maintenance, scopeOf } from './maintenance/window.ts';
import { type ReviewOf, reviewWanted } from './person/review.ts';
import type { MaintenanceWindow } from './policy/situation.ts';
import {
  deadlineOf,
  type GrantedRequest,
  generationOf,
  type Milestone,
  nextDue,
  openStage,
  type PendingRequest,
  type Request,
  type Round,
  type SettledRequest,
  stageBegan,
  waitingTasks,
  windowInForce,
} from './request.ts';

/** A mail that should be out. `mail` is its marker; `since` the entry that called for it. */
export type DueMail =
  | {
      kind: 'ask';
      mail: string;
      since: number;
      approver: Approver;
      round: number;
      stage: number;
      generation: number;
      /** ISO time at which the link dies. */
      expires: string;
    }
  /** Every vote is in and the effect is still to come. Who approved gets a link with it, to take their approval back. */
  | { kind: 'granted'; mail: string; since: number; approver: Approver; link?: WithdrawLink }
  | { kind: 'grant'; mail: string; since: number; to: string }
  | { kind: 'settled'; mail: string; since: number; approver: Approver }
  | { kind: 'outcome'; mail: string; since: number; to: string }
  | { kind: 'window'; mail: string; since: number; to: string; news: WindowNews };

/** What stakeholders of a maintenance window are told: it is coming, it has begun, it is over, it will not come after all. */
export type WindowNews = 'ahead' | 'begun' | 'over' | 'off';

/** A seat in a granted request, and until when (ISO) its link works. */
export interface WithdrawLink {
  round: number;
  stage: number;
  generation: number;
  expires: string;
}

/** An event that should be on the bus, for the entry `seq`. */
export type DueEvent = Milestone;

/**
 * What the outside should look like now, given what the request is now. Nothing of it says what was done already: markers,
 * the read model's row and AWS itself say that, and performing it twice comes to the same.
 */
export interface Reactions {
  /** Tasks to answer, all with the request's outcome. */
  resume: { request: SettledRequest; tasks: TaskRef[] } | undefined;
  mails: DueMail[];
  events: readonly DueEvent[];
  /** When the request's one schedule should fire; undefined: it should have none. */
  timer: string | undefined;
  /** The review to be opened because of this request. */
  review: ReviewOf | undefined;
  /** What is to stand among the maintenance windows because of this request, since which entry; undefined where it asks for none. */
  window: DueWindow | undefined;
  /** Is there something left that the sweep has to look at? */
  open: boolean;
}

/**
 * - `asked`: listed, and nothing is let through
 * - `in_force`: requests are let through
 * - `over`: gone from the list; `validation` is still to be opened where it was in force
 */
export interface DueWindow {
  state: 'asked' | 'in_force' | 'over';
  window: MaintenanceWindow;
  since: number;
  validation: boolean;
}

export function reactionsTo(request: Request): Reactions {
  const waiting = waitingTasks(request);
  const review = reviewWanted(request);
  const window = windowOf(request);
  const validation = window?.validation ?? false;
  return {
    resume: request.status === 'settled' && waiting.length > 0 ? { request, tasks: waiting } : undefined,
    mails: mailsFor(request),
    events: request.milestones,
    timer: nextDue(request),
    review,
    window,
    open:
      request.status !== 'settled' ||
      waiting.length > 0 ||
      review !== undefined ||
      window?.state === 'in_force' ||
      validation,
  };
}

function windowOf(request: Request): DueWindow | undefined {
  const { maintenance, id } = request;
  if (!maintenance) return undefined;
  const window = scopeOf(id, maintenance.window);
  const { ended } = maintenance;
  if (ended) return { state: 'over', window, since: ended.seq, validation: request.review === undefined };
  if (request.status !== 'settled') return { state: 'asked', window, since: 1, validation: false };
  const state = windowInForce(request) ? 'in_force' : 'over';
  return { state, window, since: request.settledSeq, validation: false };
}

function mailsFor(request: Request): DueMail[] {
  switch (request.status) {
    case 'pending':
      return asks(request);
    case 'granted':
      return [...tellsOfGrant(request), ...tellsOfWindow(request)];
    case 'settled': {
      const { settledSeq: since } = request;
      const { requestedBy: to } = request.claim;
      return [
        ...everybodyAsked(request).map(
          (approver): DueMail => ({ kind: 'settled', mail: `settled/${approver.person}`, since, approver }),
        ),
        ...(isAddress(to) ? [{ kind: 'outcome' as const, mail: 'outcome', since, to }] : []),
        ...tellsOfWindow(request),
      ];
    }
  }
}

/** One for each whose turn it is. */
function asks(request: PendingRequest): DueMail[] {
  const { round, reissues } = request;
  const stage = openStage(request);
  const votes = round.votes.filter((vote) => vote.stage === round.stage);
  // In turn, an answer is what calls for the next.
  const turned = stage.order === 'sequential' ? Math.max(0, ...votes.map(({ seq }) => seq)) : 0;
  return whoseTurn(
    stage,
    votes.map(({ person }) => person),
  ).map((approver) => {
    const { person } = approver;
    const generation = generationOf(request, person);
    const handed = round.handedOn.find((one) => one.stage === round.stage && one.to.person === person);
    return {
      kind: 'ask',
      mail: `ask/${round.round}/${round.stage}/${person}/${generation}`,
      since: Math.max(
        stageBegan(request).seq,
        turned,
        handed?.seq ?? 0,
        reissues[person]?.seq ?? 0,
        reissues['']?.seq ?? 0,
      ),
      approver,
      round: round.round,
      stage: round.stage,
      generation,
      expires: deadlineOf(request),
    };
  });
}

function tellsOfGrant(request: GrantedRequest): DueMail[] {
  const { round, grantedSeq: since, effectAt: expires } = request;
  const { requestedBy: to } = request.claim;
  const linkFor = (person: string): WithdrawLink | undefined => {
    const vote = round.votes.findLast((one) => one.person === person && one.vote === 'for');
    return vote && { round: round.round, stage: vote.stage, generation: generationOf(request, person), expires };
  };
  return [
    ...everybodyAsked(request).map((approver): DueMail => {
      const link = linkFor(approver.person);
      const mail = `granted/${round.round}/${approver.person}`;
      return { kind: 'granted', mail, since, approver, ...(link && { link }) };
    }),
    ...(isAddress(to) ? [{ kind: 'grant' as const, mail: `grant/${round.round}`, since, to }] : []),
  ];
}

/** Stakeholders of a window that was let be are told where it stands, one mail each. */
function tellsOfWindow(request: GrantedRequest | SettledRequest): DueMail[] {
  const { maintenance } = request;
  const told = maintenance && newsOf(request, maintenance);
  if (!told) return [];
  const { news, since } = told;
  const addresses = new Map(maintenance.window.stakeholders.map((address) => [address.toLowerCase(), address]));
  return [...addresses].map(([key, to]) => ({ kind: 'window', mail: `window/${news}/${key}`, since, to, news }));
}

function newsOf(
  request: GrantedRequest | SettledRequest,
  { announced, ended }: Maintenance,
): { news: WindowNews; since: number } | undefined {
  if (request.status === 'granted') return announced && { news: 'ahead', since: announced.seq };
  if (ended) return { news: 'over', since: ended.seq };
  const since = request.settledSeq;
  if (windowInForce(request)) return { news: 'begun', since };
  return announced && { news: 'off', since };
}

/** Everybody who was asked, once each, at the address they have now: of every stage that has begun, in every round. */
function everybodyAsked(request: GrantedRequest | SettledRequest): Approver[] {
  const asked = new Map<string, Approver>();
  for (const round of request.rounds) {
    for (const { from } of round.handedOn) asked.set(from.person, from);
    const begun = round.gate.stages.slice(0, round.stageBegan.length);
    for (const [index, stage] of begun.entries())
      for (const approver of askedIn(request, round, index, stage)) asked.set(approver.person, approver);
  }
  return [...asked.values()];
}

/** Whom a stage that has begun asked: all of it, or, in turn, as far as it came. */
function askedIn(
  request: GrantedRequest | SettledRequest,
  round: Round,
  index: number,
  stage: Stage,
): readonly Approver[] {
  if (stage.order !== 'sequential') return stage.approvers;
  const votes = round.votes.filter((vote) => vote.stage === index);
  const answered = votes.map(({ person }) => person);
  const counted = votes.flatMap(({ person, vote }) => (vote ? [{ person, vote }] : []));
  const ended =
    stageStanding(stage, counted) !== 'open' ||
    (request.status === 'settled' && votes.some(({ seq }) => seq === request.settledSeq));
  const next = ended ? [] : whoseTurn(stage, answered);
  return stage.approvers.filter((approver) => answered.includes(approver.person) || next.includes(approver));
}

function isAddress(claimed: string): boolean {
  return /^[^\s@,<>]+@[^\s@,<>]+$/.test(claimed);
}
