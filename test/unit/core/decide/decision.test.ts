import { entryTime, settlingEntry } from '../../../../core/decide/decision.ts';
import { approve, gates, given, inStatus, minute, requestIn } from '../../../support/core-fixtures.ts';

describe('what every decision is made of', () => {
  test('the time of an entry is now, and never before the entry it follows', () => {
    const request = requestIn(given(gates.one, approve('bob')));
    expect([0, 1, 2].map((now) => entryTime(request, minute(now)))).toEqual([minute(1), minute(1), minute(2)]);
  });

  test('the entry that settled it is the one of its number; that there is none is a fault', () => {
    const log = given(gates.one, approve('bob'));
    const settled = inStatus(log, 'settled');
    expect(settlingEntry(settled)).toBe(log[1]);
    const fault = `request ${settled.id} is settled by entry 9, which no command wrote`;
    expect(() => settlingEntry({ ...settled, settledSeq: 9 })).toThrow(fault);
  });
});
