import { type Entry, hashOf, type Opened, type TaskRef } from './entry.ts';
import type { Outcome } from './gate.ts';
import { type Maintenance, windowIn } from './maintenance/window.ts';
import { ownSources } from './policy/own-sources.ts';
import {
  type GrantedRequest,
  isUnreachable,
  type Milestone,
  type PendingRequest,
  type Request,
  type Round,
  type Task,
  windowInForce,
  windowOf,
} from './request.ts';
import { nextRound, roundOf, voteIn, withSeatHandedOn } from './round.ts';

/** The log is not one this system wrote: a gap, a wrong hash, or an entry that cannot stand where it stands. */
export class BrokenChain extends Error {
  override name = 'BrokenChain';
  readonly seq: number;
  constructor(seq: number, why: string) {
    super(`entry ${seq}: ${why}`);
    this.seq = seq;
  }
}

/**
 * The request that a log says there is. Entries in order of `seq`, from 1 on.
 * Throws `BrokenChain` where one is missing, altered or out of place; returns undefined for an empty log.
 */
export function fold(entries: readonly Entry[]): Request | undefined {
  let request: Request | undefined;
  for (const entry of entries) request = foldEntry(request, entry);
  return request;
}

/** The request after one more entry. */
export function foldEntry(request: Request | undefined, entry: Entry): Request {
  if (!request) {
    if (entry.type !== 'opened')
      throw new BrokenChain(entry.seq, `a log begins with its opening, not with '${entry.type}'`);
    if (entry.seq !== 1 || entry.prev !== null) throw new BrokenChain(entry.seq, 'the opening is not the first entry');
    return begin(entry);
  }
  if (entry.type === 'opened') throw new BrokenChain(entry.seq, 'a second opening');
  if (entry.seq !== request.seq + 1) throw new BrokenChain(entry.seq, `follows entry ${request.seq}`);
  if (entry.prev !== request.head) throw new BrokenChain(entry.seq, 'does not carry the hash of the entry before it');
  if (entry.id !== request.id || entry.source !== request.source || entry.requestId !== request.requestId)
    throw new BrokenChain(entry.seq, 'belongs to another request');
  if (entry.at < request.at) throw new BrokenChain(entry.seq, 'is older than the entry before it');
  const commands = new Map(request.commands).set(entry.commandId, entry);
  return apply({ ...request, seq: entry.seq, at: entry.at, head: hashOf(entry), commands }, entry);
}

function apply(request: Request, entry: Exclude<Entry, Opened>): Request {
  switch (entry.type) {
    case 'joined':
      return {
        ...request,
        tasks: [...request.tasks, ...entry.tasks.map(waiting)],
        excluded: alsoExcluded(request, entry.verified.person),
      };
    case 'left': {
      const left = withTask(request, entry.task, 'left');
      return entry.outcome
        ? settle(open(left, entry), entry, entry.outcome, { reason: `its work has ended (${entry.reason})` })
        : left;
    }
    case 'decided': {
      const pending = inState(request, entry, 'pending');
      const stage = pending.round.gate.stages[entry.stage];
      if (!stage || entry.round !== pending.round.round || entry.stage !== pending.round.stage)
        throw new BrokenChain(entry.seq, `decides stage ${entry.stage} of round ${entry.round}, which is not open`);
      const voted = withRound(pending, { ...pending.round, votes: [...pending.round.votes, voteIn(stage, entry)] });
      switch (entry.effect) {
        case 'counted':
          return voted;
        case 'stage_passed':
          return withRound(voted, {
            ...voted.round,
            stage: voted.round.stage + 1,
            stageBegan: [...voted.round.stageBegan, { seq: entry.seq, at: entry.at }],
          });
        case 'granted': {
          const { from: effectAt } = windowOf(voted.round);
          if (!effectAt || !entry.outcome) throw new BrokenChain(entry.seq, 'grants without a time or an outcome');
          const { at: grantedAt, seq: grantedSeq, outcome } = entry;
          return { ...voted, status: 'granted', outcome, grantedAt, grantedSeq, effectAt };
        }
        case 'settled': {
          if (!entry.outcome) throw new BrokenChain(entry.seq, 'settles without an outcome');
          return settle(voted, entry, entry.outcome, {
            ...(stage.answers && { answer: entry.answer }),
            ...(entry.comment !== undefined && { reason: entry.comment }),
          });
        }
      }
      break;
    }
    case 'delegated': {
      const pending = inState(request, entry, 'pending');
      const { round } = pending;
      const handed = entry.round === round.round && entry.stage === round.stage && withSeatHandedOn(round, entry);
      if (!handed) throw new BrokenChain(entry.seq, `hands on a seat that '${entry.person}' does not have`);
      return withRound(pending, handed);
    }
    case 'withdrawn': {
      const granted = inState(request, entry, 'granted');
      if (!granted.round.votes.some(({ person, vote }) => person === entry.person && vote === 'for'))
        throw new BrokenChain(entry.seq, `takes back an approval that '${entry.person}' did not give`);
      return settle(granted, entry, entry.outcome, { ...(entry.comment !== undefined && { reason: entry.comment }) });
    }
    case 'commented':
      return {
        ...request,
        comments: [
          ...request.comments,
          { seq: entry.seq, at: entry.at, by: entry.by, person: entry.person, comment: entry.comment },
        ],
      };
    case 'reported': {
      const { seq, at, by, person, comment } = entry;
      const report = { seq, at, by, person, ...(comment !== undefined && { comment }) };
      return { ...request, reports: [...request.reports, report] };
    }
    case 'cancelled':
      return settle(open(request, entry), entry, entry.outcome, { reason: entry.reason });
    case 'expired':
      // A grant that has no end cannot outlive it, unless those who gave it have left.
      if (request.status === 'granted' && (isUnreachable(request) || windowOf(request.round).until !== undefined))
        return settle(request, entry, entry.outcome, {});
      return settle(inState(request, entry, 'pending'), entry, entry.outcome, {});
    case 'took_effect': {
      const granted = inState(request, entry, 'granted');
      if (entry.outcome !== granted.outcome) throw new BrokenChain(entry.seq, 'takes effect as something not granted');
      return settle(granted, entry, entry.outcome, {});
    }
    case 'round_opened': {
      const before = pendingAgain(open(request, entry));
      const opened = nextRound(before.round, entry);
      if (!opened) throw new BrokenChain(entry.seq, 'carries over votes that its gate has no place for');
      return { ...before, rounds: [...before.rounds, opened], round: opened, reissues: {} };
    }
    case 'links_reissued': {
      const whose = entry.person ?? '';
      const count = (request.reissues[whose]?.count ?? 0) + 1;
      return { ...request, reissues: { ...request.reissues, [whose]: { count, seq: entry.seq, at: entry.at } } };
    }
    case 'attempt_refused': {
      const link = `${entry.round}/${entry.stage}/${entry.person}`;
      return { ...request, refusals: { ...request.refusals, [link]: (request.refusals[link] ?? 0) + 1 } };
    }
    case 'task_answered':
      return withTask(request, entry.task, entry.result);
    case 'not_notified': {
      const { mail, to, channel, reason } = entry;
      return { ...request, notNotified: [...request.notNotified, { mail, to, channel, reason }] };
    }
    case 'found_unreachable': {
      const { round, problems } = entry;
      const { seq } = (isUnreachable(request) && request.unreachable) || entry;
      return { ...open(request, entry), unreachable: { round, problems, seq } };
    }
    case 'review_opened':
      if (request.status !== 'settled') throw new BrokenChain(entry.seq, 'is reviewed before it was settled');
      return { ...request, review: entry.review };
    case 'window_announced': {
      const { maintenance } = inState(request, entry, 'granted');
      if (!maintenance) throw new BrokenChain(entry.seq, 'announces a window that is none');
      return { ...request, maintenance: { ...maintenance, announced: { seq: entry.seq, at: entry.at } } };
    }
    case 'let_through': {
      const maintenance = windowOpenAt(request, entry);
      const { request: id, title, at } = entry;
      return {
        ...request,
        maintenance: { ...maintenance, through: [...maintenance.through, { request: id, title, at }] },
      };
    }
    case 'window_ended': {
      const maintenance = windowInForce(request);
      if (!maintenance) throw new BrokenChain(entry.seq, 'ends a window that is not in force');
      const { seq, at, by, reason } = entry;
      const ended = { seq, at, ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
      return { ...request, maintenance: { ...maintenance, ended } };
    }
  }
}

/** The window of a request, in force when the entry was written. */
function windowOpenAt(request: Request, { seq, at }: Entry): Maintenance {
  const maintenance = windowInForce(request);
  if (!maintenance || at < maintenance.window.from || at >= maintenance.window.to)
    throw new BrokenChain(seq, 'lets a request through while no window is in force');
  return maintenance;
}

function begin(entry: Opened): Request {
  const round = roundOf(entry);
  const window = entry.source === ownSources.maintenanceWindow ? windowIn(entry.payload) : undefined;
  const request: Request = {
    status: 'pending',
    id: entry.id,
    source: entry.source,
    requestId: entry.requestId,
    claim: entry.claim,
    verified: entry.verified,
    excluded: entry.excluded,
    contentDigest: entry.contentDigest,
    ...(entry.revisesId && { revisesId: entry.revisesId }),
    openedAt: entry.at,
    rounds: [round],
    round,
    tasks: entry.tasks.map(waiting),
    comments: [],
    reports: [],
    notNotified: [],
    reissues: {},
    refusals: {},
    milestones: [{ seq: entry.seq, type: 'requested' }],
    ...(window && { maintenance: { window, through: [] } }),
    commands: new Map([[entry.commandId, entry]]),
    seq: entry.seq,
    at: entry.at,
    head: hashOf(entry),
  };
  return entry.outcome ? settle(request, entry, entry.outcome, {}) : request;
}

/** Whoever joins asks as well. */
function alsoExcluded({ excluded }: Request, person: string | undefined): Request['excluded'] {
  if (person === undefined || excluded.people.includes(person)) return excluded;
  return { ...excluded, people: [...excluded.people, person] };
}

function waiting(task: TaskRef): Task {
  return { ...task, state: 'waiting' };
}

function withTask(request: Request, key: string, state: Task['state']): Request {
  return { ...request, tasks: request.tasks.map((task) => (task.key === key ? { ...task, state } : task)) };
}

function withRound<T extends Request>(request: T, round: Round): T {
  return { ...request, round, rounds: replaceLast(request.rounds, round) };
}

function replaceLast(rounds: Request['rounds'], round: Round): Request['rounds'] {
  const [first, ...rest] = rounds;
  return rest.length === 0 ? [round] : [first, ...rest.slice(0, -1), round];
}

function open(request: Request, entry: Entry): Exclude<Request, { status: 'settled' }> {
  if (request.status === 'settled') throw new BrokenChain(entry.seq, `'${entry.type}' after the request was settled`);
  return request;
}

type Grant = Omit<GrantedRequest, keyof PendingRequest>;

/** A new round takes a grant back, where there is one: nothing of it stays. */
function pendingAgain(request: Omit<PendingRequest, 'status'> & Partial<Grant>): PendingRequest {
  const { outcome: _, grantedAt: __, grantedSeq: ___, effectAt: ____, ...rest } = request;
  return { ...rest, status: 'pending' };
}

function inState<S extends 'pending' | 'granted'>(
  request: Request,
  entry: Entry,
  status: S,
): Extract<Request, { status: S }> {
  open(request, entry);
  if (!isIn(request, status))
    throw new BrokenChain(entry.seq, `'${entry.type}' while the request is ${request.status}`);
  return request;
}

function isIn<S extends Request['status']>(request: Request, status: S): request is Extract<Request, { status: S }> {
  return request.status === status;
}

function settle(
  request: Exclude<Request, { status: 'settled' }>,
  entry: Entry,
  outcome: Outcome,
  more: { answer?: string; reason?: string },
): Request {
  const { seq } = entry;
  const told: Milestone = { seq, type: outcome === 'expired' ? 'expired' : 'decided' };
  const bypassed: Milestone[] = outcome === 'bypassed' ? [{ seq, type: 'bypassed' }] : [];
  return {
    ...request,
    status: 'settled',
    outcome,
    settledAt: entry.at,
    settledSeq: seq,
    settledHead: hashOf(entry),
    milestones: [...request.milestones, told, ...bypassed],
    ...more,
  };
}
