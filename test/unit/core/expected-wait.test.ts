import { expectedWait, kindOf, waitOf } from '../../../core/expected-wait.ts';
import type { SettledRequest } from '../../../core/request.ts';
import { after, approve, cancel, gates, given, minute, requestIn } from '../../support/core-fixtures.ts';

test('W10 the wait to expect: half and nine in ten of the latest, in seconds', () => {
  expect(expectedWait([30, 10, 20])).toEqual({ median: 20, ninetieth: 30, of: 3 });
  expect(expectedWait(Array.from({ length: 20 }, (_, i) => i + 1))).toEqual({ median: 10, ninetieth: 18, of: 20 });
});

test('W10 two past requests say nothing', () => {
  expect(expectedWait([])).toBeUndefined();
  expect(expectedWait([10, 20])).toBeUndefined();
});

test('how long a request took is from its opening to the decision of a person', () => {
  const decided = requestIn(after(given(gates.one), approve('bob'), minute(7))) as SettledRequest;
  expect(waitOf(decided)).toBe(420);
  expect(kindOf(decided)).toBe('production/peer_review');
});

test('what nobody decided took no time that says anything', () => {
  expect(waitOf(requestIn(given(gates.one, cancel())) as SettledRequest)).toBeUndefined();
  expect(waitOf(requestIn(given(gates.allOfTwo, approve('bob'), cancel())) as SettledRequest)).toBeUndefined();
});
