import { type Entry, hashOf } from '../../../core/entry.ts';
import { BrokenChain, fold, foldEntry } from '../../../core/fold.ts';
import { deadlineOf, linksSince, nextDue, openStage, waitingTasks } from '../../../core/request.ts';
import {
  after,
  answered,
  approve,
  approver,
  cancel,
  comment,
  delegate,
  edited,
  entryIn,
  fallDue,
  gateOf,
  gates,
  given,
  inStatus,
  last,
  leave,
  minute,
  notNotified,
  open,
  openRound,
  refusedNote,
  reissue,
  reject,
  requestIn,
  stage,
  task,
  vote,
  when,
  withdraw,
} from '../../support/core-fixtures.ts';
import { chained } from './a-log.ts';

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** The sentence of the chain's breaking, or undefined where it folds. */
function broken(log: readonly Entry[]): string | undefined {
  try {
    fold(log);
    return undefined;
  } catch (error) {
    if (error instanceof BrokenChain) return error.message;
    throw error;
  }
}

/** The log with one more entry, chained as somebody with the right hashes would. */
const forged = (log: readonly Entry[], entry: Entry, more: object = {}): Entry[] => [
  ...log,
  { ...entry, seq: log.length + 1, prev: hashOf(last(log)), ...more } as Entry,
];

describe('a request is the fold of its entries', () => {
  test('no entries are no request', () => {
    expect(fold([])).toBeUndefined();
  });

  test('the opening says it all', () => {
    const [opening] = given(open(gates.one, { tasks: [task('x'), task('y', { own: false })] }));
    const { claim, verified, excluded, contentDigest, payload, digest, shownDigest, gate, policyVersion } =
      opening as never;
    const round = { round: 1, payload, digest, shownDigest, gate, policyVersion, directory: policyVersion };
    const fresh = { openedGate: gate, handedOn: [] };
    expect(fold([opening as Entry])).toEqual({
      status: 'pending',
      id: opening?.id,
      source: opening?.source,
      requestId: 'deploy-42',
      claim,
      verified,
      excluded,
      contentDigest,
      openedAt: minute(0),
      rounds: [
        { ...round, ...fresh, openedAt: minute(0), stage: 0, stageBegan: [{ seq: 1, at: minute(0) }], votes: [] },
      ],
      round: { ...round, ...fresh, openedAt: minute(0), stage: 0, stageBegan: [{ seq: 1, at: minute(0) }], votes: [] },
      tasks: [
        { ...task('x'), state: 'waiting' },
        { ...task('y', { own: false }), state: 'waiting' },
      ],
      comments: [],
      reports: [],
      notNotified: [],
      reissues: {},
      refusals: {},
      milestones: [{ seq: 1, type: 'requested' }],
      commands: new Map([['open', opening]]),
      seq: 1,
      at: minute(0),
      head: hashOf(opening as Entry),
    });
  });

  test('what a request revises is kept', () => {
    const command = open(gates.one);
    const { opening } = command;
    const log = given({ ...command, opening: opening && { ...opening, revisesId: 'earlier' } });
    expect(requestIn(log).revisesId).toBe('earlier');
  });

  test('a vote is kept with what was said, and with nothing that was not', () => {
    const log = given(gates.allOfTwo, approve('bob', { comment: 'ok', conditions: ['c'], assurance: 'passkey' }));
    expect(requestIn(log).round.votes).toEqual([
      {
        seq: 2,
        at: minute(1),
        stage: 0,
        person: 'bob',
        by: 'bob@example.com',
        answer: 'approve',
        vote: 'for',
        comment: 'ok',
        conditions: ['c'],
        assurance: 'passkey',
      },
    ]);
    const [bare] = requestIn(given(gates.allOfTwo, approve('bob'))).round.votes;
    expect(Object.keys(bare ?? {}).sort()).toEqual([
      'answer',
      'assurance',
      'at',
      'by',
      'person',
      'seq',
      'stage',
      'vote',
    ]);
    const [settling] = requestIn(given(gates.one, vote('bob', 'request_changes'))).round.votes;
    expect(settling).not.toHaveProperty('vote');
  });

  test('settled: by what, when, as what, why', () => {
    const log = given(gates.one, comment('bob', 'hm'), approve('bob', { comment: 'fine' }), answered('first'));
    const settled = inStatus(log, 'settled');
    expect(settled).toMatchObject({
      outcome: 'approved',
      settledAt: minute(2),
      settledSeq: 3,
      settledHead: hashOf(log[2] as Entry),
      reason: 'fine',
      milestones: [
        { seq: 1, type: 'requested' },
        { seq: 3, type: 'decided' },
      ],
      seq: 4,
      head: hashOf(log[3] as Entry),
    });
    expect(inStatus(after(given(gates.one), fallDue, minute(1440)), 'settled').milestones).toEqual([
      { seq: 1, type: 'requested' },
      { seq: 2, type: 'expired' },
    ]);
    expect(inStatus(given(gates.one, cancel()), 'settled').milestones).toMatchObject([{}, { type: 'decided' }]);
    expect(inStatus(given(gates.one, approve('bob')), 'settled')).not.toHaveProperty('reason');
  });

  test('a vote stands in its round, and makes no second one of it', () => {
    for (const rounds of [1, 2, 3, 4]) {
      const later = Array.from({ length: rounds - 1 }, (_, i) => openRound(i + 2, gates.allOfTwo, edited(`${i}`)));
      const request = requestIn(given(gates.allOfTwo, ...later, approve('bob', { at: { round: rounds } })));
      expect(request.rounds.map(({ round }) => round)).toEqual([1, 2, 3, 4].slice(0, rounds));
      expect(request.rounds.at(-1)).toBe(request.round);
      expect(request.rounds.map(({ votes }) => votes.length)).toEqual([0, 0, 0, 1].slice(4 - rounds));
    }
  });

  test('R6 whoever joins asks as well: they are among those who must not decide, once', () => {
    const joined = (key: string, person?: string) =>
      open(gates.one, {
        commandId: `join:${key}`,
        tasks: [task(key)],
        verified: { via: 'api', account: '000000000000', ...(person !== undefined && { person }) },
      });
    const people = (log: readonly Entry[]) => requestIn(log).excluded.people;
    expect(people(given(gates.one, joined('x')))).toStrictEqual(['alice', 'erin']);
    const log = given(gates.one, joined('x', 'frank'), joined('y', 'frank'), joined('z', 'alice'));
    expect(requestIn(log).excluded).toEqual({
      people: ['alice', 'erin', 'frank'],
      addresses: ['alice@example.com', 'erin@example.com'],
    });
  });

  test('every round is kept, the last one changing as it is decided', () => {
    const log = given(
      gates.allOfTwo,
      openRound(2, gates.allOfTwo, edited('2')),
      openRound(3, gates.allOfTwo, edited('3')),
      approve('bob', { at: { round: 3 } }),
    );
    const { rounds, round } = requestIn(log);
    expect(rounds.map((one) => [one.round, one.votes.length])).toEqual([
      [1, 0],
      [2, 0],
      [3, 1],
    ]);
    expect(rounds[2]).toBe(round);
  });

  test('only the task that an entry names changes', () => {
    const log = given(
      open(gates.one, { tasks: [task('x'), task('y'), task('z')] }),
      leave('y'),
      approve('bob'),
      answered('x'),
    );
    expect(requestIn(log).tasks.map(({ state }) => state)).toEqual(['delivered', 'left', 'waiting']);
    expect(waitingTasks(requestIn(log)).map(({ key }) => key)).toEqual(['z']);
  });

  test('fold does not touch what it is given', () => {
    const log = given(gates.allOfTwo, comment('bob', 'x'), refusedNote('bob'), reissue('bob'), notNotified('m'));
    const before = structuredClone(log);
    const request = fold(log);
    foldEntry(request, entryIn(when(log, approve('carol'))));
    expect(log).toEqual(before);
    expect(fold(log)).toEqual(request);
  });

  test('R57 refused attempts are counted by link', () => {
    const log = given(gates.allOfTwo, refusedNote('bob'), refusedNote('carol'), refusedNote('bob'));
    expect(requestIn(log).refusals).toEqual({ '1/0/bob': 2, '1/0/carol': 1 });
  });
});

describe('times', () => {
  test('a stage ends its timeout after it began; a grant takes effect at its time; then there is nothing to wait for', () => {
    const gate = gateOf([stage(['bob'], 'all', { timeout: 60 }), stage(['carol'], 'all', { timeout: 3600 })]);
    const first = inStatus(given(gate), 'pending');
    expect([deadlineOf(first), nextDue(first)]).toEqual([minute(1), minute(1)]);
    const log = after(given(gate), approve('bob'), minute(0.5));
    expect(deadlineOf(inStatus(log, 'pending'))).toBe(minute(60.5));
    expect(openStage(inStatus(log, 'pending')).approvers).toEqual([approver('carol')]);
    expect(nextDue(requestIn(given(gates.notBefore, approve('bob'))))).toBe(minute(120));
    expect(nextDue(requestIn(given(gates.one, approve('bob'))))).toBeUndefined();
  });

  test('links are as old as the stage, the round or the last reissue', () => {
    const log = given(gates.twoStages);
    expect(linksSince(requestIn(log))).toBe(minute(0));
    expect(linksSince(requestIn(after(log, approve('bob'))))).toBe(minute(1));
    expect(linksSince(requestIn(after(log, openRound(2, gates.one))))).toBe(minute(1));
    const reissued = after(after(log, reissue('bob')), notNotified('m'));
    expect(linksSince(requestIn(reissued))).toBe(minute(1));
    const all = after(reissued, reissue());
    expect(linksSince(requestIn(all))).toBe(minute(3));
    // Whoever's came last, wherever they stand.
    expect(linksSince(requestIn(after(all, reissue('bob'))))).toBe(minute(4));
    const three = gateOf([stage(['bob']), stage(['carol']), stage(['dave'])]);
    const passed = given(three, approve('bob'), approve('carol', { at: { stage: 1 } }));
    expect(linksSince(requestIn(passed))).toBe(minute(2));
  });

  test('a pending request whose stage does not exist, or never began, is a fault', () => {
    const { round, ...request } = inStatus(given(gates.one), 'pending');
    expect(() => openStage({ ...request, round: { ...round, stage: 1 } })).toThrow(
      'pending in a stage it does not have',
    );
    expect(() => linksSince({ ...request, round: { ...round, stageBegan: [] } })).toThrow(
      `request ${request.id} is in a stage that never began`,
    );
  });
});

describe('a log that this system did not write is refused, with the entry and why', () => {
  let log: Entry[];
  let votes: Entry[];
  let granted: Entry[];
  let effect: Entry;
  let expired: Entry;
  let taken: Entry;
  let handable: Entry[];
  let handed: Entry;
  const at = (place: number) => log[place] as Entry;
  beforeAll(() => {
    log = given(gates.allOfTwo, comment('bob', 'x'), approve('bob'), approve('carol'), answered('first'));
    votes = given(gates.twoStages, approve('bob'), approve('carol', { at: { stage: 1 } }));
    granted = given(gates.notBefore, approve('bob'));
    effect = entryIn(when(granted, fallDue, minute(120)));
    expired = entryIn(when(given(gates.one), fallDue, minute(1440)));
    taken = entryIn(when(granted, withdraw('bob')));
    handable = given(gateOf([...gates.handable.stages, stage(['bob'], 'all', { name: 'second' })]));
    handed = entryIn(when(handable, delegate('bob', 'frank')));
  });

  test('is a BrokenChain that knows the entry', () => {
    const error = thrownBy(() => fold(log.slice(1)));
    expect(error).toBeInstanceOf(BrokenChain);
    expect(error).toMatchObject({ name: 'BrokenChain', seq: 2 });
  });

  test.each<[string, () => Entry[], string]>([
    ['no opening', () => log.slice(1), "entry 2: a log begins with its opening, not with 'commented'"],
    ['an opening that is not the first', () => [{ ...at(0), seq: 2 }], 'entry 2: the opening is not the first entry'],
    ['an opening after something', () => [{ ...at(0), prev: 'x' }], 'entry 1: the opening is not the first entry'],
    ['a second opening', () => forged(log.slice(0, 1), at(0)), 'entry 2: a second opening'],
    ['a gap', () => [at(0), at(2)], 'entry 3: follows entry 1'],
    ['another hash', () => [at(0), { ...at(1), prev: 'x' }], 'entry 2: does not carry the hash of the entry before it'],
    ['another id', () => forged(log.slice(0, 1), at(1), { id: 'x' }), 'entry 2: belongs to another request'],
    ['another source', () => forged(log.slice(0, 1), at(1), { source: 'x' }), 'entry 2: belongs to another request'],
    ['another key', () => forged(log.slice(0, 1), at(1), { requestId: 'x' }), 'entry 2: belongs to another request'],
    [
      'a time before the one before',
      () => forged(log.slice(0, 2), at(2), { at: minute(0) }),
      'entry 3: is older than the entry before it',
    ],
  ])('%s', (_, entries, message) => {
    expect(broken(entries())).toBe(message);
  });

  test.each<[string, () => Entry[], string]>([
    ['a vote after settlement', () => forged(log, at(2), { at: minute(9) }), "'decided' after the request was settled"],
    [
      'a cancelling after settlement',
      () => forged(log, entryIn(when(given(gates.one), cancel(), minute(9)))),
      "'cancelled' after",
    ],
    ['an expiry after settlement', () => forged(log, expired), "'expired' after the request was settled"],
    ['an effect after settlement', () => forged(log, effect), "'took_effect' after the request was settled"],
    [
      'a round after settlement',
      () => forged(log, entryIn(when(given(gates.one), openRound(2, gates.one), minute(9)))),
      "'round_opened' after",
    ],
    [
      'a task that cancels after settlement',
      () => forged(log, entryIn(when(given(gates.one), leave('first'), minute(9)))),
      "'left' after",
    ],
    ['an effect without a grant', () => forged(given(gates.one), effect), "'took_effect' while the request is pending"],
    [
      'a vote after the grant',
      () => forged(granted, at(2), { at: minute(9) }),
      "'decided' while the request is granted",
    ],
    ['an expiry of a grant', () => forged(granted, expired), 'which is not when its time was over'],
    [
      'an approval taken back before the grant',
      () => forged(given(gates.one), taken),
      "'withdrawn' while the request is pending",
    ],
    [
      'an approval taken back by somebody who did not give it',
      () => forged(granted, taken, { person: 'carol' }),
      "takes back an approval that 'carol' did not give",
    ],
    [
      'an approval taken back by somebody who was against it',
      () =>
        forged(
          given(gateOf([stage(['bob', 'carol'], 'any')], { notBefore: minute(120) }), reject('bob'), approve('carol')),
          taken,
        ),
      "takes back an approval that 'bob' did not give",
    ],
    [
      'a seat handed on that is not theirs',
      () => forged(handable, handed, { person: 'mallory', by: 'mallory@example.com' }),
      'is by mallory@example.com, who was not asked',
    ],
    [
      'a seat handed on to somebody who has one',
      () => forged(handable, handed, { to: { ...approver('carol'), via: ['bob'] } }),
      "hands on a seat to 'carol', who has one",
    ],
    [
      'a seat handed on in another round',
      () => forged(handable, handed, { round: 2 }),
      'hands on a seat in stage 0 of round 2, which is not open',
    ],
    [
      'a seat handed on in a stage to come',
      () => forged(handable, handed, { stage: 1 }),
      'hands on a seat in stage 1 of round 1, which is not open',
    ],
    [
      'a seat handed on after the grant',
      () => forged(granted, handed, { at: minute(9) }),
      "'delegated' while the request is granted",
    ],
    [
      'a vote carried over that its gate has no place for',
      () => forged(log.slice(0, 3), entryIn(when(log.slice(0, 3), openRound(2, gates.allOfTwo))), { carried: [2] }),
      'the votes it carries over',
    ],
    [
      'a grant that takes effect as something else',
      () => forged(granted, effect, { outcome: 'bypassed' }),
      'takes effect as something not granted',
    ],
    [
      'a vote in a stage that has passed',
      () => forged(votes.slice(0, 2), votes[1] as Entry),
      'decides stage 0 of round 1, which is not open',
    ],
    [
      'a vote in a stage to come',
      () => forged(votes.slice(0, 1), votes[2] as Entry),
      'decides stage 1 of round 1, which is not open',
    ],
    [
      'a vote in another round',
      () => forged(log.slice(0, 1), at(2), { round: 2 }),
      'decides stage 0 of round 2, which is not open',
    ],
    [
      'a settling vote without an outcome',
      () => forged(log.slice(0, 3), at(3), { outcome: undefined }),
      "by its gate's rule it is for, settled, approved",
    ],
    [
      'a grant without an outcome',
      () => forged(granted.slice(0, 1), granted[1] as Entry, { outcome: undefined }),
      "by its gate's rule it is for, granted, approved",
    ],
    [
      'a grant without a time',
      () => forged(given(gates.one), granted[1] as Entry),
      "by its gate's rule it is for, settled, approved",
    ],
  ])('%s, though its hashes fit', (_, entries, message) => {
    expect(broken(entries())).toContain(message);
  });

  test('entries at the same moment are no disorder', () => {
    const entries = chained(log.map((entry) => ({ ...entry, at: minute(0) })));
    expect(broken(entries)).toBeUndefined();
  });

  test('rejections count as they were written', () => {
    expect(broken(given(gates.anyOfTwo, reject('bob'), reject('carol')))).toBeUndefined();
  });
});
