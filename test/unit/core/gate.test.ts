import fc from 'fast-check';
import { answersOf, ordinaryAnswers, type Rule, ruleInWords, stageStanding, votesNeeded } from '../../../core/gate.ts';
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
