import type { Claim, Excluded, Verified } from './claim.ts';
import type { Entry, EntryOf, StoredPayload, TaskRef } from './entry.ts';
import { type Approver, type Gate, type Outcome, type Stage, whoseTurn } from './gate.ts';
import type { Maintenance } from './maintenance/window.ts';

/** A waiting task and what became of it. */
export interface Task extends TaskRef {
  state: 'waiting' | 'left' | 'delivered' | 'gone' | 'superseded' | 'unknown';
}

/** One counted or settling answer. */
export interface Vote {
  seq: number;
  at: string;
  stage: number;
  person: string;
  by: string;
  answer: string;
  vote?: 'for' | 'against';
  comment?: string;
  conditions?: string[];
  /** Which of the stage's criteria were confirmed: indexes into them. */
  confirmed?: number[];
  /** When it may take effect at the earliest, and at the latest (ISO). */
  notBefore?: string;
  notAfter?: string;
  /** They want to be asked again about what revises this. */
  again?: boolean;
  /** Directory keys of those whose seat it was before, oldest first. */
  via?: string[];
  assurance: 'link' | 'passkey';
}

/** A seat that has passed on. `stage` is an index. */
export interface HandedOn {
  seq: number;
  at: string;
  stage: number;
  from: Approver;
  to: Approver;
  comment?: string;
}

/** One payload with one gate: who was asked, since when, and what they answered. */
export interface Round {
  round: number;
  payload: StoredPayload;
  digest: string;
  shownDigest: string;
  /** The gate with its seats as they are held now. */
  gate: Gate;
  /** The gate as it was when the round opened: what `shownDigest` covers. */
  openedGate: Gate;
  /** The version whose rules it goes by. */
  policyVersion: string;
  /** The version whose directory its gate was planned with; left out: not known. */
  directory?: string;
  openedAt: string;
  reason?: string;
  /** The approver's edit that it began with. */
  edited?: NonNullable<EntryOf<'round_opened'>['edited']>;
  /** Seats that were handed on, oldest first. */
  handedOn: HandedOn[];
  /** Index of the stage that is open, or was open last. */
  stage: number;
  /** When each stage began, and by which entry; its length says how many have begun. */
  stageBegan: { seq: number; at: string }[];
  votes: Vote[];
}

/** An event owed to the bus, for the entry `seq`. */
export interface Milestone {
  seq: number;
  type: 'requested' | 'decided' | 'expired' | 'bypassed';
}

interface RequestBase {
  id: string;
  source: string;
  requestId: string;
  claim: Claim;
  verified: Verified;
  excluded: Excluded;
  contentDigest: string;
  revisesId?: string;
  openedAt: string;
  /** All rounds, oldest first; the last is the current one. */
  rounds: readonly [Round, ...Round[]];
  round: Round;
  tasks: readonly Task[];
  comments: readonly { seq: number; at: string; by: string; person: string; comment: string }[];
  /** Who says that this request should not be. */
  reports: readonly { seq: number; at: string; by: string; person: string; comment?: string }[];
  /** Mails that could not be handed over, by marker. */
  notNotified: readonly { mail: string; to: string; channel: string; reason: string }[];
  /** Too few people are left to meet the gate of this round, and why. `seq`: the entry that found it first. */
  unreachable?: { round: number; problems: readonly string[]; seq: number };
  /** `id` of the request that reviews this one afterwards, once it is open. */
  review?: string;
  /** The maintenance window that is asked for, where that is what it asks. */
  maintenance?: Maintenance;
  /** How often links were reissued, and by which entry last: by person, and for everybody (`''`), in the current round. */
  reissues: Readonly<Record<string, { count: number; seq: number; at: string }>>;
  /** Refused attempts, by `round/stage/person`. */
  refusals: Readonly<Record<string, number>>;
  /** Events owed to the bus. One entry may owe two: a bypass is told of beside the decision. */
  milestones: readonly Milestone[];
  /** The entry of each command. */
  commands: ReadonlyMap<string, Entry>;
  /** Number and time of the last entry, and its hash. */
  seq: number;
  at: string;
  head: string;
}

export interface PendingRequest extends RequestBase {
  status: 'pending';
}

/** Every vote is in; the effect waits for its time. */
export interface GrantedRequest extends RequestBase {
  status: 'granted';
  outcome: Outcome;
  grantedAt: string;
  grantedSeq: number;
  /** When it takes effect, if nothing comes between (ISO). */
  effectAt: string;
}

export interface SettledRequest extends RequestBase {
  status: 'settled';
  outcome: Outcome;
  settledAt: string;
  settledSeq: number;
  /** Hash of the settling entry: what the answer calls `auditHead`. */
  settledHead: string;
  /** A settling answer that is not one of the ordinary ones. */
  answer?: string;
  /** Why, where somebody gave a reason. */
  reason?: string;
}

/** A request is the fold of its entries: waiting for answers, waiting for its effect, or settled. */
export type Request = PendingRequest | GrantedRequest | SettledRequest;

/** Has the gate of the current round been found out of reach? */
export function isUnreachable({ unreachable, round }: Pick<Request, 'unreachable' | 'round'>): boolean {
  return unreachable?.round === round.round;
}

/** The stage that is open now. */
export function openStage(request: PendingRequest): Stage {
  const stage = request.round.gate.stages[request.round.stage];
  if (!stage) throw new Error(`request ${request.id} is pending in a stage it does not have`);
  return stage;
}

/** When the stage that is open, or was open last, began, and by which entry. */
export function stageBegan({ id, round }: Request): { seq: number; at: string } {
  const began = round.stageBegan[round.stage];
  if (!began) throw new Error(`request ${id} is in a stage that never began`);
  return began;
}

/** From when until when something may take effect (ISO). */
export interface Times {
  notBefore?: string | undefined;
  notAfter?: string | undefined;
}

/**
 * Within which times a round's approval may take effect, by its gate and by what its approvers asked for: the latest
 * beginning and the earliest end (ISO).
 */
export function windowOf({ gate, votes }: { gate: Times; votes: readonly Times[] }): {
  from: string | undefined;
  until: string | undefined;
} {
  const of = (key: 'notBefore' | 'notAfter') => [gate, ...votes].flatMap((said) => said[key] ?? []).sort();
  return { from: of('notBefore').at(-1), until: of('notAfter')[0] };
}

/** When the request expires: at the end of the open stage, or once an approval could not take effect any more. */
export function deadlineOf(request: PendingRequest): string {
  const ends = new Date(Date.parse(stageBegan(request).at) + openStage(request).timeout * 1000).toISOString();
  const { until } = windowOf(request.round);
  return until !== undefined && until < ends ? until : ends;
}

/** The next moment at which something has to happen by itself; undefined when nothing has. */
export function nextDue(request: Request): string | undefined {
  if (request.status === 'settled') return windowInForce(request)?.window.to;
  if (request.status === 'pending') return deadlineOf(request);
  const { until } = windowOf(request.round);
  const ends = until !== undefined && until < request.effectAt ? until : request.effectAt;
  const notice = noticeOwed(request);
  return notice !== undefined && notice < ends ? notice : ends;
}

/** When (ISO) stakeholders of a window that is let be are told of it beforehand; undefined where they were, or there are none. */
export function noticeOwed({ maintenance }: GrantedRequest): string | undefined {
  return maintenance && !maintenance.announced ? maintenance.window.noticeAt : undefined;
}

/** The maintenance window that was let be by this request, has taken effect, and is not over; its own times apart. */
export function windowInForce(request: Request): Maintenance | undefined {
  if (request.status !== 'settled' || request.outcome !== 'approved' || request.maintenance?.ended) return undefined;
  return request.maintenance;
}

/** The generation of a person's current link in the current round, from 1. */
export function generationOf(request: Request, person: string): number {
  return 1 + (request.reissues[person]?.count ?? 0) + (request.reissues['']?.count ?? 0);
}

/** Who is asked now: a mail asks each of them. */
export function askedNow(request: PendingRequest): Approver[] {
  const { votes, stage } = request.round;
  const answered = votes.filter((vote) => vote.stage === stage).map(({ person }) => person);
  return whoseTurn(openStage(request), answered);
}

/** Has one of these (directory keys) a seat in the round, of their own or one that somebody else has in their place? */
export function isAsked({ round }: Request, people: readonly string[]): boolean {
  const seats = round.gate.stages.flatMap(({ approvers }) => approvers);
  return seats.some(({ person, via = [] }) => [person, ...via].some((one) => people.includes(one)));
}

/** Who approved what is granted, and so may take it back. */
export function approvedBy({ round }: GrantedRequest): string[] {
  return round.votes.filter(({ vote }) => vote === 'for').map(({ person }) => person);
}

/** Whose links let them do something (directory keys): who is asked now, or, of what is granted, may take their approval back. */
export function openLinksOf(request: Request): string[] {
  switch (request.status) {
    case 'pending':
      return askedNow(request).map(({ person }) => person);
    case 'granted':
      return approvedBy(request);
    case 'settled':
      return [];
  }
}

/** The name of the mail that asks somebody, by which its marker and what became of it are found. */
export function askMail(round: number, stage: number, person: string, generation: number): string {
  return `ask/${round}/${stage}/${person}/${generation}`;
}

/** Directory keys of everybody who asked, in any round, to be asked again about what revises this request. */
export function askedAgain(request: Request): string[] {
  const votes = request.rounds.flatMap((round) => round.votes.filter(({ again }) => again));
  return [...new Set(votes.map(({ person }) => person))];
}

/** Tasks that still wait for an answer. */
export function waitingTasks(request: Request): Task[] {
  return request.tasks.filter((task) => task.state === 'waiting');
}

/** When the links that are open now began to be valid: round, stage or reissue, whichever is latest (ISO). */
export function linksSince(request: Request): string {
  return Object.values(request.reissues).reduce(
    (latest, { at }) => (at > latest ? at : latest),
    stageBegan(request).at,
  );
}
