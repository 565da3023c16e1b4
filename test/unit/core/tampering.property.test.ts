import fc from 'fast-check';
import { type Entry, hashOf, isEntry } from '../../../core/entry.ts';
import { BrokenChain, fold } from '../../../core/fold.ts';
import { run, steps } from '../../support/core-runs.ts';
import { someGate } from '../../support/some-gates.ts';

/*
 * What the chain shows by itself, and what it does not:
 * - an item that has not the shape of an entry is none, and its log is not read;
 * - any change to an entry that another follows, and any entry left out, doubled, moved or added before the last one,
 *   breaks the log: `fold` throws;
 * - a change to the last entry, or entries cut off at the end, leave a log that folds, with another head. Who knows the
 *   head (the answer's `auditHead`, an export, a signed checkpoint) sees that; the chain alone cannot;
 * - somebody who may write entries can forge the rest of a log from any place on, and again only the head differs.
 */

const logs = fc.tuple(someGate, steps).map(([gate, todo]) => run(gate, todo).log);
const longer = logs.filter((log) => log.length > 1);
const headOf = (log: readonly Entry[]): string | undefined => fold(log)?.head;

/** Does the log still read and fold? Anything thrown but a broken chain fails the test. */
function folds(log: readonly Entry[]): boolean {
  // Whoever reads a log refuses what is no entry at all, before it is folded.
  if (!log.every(isEntry)) return false;
  try {
    fold(log);
    return true;
  } catch (error) {
    if (error instanceof BrokenChain) return false;
    throw error;
  }
}

type Path = (string | number)[];

/** The places of every value in an entry, down to the leaves. */
function places(value: unknown, path: Path = []): Path[] {
  const inside = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [...(path.length > 0 ? [path] : []), ...inside.flatMap(([key, inner]) => places(inner, [...path, key]))];
}

function withChange(entry: Entry, path: Path, change: (value: unknown) => unknown): Entry {
  const copy = structuredClone(entry) as unknown as Record<string | number, unknown>;
  let at = copy;
  for (const step of path.slice(0, -1)) at = at[step] as typeof at;
  const last = path.at(-1) ?? '';
  const changed = change(at[last]);
  if (changed === undefined) delete at[last];
  else at[last] = changed;
  return copy as unknown as Entry;
}

const changes: [string, (value: unknown) => unknown][] = [
  ['left out', () => undefined],
  ['replaced', (value) => (value === 'x' ? 'y' : 'x')],
  [
    'by one character',
    (value) => (typeof value === 'string' ? `${value} ` : typeof value === 'number' ? value + 1 : [value]),
  ],
];

describe('R35 tampering with a stored log', () => {
  test('any field of any entry that another follows, changed or left out, breaks it', () => {
    fc.assert(
      fc.property(longer, fc.nat(), fc.nat(), fc.constantFrom(...changes), (log, which, where, [, change]) => {
        const index = which % (log.length - 1);
        const entry = log[index] as Entry;
        const all = places(entry);
        const path = all[where % all.length] ?? [];
        const altered = log.with(index, withChange(entry, path, change));
        expect([path, folds(altered)]).toEqual([path, false]);
      }),
      { numRuns: 200 },
    );
  });

  test('a field that was never there, added, breaks it too', () => {
    fc.assert(
      fc.property(longer, fc.nat(), (log, which) => {
        const index = which % (log.length - 1);
        expect(folds(log.with(index, Object.assign({}, log[index] as Entry, { added: true })))).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  test('an entry left out before the last, doubled, or changed places with another, breaks it', () => {
    fc.assert(
      fc.property(longer, fc.nat(), fc.nat(), (log, one, other) => {
        const i = one % log.length;
        const j = other % log.length;
        if (i < log.length - 1) expect(folds(log.toSpliced(i, 1))).toBe(false);
        expect(folds(log.toSpliced(j, 0, log[i] as Entry))).toBe(false);
        if (i !== j) expect(folds(log.with(i, log[j] as Entry).with(j, log[i] as Entry))).toBe(false);
        expect(folds(log.slice(1 + (i % (log.length - 1))))).toBe(false);
      }),
      { numRuns: 80 },
    );
  });

  test('an entry left out and the later ones renumbered breaks it', () => {
    fc.assert(
      fc.property(longer, fc.nat(), (log, which) => {
        const i = which % (log.length - 1);
        const renumbered = log.toSpliced(i, 1).map((entry, k) => ({ ...entry, seq: k + 1 }));
        expect(folds(renumbered)).toBe(false);
      }),
      { numRuns: 80 },
    );
  });

  test('entries of two requests, or of two histories of one, do not mix', () => {
    fc.assert(
      fc.property(longer, longer, fc.nat(), (log, other, which) => {
        const i = 1 + (which % (Math.min(log.length, other.length) - 1));
        const mixed = [...log.slice(0, i), ...other.slice(i)];
        const alike = hashOf(log[i - 1] as Entry) === hashOf(other[i - 1] as Entry);
        expect(folds(mixed)).toBe(alike);
      }),
      { numRuns: 80 },
    );
  });

  test('what the chain alone cannot show: the last entry changed, or the end cut off; the head shows it', () => {
    fc.assert(
      fc.property(longer, fc.nat(), fc.nat(), (log, which, where) => {
        const head = headOf(log);
        const cut = log.slice(0, 1 + (which % (log.length - 1)));
        expect(folds(cut)).toBe(true);
        expect(headOf(cut)).not.toBe(head);
        const last = log.at(-1) as Entry;
        const all = places(last);
        const altered = log.with(
          -1,
          withChange(last, all[where % all.length] ?? [], (value) => [value]),
        );
        expect(folds(altered) ? headOf(altered) : 'broken').not.toBe(head);
      }),
      { numRuns: 100 },
    );
  });

  test('every entry’s every field, once: no field of any type is outside the hash', () => {
    const seen = new Map<string, Entry>();
    fc.assert(
      fc.property(logs, (log) => {
        for (const entry of log) seen.set(entry.type, entry);
      }),
      { numRuns: 400, seed: 2 },
    );
    expect([...seen.keys()].sort()).toHaveLength(16);
    for (const entry of seen.values())
      for (const path of places(entry))
        for (const [, change] of changes) {
          const altered = withChange(entry, path, change);
          expect([entry.type, path, hashOf(altered) === hashOf(entry)]).toEqual([entry.type, path, false]);
        }
  });
});
