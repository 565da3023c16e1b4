import { decide } from '../../../../core/decide/decide.ts';
import type { Open } from '../../../../core/decide/open.ts';
import type { Gate, Outcome } from '../../../../core/gate.ts';
import { limits } from '../../../../core/limits.ts';
import {
  after,
  answered,
  approve,
  entryIn,
  gateOf,
  gates,
  given,
  leave,
  minute,
  open,
  refusalIn,
  requestIn,
  task,
  when,
} from '../../../support/core-fixtures.ts';

const again = (tasks: string[], commandId = `join:${tasks.join()}`) =>
  open(gates.one, { commandId, tasks: tasks.map((key) => task(key)) });
const day = 24 * 60;

/** An opening that says what it comes to at once. */
function openedAs(gate: Gate, outcome: Outcome): Open {
  const command = open(gate);
  return { ...command, opening: command.opening && { ...command.opening, outcome } };
}

describe('opening', () => {
  test('an ask becomes the first entry of its log, with everything that was claimed and verified', () => {
    const entry = entryIn(when([], open(gates.one), minute(0)));
    expect(entry).toMatchObject({
      type: 'opened',
      seq: 1,
      prev: null,
      at: minute(0),
      round: 1,
      commandId: 'open',
      claim: { requestedBy: 'alice@example.com' },
      verified: { via: 'event', eventId: 'event-1' },
      tasks: [{ key: 'first' }],
    });
    expect(requestIn([entry])).toMatchObject({ status: 'pending', openedAt: minute(0), tasks: [{ state: 'waiting' }] });
  });

  test('R21 R24 the same ask again, with a task that is known, finds what was recorded and writes nothing', () => {
    const log = given(gates.one);
    expect(when(log, open(gates.one))).toEqual({ kind: 'recorded', entry: log[0] });
  });

  test('R24 the same ask without a task (the API repeats itself) finds the opening', () => {
    const log = given(open(gates.one, { tasks: [] }));
    expect(when(log, again([]))).toEqual({ kind: 'recorded', entry: log[0] });
  });

  test('R21 a retry with the same key and another task joins with that task only', () => {
    const entry = entryIn(when(given(gates.one), again(['first', 'second'])));
    expect(entry).toMatchObject({ type: 'joined', seq: 2, tasks: [{ key: 'second' }], commandId: 'join:first,second' });
    expect('tasks' in entry && entry.tasks).toHaveLength(1);
  });

  test('R6 somebody who is asked to decide cannot join as a requester, and whoever joins cannot decide', () => {
    const verified = { via: 'api', account: '000000000000', person: 'bob' } as const;
    const join = open(gates.one, { commandId: 'api:1', tasks: [task('second')], verified });
    expect(refusalIn(when(given(gates.one), join))).toEqual(['four_eyes', 403]);
    const dave = open(gates.one, {
      commandId: 'api:2',
      tasks: [task('second')],
      verified: { ...verified, person: 'dave' },
    });
    expect(requestIn(given(gates.one, dave)).excluded.people).toEqual(['alice', 'erin', 'dave']);
  });

  test('R25 a joining that is repeated finds its own entry, not the opening', () => {
    const log = given(gates.one, again(['second']));
    expect(when(log, again(['second']))).toEqual({ kind: 'recorded', entry: log[1] });
    expect(when(log, again(['second'], 'another'))).toEqual({ kind: 'recorded', entry: log[0] });
  });

  test('R24 the same key with different content is refused, settled or not, and says on which field', () => {
    const other = { ...again(['second']), contentDigest: 'other' };
    const decision = when(given(gates.one), other);
    expect(refusalIn(decision)).toEqual(['content_differs', 409]);
    expect(decision).toMatchObject({ refusal: { errors: [{ path: 'requestId' }] } });
    expect(decision).toMatchObject({ refusal: { message: expect.stringContaining("'deploy-42'") } });
    expect(refusalIn(when(given(gates.one, approve('bob')), other))).toEqual(['content_differs', 409]);
  });

  test('R53 a duplicate that comes after settlement joins, to be answered', () => {
    const log = given(gates.one, approve('bob'), answered('first'));
    expect(entryIn(when(log, again(['second']), minute(day)))).toMatchObject({
      type: 'joined',
      tasks: [{ key: 'second' }],
    });
  });

  test('R24 until 24 hours after settlement a new task joins; later the key is used up', () => {
    const log = given(gates.one, approve('bob'));
    expect(refusalIn(when(log, again(['second']), minute(1 + day)))).toEqual(['append']);
    const late = when(log, again(['second']), minute(1 + day + 1));
    expect(refusalIn(late)).toEqual(['key_used_up', 409]);
    expect(late).toMatchObject({ refusal: { errors: [{ path: 'requestId' }] } });
  });

  test('R24 an ask without a task, too, gets the answer for 24 hours after settlement and is refused later', () => {
    const log = given(open(gates.one, { tasks: [] }), approve('bob'));
    expect(when(log, again([]), minute(1 + day))).toEqual({ kind: 'recorded', entry: log[0] });
    expect(refusalIn(when(log, again([]), minute(1 + day + 1)))).toEqual(['key_used_up', 409]);
  });

  test('R49 a known task is known for ever: a retry of its opening is never refused', () => {
    const log = given(gates.one, approve('bob'));
    expect(when(log, open(gates.one), minute(100 * day))).toEqual({ kind: 'recorded', entry: log[0] });
  });

  test('a task that left and is handed in again is the same task', () => {
    const log = given(open(gates.one, { tasks: [task('first'), task('second')] }), leave('first'));
    expect(refusalIn(when(log, again(['first'])))).toEqual(['recorded']);
  });

  test('R6 an approver who asks for the same thing is refused: they could not decide it any more', () => {
    const asked = (person: string) => ({
      ...again(['second']),
      verified: { via: 'api' as const, account: '000000000000', person },
    });
    const log = given(gates.twoStages);
    for (const person of ['bob', 'carol', 'dave']) {
      const decision = when(log, asked(person));
      expect(refusalIn(decision)).toEqual(['four_eyes', 403]);
      expect(decision).toMatchObject({ refusal: { message: expect.stringContaining('You are asked to decide') } });
    }
    const joined = after(log, asked('frank'));
    expect(requestIn(joined).excluded.people).toContain('frank');
    expect(refusalIn(when(joined, asked('bob')))).toEqual(['recorded']);
  });

  test('no more than the limit of tasks wait for one request', () => {
    const tasks = Array.from({ length: limits.tasks - 1 }, (_, i) => task(`t${i}`));
    const log = given(open(gates.one, { tasks }));
    expect(refusalIn(when(log, again(['x', 'y'])))).toEqual(['too_many', 429]);
    const full = after(log, again(['x']));
    expect(refusalIn(when(full, again(['y'])))).toEqual(['too_many', 429]);
    expect(refusalIn(when(full, again(['x'])))).toEqual(['recorded']);
  });

  test('an opening that needs nobody settles in the one entry that opens it', () => {
    const log = given(openedAs(gateOf([]), 'auto_approved'));
    expect(requestIn(log)).toMatchObject({ status: 'settled', outcome: 'auto_approved', settledSeq: 1 });
    const bypassed = gateOf([], { bypass: { kind: 'test_environment' } });
    expect(requestIn(given(openedAs(bypassed, 'bypassed')))).toMatchObject({ outcome: 'bypassed', settledSeq: 1 });
  });

  test('R7 an opening that settles what somebody has to be asked about is a fault, and so is one that asks nobody', () => {
    const faults: [Open, string][] = [
      [openedAs(gates.one, 'auto_approved'), 'a gate of 1 stages cannot be opened as auto_approved'],
      [openedAs(gateOf([]), 'bypassed'), 'a gate of 0 stages cannot be opened as bypassed'],
      [open(gateOf([])), 'a gate of 0 stages cannot be opened as pending'],
    ];
    for (const [command, message] of faults) expect(() => decide(undefined, command, minute(0))).toThrow(message);
  });

  test('a log that is gone while it is being joined is a fault, not a new request', () => {
    expect(() => decide(undefined, { ...open(gates.one), opening: undefined }, minute(1))).toThrow(
      'has no entries now',
    );
  });
});

test('nothing but an opening can be asked of a request that does not exist', () => {
  expect(refusalIn(when([], approve('bob')))).toEqual(['not_found', 404]);
});
