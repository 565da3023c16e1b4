import fc from 'fast-check';
import { decide } from '../../../core/decide/decide.ts';
import { dueAt } from '../../../core/due.ts';
import type { Decided, Entry, Opened } from '../../../core/entry.ts';
import { BrokenChain, fold } from '../../../core/fold.ts';
import { answersOf, whoseTurn } from '../../../core/gate.ts';
import { deadlineOf, generationOf, openStage, type PendingRequest, type Request } from '../../../core/request.ts';
import { verifyLog } from '../../../core/verify.ts';
import { approver, delegate, edited, fallDue, minute, openRound, vote } from '../../support/core-fixtures.ts';
import { run, steps } from '../../support/core-runs.ts';
import { someGate } from '../../support/some-gates.ts';
import { chained } from './a-log.ts';

/*
 * Somebody may write to the table and knows how the chain is made. What they write where a random log stands, chained
 * rightly, is refused unless it could have been written there.
 */

type Pending = { request: PendingRequest; honest: Decided };
/** What is forged in place of an honest vote; undefined where it would be no forgery. */
type Forgery = (at: Pending) => object | undefined;

const mallory = { person: 'mallory', by: 'mallory@example.com' };
const settles = { effect: 'settled', outcome: 'approved' } as const;

const forgeries: Record<string, Forgery> = {
  'a vote of somebody who was not asked': () => mallory,
  'a vote of somebody who was not asked, with its own list of who was': ({ honest }) => ({
    ...mallory,
    eligible: [...honest.eligible, mallory.by],
  }),
  'a vote under the name of somebody else': () => ({ by: mallory.by }),
  'a vote that approves before the others': ({ honest }) =>
    honest.effect === 'settled' || honest.effect === 'granted' ? undefined : settles,
  'a vote that approves before its time': ({ honest }) => (honest.effect === 'granted' ? settles : undefined),
  'a vote that only counts, where it would have decided': ({ honest }) =>
    honest.effect === 'counted' ? undefined : { effect: 'counted', outcome: undefined },
  'a rejection that approves': ({ request }) => {
    const against = answersOf(openStage(request)).find((one) => one.effect === 'count' && one.vote === 'against');
    return against && { answer: against.name, vote: 'against', ...settles };
  },
  'an approval that is counted against': () => ({ vote: 'against' }),
  'an answer that the stage does not have': () => ({ answer: 'bless' }),
  'a vote when the time is over': ({ request }) => ({ at: deadlineOf(request) }),
  'a vote in a stage to come': ({ honest }) => ({ stage: honest.stage + 1 }),
  'a vote in another round': ({ honest }) => ({ round: honest.round + 1 }),
  'a vote for another payload': () => ({ digest: 'f'.repeat(64) }),
  'a vote for what was shown otherwise': () => ({ shownDigest: 'f'.repeat(64) }),
  'a vote by another policy': () => ({ policyVersion: 'f'.repeat(64) }),
  'a vote for somebody else’s request': () => ({ requester: mallory.by }),
  'a vote that leaves out who else was asked': ({ honest }) => ({ eligible: honest.eligible.slice(1) }),
};

/** The honest vote that could be written next, by whoever is asked first. */
function honestVote(request: Request): Decided | undefined {
  if (request.status !== 'pending') return undefined;
  const { round, stage: index, votes } = request.round;
  const stage = openStage(request);
  const answered = votes.filter((one) => one.stage === index).map(({ person }) => person);
  const confirmed = (stage.criteria ?? []).map((_, i) => i);
  for (const { person } of whoseTurn(stage, answered)) {
    const at = { round, stage: index, generation: generationOf(request, person) };
    const { shownDigest } = request.round;
    const cast = vote(person, 'approve', { at, confirmed, comment: 'because', shownDigest });
    const decision = decide(request, cast, request.at);
    if (decision.kind === 'append' && decision.entry.type === 'decided') return decision.entry;
  }
  return undefined;
}

function requestOf(log: readonly Entry[]): Request {
  const request = fold(log);
  if (!request) throw new Error('the log is empty');
  return request;
}

/** `forged` after the log, and after it the rest of it as it was, all chained anew. Refused, and found, at its place. */
function expectRefused(what: string, before: readonly Entry[], forged: object, rest: readonly Entry[] = []): void {
  const log = chained([...before, forged as Entry, ...rest]);
  const seq = before.length + 1;
  let thrown: unknown;
  try {
    fold(log);
  } catch (error) {
    thrown = error;
  }
  expect([what, thrown instanceof BrokenChain && thrown.seq]).toEqual([what, seq]);
  const { ok, findings } = verifyLog(log);
  expect([what, ok, findings[0]?.seq]).toEqual([what, false, seq]);
}

/** Each prefix of a random log, with what came after it. */
function eachPlace(check: (request: Request, before: Entry[], rest: Entry[]) => void, numRuns = 60): void {
  fc.assert(
    fc.property(someGate, steps, fc.nat(), (gate, todo, which) => {
      const { log } = run(gate, todo);
      const place = 1 + (which % log.length);
      const before = log.slice(0, place);
      check(requestOf(before), before, log.slice(place));
    }),
    { numRuns },
  );
}

describe('R35 what is forged at any place of any log, chained rightly', () => {
  const times = new Map(Object.keys(forgeries).map((what) => [what, 0]));

  test('a vote that could not have been', () => {
    eachPlace((request, before, rest) => {
      const honest = honestVote(request);
      if (!honest || request.status !== 'pending') return;
      expect(verifyLog([...before, honest]).findings).toEqual([]);
      for (const [what, forge] of Object.entries(forgeries)) {
        const forged = forge({ request, honest });
        if (!forged) continue;
        times.set(what, (times.get(what) ?? 0) + 1);
        expectRefused(what, before, { ...honest, ...forged }, rest);
      }
      const after = [...before, honest];
      expectRefused('a second vote of the same person', after, { ...honest, commandId: 'again' });
    }, 150);
    expect([...times].filter(([, count]) => count === 0)).toEqual([]);
  });

  test('an end before its time, and one that nobody brought about', () => {
    let effects = 0;
    eachPlace((request, before) => {
      if (request.status === 'settled') return;
      const { round, stage } = request.round;
      const common = { ...before.at(-1), ...request.round, commandId: 'forged', at: request.at };
      if (!dueAt(request, request.at))
        expectRefused('an expiry before its time', before, {
          ...common,
          ...{ type: 'expired', round, stage, deadline: request.at, outcome: 'expired' },
        });
      expectRefused('approved by a task that left', before, {
        ...common,
        ...{ type: 'left', task: 't0', reason: 'ended', outcome: 'approved' },
      });
      if (request.status === 'pending') {
        const expired = decide(request, fallDue, minute(1e6));
        if (expired.kind !== 'append') throw new Error('a request that never ends');
        expectRefused('an expiry that says another time', before, { ...expired.entry, deadline: minute(1e6) });
      } else if (dueAt(request, request.at)?.type !== 'took_effect') {
        effects += 1;
        expectRefused('an effect before its time', before, {
          ...common,
          ...{ type: 'took_effect', outcome: request.outcome },
        });
      }
    }, 300);
    expect(effects).toBeGreaterThan(0);
  });

  test('an opening that nobody had to let be, though its gate asks', () => {
    fc.assert(
      fc.property(someGate, steps, (gate, todo) => {
        const [opening, ...rest] = run(gate, todo).log;
        for (const outcome of ['auto_approved', 'approved', 'bypassed'] as const)
          expectRefused(outcome, [], { ...(opening as Opened), outcome }, rest);
        expectRefused('asks nobody', [], { ...(opening as Opened), gate: { ...gate, stages: [] } });
      }),
      { numRuns: 30 },
    );
  });

  test('a seat handed on by whom it is not, to whom it cannot be, or as if it had been theirs', () => {
    let handed = 0;
    eachPlace((request, before) => {
      const honest = honestVote(request);
      if (!honest || request.status !== 'pending') return;
      const { person, round, stage } = honest;
      const at = { round, stage, generation: generationOf(request, person) };
      const decision = decide(request, delegate(person, 'gina', { at }), request.at);
      const forged = { ...honest, type: 'delegated', to: { ...approver('mallory'), via: [person] } };
      if (!openStage(request).delegateTo?.length) expectRefused('where no seat can be', before, forged);
      if (decision.kind !== 'append' || decision.entry.type !== 'delegated') return;
      const { entry } = decision;
      handed += 1;
      expectRefused('not theirs', before, { ...entry, ...mallory });
      expectRefused('too late', before, { ...entry, at: deadlineOf(request) });
      expectRefused('to the requester', before, { ...entry, to: { ...entry.to, ...approver('alice') } });
      expectRefused('as if from nobody', before, { ...entry, to: approver('mallory') });
      expectRefused('in another stage', before, { ...entry, stage: stage + 1 });
    }, 150);
    expect(handed).toBeGreaterThan(0);
  });

  test('a round that keeps votes it cannot, skips stages or numbers, or comes when all is over', () => {
    let kept = 0;
    eachPlace((request, before) => {
      if (request.status === 'settled') return;
      const { round, openedGate, votes } = request.round;
      const command = openRound(round + 1, openedGate, edited('{"replicas":99}'));
      const decision = decide(request, command, request.at);
      if (decision.kind !== 'append' || decision.entry.type !== 'round_opened') return;
      const { entry } = decision;
      expectRefused('another number', before, { ...entry, round: round + 2 });
      expectRefused('a stage skipped', before, { ...entry, stage: 1 });
      expectRefused('no stage', before, { ...entry, stage: -1 });
      expectRefused('nobody asked', before, { ...entry, gate: { ...entry.gate, stages: [] } });
      if (request.status === 'pending')
        expectRefused('when it was over', before, { ...entry, at: deadlineOf(request) });
      const by = { ...mallory, linkKey: '1.1', ip: '', userAgent: '', changed: [] };
      expectRefused('edited by a stranger', before, { ...entry, edited: by });
      const [agreed] = votes.filter((one) => one.vote === 'for');
      if (!agreed) return;
      kept += 1;
      expectRefused('a vote for something else', before, { ...entry, carried: [agreed.seq] });
    }, 150);
    expect(kept).toBeGreaterThan(0);
  });
});
