import { BrokenChain } from './broken-chain.ts';
import { dueAt, isOver } from './due.ts';
import { outcomeAtOnce } from './effect.ts';
import { type Entry, hashOf, type Opened, type TaskRef } from './entry.ts';
import type { Outcome } from './gate.ts';
import { checkHandedOn, checkWithdrawn, seatOfWho, voteOf } from './lawful.ts';
import { foldWindow } from './maintenance/fold-window.ts';
import { windowIn } from './maintenance/window.ts';
import { ownSources } from './policy/own-sources.ts';
import {
  type GrantedRequest,
  isUnreachable,
  type Milestone,
  type PendingRequest,
  type Request,
  type Round,
  type Task,
} from './request.ts';
import { nextRound, roundOf, voteIn, withSeatHandedOn } from './round.ts';

export { BrokenChain };

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
      if (entry.outcome !== undefined && entry.outcome !== 'cancelled')
        throw new BrokenChain(entry.seq, `is '${entry.outcome}' because its work has ended`);
      return entry.outcome
        ? settle(open(left, entry), entry, entry.outcome, { reason: `its work has ended (${entry.reason})` })
        : left;
    }
    case 'decided': {
      const pending = inState(request, entry, 'pending');
      const { stage, effect } = voteOf(pending, entry);
      const voted = withRound(pending, { ...pending.round, votes: [...pending.round.votes, voteIn(stage, entry)] });
      switch (effect.effect) {
        case 'counted':
          return voted;
        case 'stage_passed':
          return withRound(voted, {
            ...voted.round,
            stage: voted.round.stage + 1,
            stageBegan: [...voted.round.stageBegan, { seq: entry.seq, at: entry.at }],
          });
        case 'granted': {
          const { outcome, effectAt } = effect;
          return { ...voted, status: 'granted', outcome, grantedAt: entry.at, grantedSeq: entry.seq, effectAt };
        }
        case 'settled':
          return settle(voted, entry, effect.outcome, {
            ...(stage.answers && { answer: entry.answer }),
            ...(entry.comment !== undefined && { reason: entry.comment }),
          });
      }
      break;
    }
    case 'delegated': {
      const pending = inState(request, entry, 'pending');
      checkHandedOn(pending, entry);
      const handed = withSeatHandedOn(pending.round, entry);
      if (!handed) throw new BrokenChain(entry.seq, `hands on a seat to '${entry.to.person}', who has one`);
      return withRound(pending, handed);
    }
    case 'withdrawn': {
      const granted = inState(request, entry, 'granted');
      checkWithdrawn(granted, entry);
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
    case 'expired': {
      const waiting = open(request, entry);
      const due = dueAt(request, entry.at);
      const { round, stage } = request.round;
      if (due?.type !== 'expired' || due.deadline !== entry.deadline || entry.round !== round || entry.stage !== stage)
        throw new BrokenChain(entry.seq, `expires by ${entry.deadline}, which is not when its time was over`);
      return settle(waiting, entry, entry.outcome, {});
    }
    case 'took_effect': {
      const granted = inState(request, entry, 'granted');
      if (entry.outcome !== granted.outcome) throw new BrokenChain(entry.seq, 'takes effect as something not granted');
      if (dueAt(request, entry.at)?.type !== 'took_effect')
        throw new BrokenChain(entry.seq, 'takes effect out of time');
      return settle(granted, entry, entry.outcome, {});
    }
    case 'round_opened': {
      const now = open(request, entry);
      if (isOver(now, entry.at)) throw new BrokenChain(entry.seq, 'opens a round of what was over');
      if (entry.edited) seatOfWho(inState(request, entry, 'pending'), { ...entry, ...entry.edited });
      const before = pendingAgain(now);
      const opened = nextRound(before.round, entry);
      if (!opened)
        throw new BrokenChain(entry.seq, 'is no next round: its number, its stage, or the votes it carries over');
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
    case 'window_announced':
    case 'let_through':
    case 'window_ended':
      return { ...request, maintenance: foldWindow(request, entry) };
  }
}

function begin(entry: Opened): Request {
  const { gate, outcome } = entry;
  if (outcome !== outcomeAtOnce(gate))
    throw new BrokenChain(1, `opens as '${outcome ?? 'pending'}', with ${gate.stages.length} stages in its gate`);
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
  return outcome ? settle(request, entry, outcome, {}) : request;
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
