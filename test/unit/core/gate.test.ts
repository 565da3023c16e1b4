import fc from 'fast-check';
import {
  answersOf,
  ordinaryAnswers,
  type Rule,
  ruleInWords,
  type Stage,
  stageStanding,
  suffices,
  votesNeeded,
  whoseTurn,
} from '../../../core/gate.ts';
import { stage } from '../../support/core-fixtures.ts';

const people = (count: number) => Array.from({ length: count }, (_, i) => `person${i}`);
const votes = (how: string) =>
  [...how].map((one, i) => ({ person: `person${i}`, vote: one === '+' ? ('for' as const) : ('against' as const) }));

test.each<[Rule, number, string, 'open' | 'passed' | 'failed']>([
  ['all', 2, '', 'open'],
  ['all', 2, '+', 'open'],
  ['all', 2, '++', 'passed'],
  ['all', 2, '-', 'failed'],
  ['all', 1, '+', 'passed'],
  ['any', 2, '', 'open'],
  ['any', 2, '-', 'open'],
  ['any', 2, '-+', 'passed'],
  ['any', 2, '--', 'failed'],
  [{ quorum: 2 }, 3, '+', 'open'],
  [{ quorum: 2 }, 3, '+-', 'open'],
  [{ quorum: 2 }, 3, '+-+', 'passed'],
  [{ quorum: 2 }, 3, '--', 'failed'],
  [{ quorum: 3 }, 3, '-', 'failed'],
  [{ quorum: 2 }, 1, '+', 'failed'],
])('rule %j of %i approvers after %j: %s', (rule, count, how, expected) => {
  expect(stageStanding(stage(people(count), rule), votes(how))).toBe(expected);
});

test('a stage passes exactly when enough are for it, and fails exactly when enough no longer can be', () => {
  const rules = (count: number) =>
    fc.oneof(
      fc.constant<Rule>('all'),
      fc.constant<Rule>('any'),
      fc.integer({ min: 1, max: count }).map((quorum): Rule => ({ quorum })),
    );
  const cases = fc
    .integer({ min: 1, max: 7 })
    .chain((count) => fc.tuple(fc.constant(count), rules(count), fc.array(fc.boolean(), { maxLength: count })));
  fc.assert(
    fc.property(cases, ([count, rule, cast]) => {
      const voted = cast.map((yes, i) => ({
        person: `person${i}`,
        vote: yes ? ('for' as const) : ('against' as const),
      }));
      const yes = cast.filter(Boolean).length;
      const no = cast.length - yes;
      const passed =
        rule === 'all'
          ? no === 0 && yes === count
          : rule === 'any'
            ? yes > 0
            : yes >= (rule as { quorum: number }).quorum;
      const hopeless =
        rule === 'all' ? no > 0 : rule === 'any' ? no === count : no > count - (rule as { quorum: number }).quorum;
      expect(stageStanding(stage(people(count), rule), voted)).toBe(passed ? 'passed' : hopeless ? 'failed' : 'open');
    }),
  );
});

test('how many votes a stage needs', () => {
  expect([votesNeeded(stage(people(3))), votesNeeded(stage(people(3), 'any'))]).toEqual([3, 1]);
  expect(votesNeeded(stage(people(3), { quorum: 2 }))).toBe(2);
});

test.each<[Rule, number, string]>([
  ['all', 1, 'one approver'],
  ['any', 1, 'one approver'],
  [{ quorum: 1 }, 1, 'one approver'],
  ['all', 2, 'both approvers'],
  ['all', 3, 'all 3 approvers'],
  ['any', 2, 'any one of 2 approvers'],
  [{ quorum: 2 }, 3, '2 of 3 approvers'],
])('rule %j of %i in words', (rule, count, words) => {
  expect(ruleInWords(stage(people(count), rule))).toBe(words);
});

test('an ordinary stage takes approve, reject and request changes; a stage with answers of its own takes those alone', () => {
  expect(answersOf(stage(['bob']))).toBe(ordinaryAnswers);
  expect(ordinaryAnswers).toEqual([
    { name: 'approve', label: 'Approve', effect: 'count', vote: 'for' },
    { name: 'reject', label: 'Reject', effect: 'count', vote: 'against' },
    { name: 'request_changes', label: 'Request changes', effect: 'settle', outcome: 'changes_requested' },
  ]);
  const own = [{ name: 'retry', label: 'Retry', effect: 'settle', outcome: 'approved' }] as const;
  expect(answersOf(stage(['bob'], 'any', { answers: [...own] }))).toEqual(own);
});

const eachGroup = (groups: Record<string, string[]>) => {
  const named = Object.entries(groups).map(([name, people]) => ({ name, people }));
  return stage([...new Set(Object.values(groups).flat())], 'one_from_each', { groups: named });
};
const inFavour = (...people: string[]) => people.map((person) => ({ person, vote: 'for' as const }));

describe('a stage of one from each group', () => {
  const both = eachGroup({ security: ['bob', 'carol'], network: ['carol', 'dan'] });

  test('R7 does not pass by as many people of one group as there are groups', () => {
    const groups = eachGroup({ security: ['bob', 'carol'], network: ['dan'] });
    expect(stageStanding(groups, inFavour('bob', 'carol'))).toBe('open');
    expect(stageStanding(groups, inFavour('bob', 'dan'))).toBe('passed');
  });

  test('R7 counts who is of two groups for one of them, whichever is needed', () => {
    expect(stageStanding(both, inFavour('carol'))).toBe('open');
    expect(stageStanding(both, inFavour('carol', 'bob'))).toBe('passed');
    expect(stageStanding(both, inFavour('carol', 'dan'))).toBe('passed');
    expect(suffices(both, ['carol', 'carol'])).toBe(false);
  });

  test('fails once a group has nobody of its own left', () => {
    const refused = { person: 'dan', vote: 'against' as const };
    expect(stageStanding(both, [refused])).toBe('open');
    expect(stageStanding(both, [refused, { person: 'bob', vote: 'against' }])).toBe('failed');
  });

  test('needs a vote from each, and says of which groups', () => {
    const three = eachGroup({ a: ['bob'], b: ['carol'], c: ['dan', 'erin'] });
    expect(votesNeeded(three)).toBe(3);
    expect(ruleInWords(three)).toBe('one from each of a, b, c');
  });

  test('R7 is never met where it has no groups', () => {
    const { groups: _, ...none } = both;
    for (const odd of [none, { ...none, groups: [] }]) {
      expect(suffices(odd, ['bob', 'carol'])).toBe(false);
      expect(stageStanding(odd, inFavour('bob', 'carol', 'dan'))).toBe('failed');
      expect(votesNeeded(odd)).toBe(0);
    }
  });
});

test('R7 a stage that asks nobody is never met', () => {
  expect(suffices(stage([], 'all'), [])).toBe(false);
  expect(stageStanding(stage([], 'all'), [])).toBe('failed');
});

test('R7 who votes twice counts once', () => {
  expect(suffices(stage(people(3), { quorum: 2 }), ['person0', 'person0'])).toBe(false);
});

test('where one rejection is enough, one fails the stage though the rule could still be met', () => {
  const { approvers } = stage(people(3));
  const veto = { name: 's', timeout: 60, approvers, rule: 'any' as const, veto: true };
  expect(stageStanding(veto, votes('-'))).toBe('failed');
  expect(stageStanding(veto, votes('+-'))).toBe('failed');
  expect(stageStanding(veto, votes('+'))).toBe('passed');
  expect(stageStanding({ ...veto, veto: false }, votes('-'))).toBe('open');
});

test('in turn, the next who has not answered may answer; otherwise all of them', () => {
  const all = stage(people(3));
  const keys = (of: Stage, answered: string[]) => whoseTurn(of, answered).map(({ person }) => person);
  expect(keys(all, ['person0'])).toEqual(['person1', 'person2']);
  expect(keys({ ...all, order: 'sequential' }, [])).toEqual(['person0']);
  expect(keys({ ...all, order: 'sequential' }, ['person0'])).toEqual(['person1']);
  expect(keys({ ...all, order: 'sequential' }, people(3))).toEqual([]);
});

test('the rule in words says whether it goes in turn and whether one rejection is enough, where that says something', () => {
  const words = (count: number, rule: Rule, more: Partial<Stage>) => ruleInWords(stage(people(count), rule, more));
  expect(words(2, 'all', { order: 'sequential' })).toBe('both approvers, in turn');
  expect(words(1, 'all', { order: 'sequential' })).toBe('one approver');
  expect(words(2, 'any', { veto: true })).toBe('any one of 2 approvers; one rejection is enough to reject');
  expect(words(2, 'all', { veto: true })).toBe('both approvers');
  expect(words(2, 'any', { veto: false })).toBe('any one of 2 approvers');
});
