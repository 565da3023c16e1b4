import { isOver } from '../../../bench/budget.ts';
import { initOf } from '../../../bench/bundles.ts';
import { costOfThousand, readPrices, type Usage } from '../../../bench/cost.ts';
import { roundTrips } from '../../../bench/recording.ts';
import { askFor, longestTaskToken } from '../../../bench/reference-request.ts';
import { measureResolving } from '../../../bench/resolving.ts';
import { median } from '../../../bench/statistics.ts';
import { figuresTable, table } from '../../../bench/table.ts';
import { parseAsk } from '../../../core/intake/ask.ts';

const nothing: Usage = {
  transitions: 0,
  writeUnits: 0,
  readUnits: 0,
  invocations: [],
  httpRequests: 0,
  customEvents: 0,
  schedulerInvocations: 0,
  kmsRequests: 0,
  s3Puts: 0,
  s3Gets: 0,
  sqsRequests: 0,
  loggedBytes: 0,
  traces: 0,
  mails: 0,
};

test('calls that overlap are one round trip', () => {
  const at = (start: number, end: number) => ({ start, end });
  expect(roundTrips([])).toBe(0);
  expect(roundTrips([at(5, 9), at(0, 4), at(1, 3)])).toBe(2);
  expect(roundTrips([at(0, 4), at(3, 6), at(5, 7)])).toBe(1);
  expect(roundTrips([at(0, 1), at(1, 2), at(2, 3)])).toBe(3);
});

test('a thousand approvals cost a thousand times one, mail by itself', () => {
  const prices = readPrices();
  const cost = costOfThousand({ ...nothing, transitions: 1, writeUnits: 24, mails: 5 }, prices);
  expect(cost.total).toBeCloseTo(0.025 + 0.015, 6);
  expect(cost.mail).toBeCloseTo(0.5, 6);
  const second = { ...nothing, invocations: [{ ms: 1000, memory: 512 }] };
  expect(costOfThousand(second, prices).total).toBeCloseTo(1000 * (0.5 * 0.0000133334 + 0.0000002), 6);
});

test('prices say when they are from, where they hold and where they come from', () => {
  expect(readPrices()).toMatchObject({ date: '2026-11', region: 'us-east-1' });
  expect(readPrices().source).toContain('not fetched');
});

test('a figure is over above its budget, and where it could not be taken', () => {
  const figure = (value: number, budget?: number) => ({ name: '', unit: '', value, ...(budget && { budget }) });
  expect([figure(3, 3), figure(99), figure(3.01, 3), figure(Number.NaN, 3)].map(isOver)).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test('the reference request is one that the opening takes, its token of the longest kind', () => {
  expect(longestTaskToken()).toMatch(/^[A-Za-z0-9+/]{2048}$/);
  for (const approvers of [1, 2] as const) {
    const read = parseAsk(askFor(approvers), { requestedByRequired: true, source: 'events:demo.shop@000000000000' });
    expect(read).toHaveProperty('ask');
  }
});

test('tables line up, budgets beside figures, without colour where nobody asked for it', () => {
  expect(
    table(
      ['a', 'n'],
      [
        ['long', '1'],
        ['b', '100'],
      ],
    ),
  ).toBe('a       n\n────  ───\nlong    1\nb     100');
  const figures = [
    { name: 'Within', value: 1, budget: 2, unit: 'ms' },
    { name: 'Beyond', value: 3, budget: 2, unit: 'ms' },
    { name: 'Unpromised', value: 4, unit: 'ms' },
  ];
  const lines = figuresTable(figures, false).split('\n').slice(2);
  expect(lines.map((text) => text.trim().replace(/ +/g, ' '))).toEqual([
    'Within 1 ms 2 ✓',
    'Beyond 3 ms 2 ✗ over',
    'Unpromised 4 ms',
  ]);
  expect(figuresTable(figures, true)).toContain('\u001b[');
});

test('the median of an even number is between the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
});

test('init is compared in the quickest quarter of the pairs: a busy moment of the machine is not the function', () => {
  const quiet = { none: 25, own: 50 };
  const busy = { none: 60, own: 190 };
  expect(initOf([busy, busy, quiet, busy, busy, busy, quiet, busy])).toEqual({ init: 50, beyondEmpty: 25 });
  expect(initOf([]).beyondEmpty).toBeNaN();
});

test('the large policy whose resolving is measured has a gate for each request it is asked about', () => {
  const { warm, fresh } = measureResolving({ runs: 2, warming: 1 });
  expect(warm).toBeGreaterThan(0);
  expect(fresh).toBeGreaterThan(0);
});
