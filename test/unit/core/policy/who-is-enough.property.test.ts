import fc from 'fast-check';
import { type Stage, suffices } from '../../../../core/gate.ts';
import { enoughWithout, quorumsOf } from '../../../../core/policy/who-is-enough.ts';
import { stage } from '../../../support/core-gates.ts';

// Gates of six people, where every set of them can be tried.

const people = ['ann', 'ben', 'cid', 'dora', 'eli', 'fay'];
const everySet = Array.from({ length: 2 ** people.length }, (_, set) => people.filter((_, i) => (set >> i) % 2 === 1));

const stages: fc.Arbitrary<Stage> = fc.oneof(
  fc
    .record({ of: fc.subarray(people, { minLength: 1 }), votes: fc.nat(5), all: fc.boolean() })
    .map(({ of, votes, all }) => stage(of, all ? 'all' : { quorum: 1 + (votes % of.length) })),
  fc.array(fc.subarray(people, { minLength: 1 }), { minLength: 1, maxLength: 3 }).map((groups) =>
    stage([...new Set(groups.flat())], 'one_from_each', {
      groups: groups.map((of, i) => ({ name: `g${i}`, people: of })),
    }),
  ),
);
const gates = fc.array(stages, { minLength: 1, maxLength: 3 });

function passes(one: Stage, agreed: readonly string[]): boolean {
  const theirs = agreed.filter((person) => one.approvers.some((approver) => approver.person === person));
  return suffices(one, theirs);
}

test('W5 names people who are enough now and were not, exactly where there are some, and nobody needless', () => {
  let weaker = 0;
  fc.assert(
    fc.property(stages, gates, (before, after) => {
      const quorums = after.flatMap((one) => quorumsOf(one) ?? []);
      const found = (quorumsOf(before) ?? []).map((quorum) => enoughWithout(quorum, quorums));
      const fewer = everySet.filter((set) => after.every((one) => passes(one, set)) && !passes(before, set));
      const named = found.filter((set) => set !== undefined);
      expect(named.length > 0).toBe(fewer.length > 0);
      for (const set of named) {
        const of = people.filter((person) => set.includes(person));
        expect(fewer).toContainEqual(of);
        for (const person of of) {
          const without = of.filter((other) => other !== person);
          expect(after.every((one) => passes(one, without))).toBe(false);
        }
      }
      if (fewer.length > 0) weaker++;
    }),
    { numRuns: 2000 },
  );
  expect(weaker).toBeGreaterThan(200);
});

test('large groups are compared by how many and who, at once', () => {
  const crowd = Array.from({ length: 50 }, (_, i) => `p${i}`);
  const [of] = quorumsOf(stage(crowd, { quorum: 20 })) ?? [];
  const [more] = quorumsOf(stage([...crowd, 'new'], { quorum: 20 })) ?? [];
  if (!of || !more) throw new Error('no quorums');
  expect(enoughWithout(of, [of])).toBeUndefined();
  expect(enoughWithout(more, [of])).toBeUndefined();
  expect(enoughWithout(of, [more])).toEqual(expect.arrayContaining(['new']));
});

test('what takes too long to work out is said to', () => {
  // Two of each of 50 overlapping sixes: whether 30 people can be enough has a great many ways to be tried.
  const crowd = Array.from({ length: 50 }, (_, i) => `p${i}`);
  const sixes = crowd.map((_, i) => ({ needed: 2, of: [0, 1, 3, 7, 12, 20].map((on) => `p${(i + on) % 50}`) }));
  expect(enoughWithout({ needed: 18, of: crowd }, sixes)).toBe('undecided');
  expect(quorumsOf(stage([], 'one_from_each', { groups: crowd.map((name) => ({ name, people: [name] })) }))).toBe(
    undefined,
  );
});
