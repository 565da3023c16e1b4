import {
  after,
  approve,
  fallDue,
  gates,
  given,
  inStatus,
  minute,
  openRound,
  refusalIn,
  reject,
  when,
} from '../../../support/core-fixtures.ts';

const day = 24 * 60;

describe('time has passed', () => {
  test('R15 R19 a request nobody answered expires at its deadline, and not a moment before', () => {
    const log = given(gates.one);
    expect(refusalIn(when(log, fallDue, minute(day - 0.001)))).toEqual(['too_early', 409]);
    const expired = after(log, fallDue, minute(day));
    expect(expired[1]).toMatchObject({
      type: 'expired',
      commandId: 'expire:1.0',
      round: 1,
      stage: 0,
      deadline: minute(day),
      outcome: 'expired',
    });
    expect(inStatus(expired, 'settled')).toMatchObject({ outcome: 'expired', settledAt: minute(day) });
    expect(inStatus(expired, 'settled')).not.toHaveProperty('reason');
  });

  test('each stage has its own time, from its own beginning, in its own round', () => {
    const log = after(given(gates.twoStages), approve('bob'), minute(100));
    expect(refusalIn(when(log, fallDue, minute(day + 99)))).toEqual(['too_early', 409]);
    expect(after(log, fallDue, minute(day + 100)).at(-1)).toMatchObject({ stage: 1, commandId: 'expire:1.1' });
    const next = after(log, openRound(2, gates.one), minute(200));
    expect(refusalIn(when(next, fallDue, minute(day + 199)))).toEqual(['too_early', 409]);
    expect(after(next, fallDue, minute(day + 200)).at(-1)).toMatchObject({
      round: 2,
      stage: 0,
      commandId: 'expire:2.0',
    });
  });

  test('a granted request takes effect at its time, and not a moment before', () => {
    const log = given(gates.notBefore, approve('bob'));
    expect(refusalIn(when(log, fallDue, minute(119)))).toEqual(['too_early', 409]);
    const done = after(log, fallDue, minute(120));
    expect(done[2]).toMatchObject({ type: 'took_effect', commandId: 'effect:1', outcome: 'approved' });
    expect(inStatus(done, 'settled')).toMatchObject({ outcome: 'approved', settledSeq: 3, settledAt: minute(120) });
  });

  test('R26 after the decision nothing happens: the timer finds what settled the request', () => {
    for (const log of [given(gates.one, reject('bob')), after(given(gates.one), fallDue, minute(day))])
      expect(when(log, fallDue, minute(2 * day))).toEqual({ kind: 'recorded', entry: log[1] });
  });

  test('R19 a vote that comes after the deadline does not keep the request from expiring', () => {
    const log = given(gates.one);
    expect(refusalIn(when(log, approve('bob'), minute(day)))).toEqual(['expired', 410]);
    expect(refusalIn(when(log, fallDue, minute(day)))).toEqual(['append']);
  });
});
