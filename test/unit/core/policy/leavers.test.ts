import type { Stage } from '../../../../core/gate.ts';
import { leaversMatter, withSeatsKept } from '../../../../core/policy/leavers.ts';
import type { Request } from '../../../../core/request.ts';
import type { DirectoryNow } from '../../../../core/still-asked.ts';
import { approve, approver, gateOf, given, reject, requestIn, stage } from '../../../support/core-fixtures.ts';

type Open = Exclude<Request, { status: 'settled' }>;
/** The directory without those: who is in it is in every group. */
const without = (...gone: string[]): DirectoryNow => ({ has: (person) => !gone.includes(person), isIn: () => true });
/** The stages without the seats of those. */
const less = (stages: Stage[], ...gone: string[]): Stage[] =>
  stages.map((one) => ({ ...one, approvers: one.approvers.filter(({ person }) => !gone.includes(person)) }));
const pending = (stages: Stage[], ...votes: Parameters<typeof given>[1][]): Open =>
  requestIn(given(gateOf(stages), ...votes)) as Open;

describe('W1 a gate is looked at again when somebody leaves', () => {
  test.each<[string, Stage[], string[], boolean]>([
    ['one of any, and others are left', [stage(['bob', 'carol'], 'any')], ['bob'], false],
    ['the last one of any', [stage(['bob', 'carol'], 'any')], ['bob', 'carol'], true],
    ['one of all', [stage(['bob', 'carol'])], ['bob'], true],
    ['one of three for a quorum of two', [stage(['bob', 'carol', 'dave'], { quorum: 2 })], ['bob'], false],
    ['two of three for a quorum of two', [stage(['bob', 'carol', 'dave'], { quorum: 2 })], ['bob', 'carol'], true],
    ['whose turn it is', [stage(['bob', 'carol'], 'any', { order: 'sequential' })], ['bob'], true],
    ['whose turn is to come', [stage(['bob', 'carol'], 'any', { order: 'sequential' })], ['carol'], false],
    [
      'somebody of a later stage that needs them',
      [stage(['bob']), stage(['carol'], 'all', { name: 'second' })],
      ['carol'],
      true,
    ],
    ['somebody who is not asked', [stage(['bob'])], ['zoe'], false],
    [
      'the only one of a group',
      [
        stage(['bob', 'carol'], 'one_from_each', {
          groups: [
            { name: 'ops', people: ['bob'] },
            { name: 'sec', people: ['carol'] },
          ],
        }),
      ],
      ['carol'],
      true,
    ],
    [
      'one of two of a group',
      [
        stage(['bob', 'carol', 'dave'], 'one_from_each', {
          groups: [
            { name: 'ops', people: ['bob', 'dave'] },
            { name: 'sec', people: ['carol'] },
          ],
        }),
      ],
      ['dave'],
      false,
    ],
  ])('%s', (_what, stages, gone, matters) => {
    expect(leaversMatter(pending(stages), without(...gone))).toBe(matters);
  });

  test('a vote of somebody who has left counts no longer', () => {
    const request = pending([stage(['bob', 'carol', 'dave'], { quorum: 2 })], approve('bob'));
    expect(leaversMatter(request, without('bob'))).toBe(true);
    expect(leaversMatter(request, without('carol'))).toBe(false);
  });

  test('somebody against it cannot be counted on for the rest', () => {
    const request = pending([stage(['bob', 'carol', 'dave'], 'any')], reject('bob'), reject('carol'));
    expect(leaversMatter(request, without('dave'))).toBe(true);
  });
});

test('W4 a seat that was handed on stays where it is, in its groups too', () => {
  const groups = [{ name: 'ops', people: ['bob'] }];
  const heir = { ...approver('erin'), via: ['bob'] };
  const before = [stage(['bob', 'carol'], 'one_from_each', { approvers: [heir, approver('carol')] })];
  const after = [stage(['bob', 'carol'], 'one_from_each', { groups })];
  const [kept] = withSeatsKept(after, before);
  expect(kept?.approvers).toEqual([heir, approver('carol')]);
  expect(kept?.groups).toEqual([{ name: 'ops', people: ['erin'] }]);
  expect(withSeatsKept(after, less(before, 'erin'))).toEqual(after);
});

test('R7 who holds two seats by way of others keeps one: nobody sits twice', () => {
  const fay = { ...approver('fay'), via: ['bob', 'dan'] };
  const before = [stage([], 'all', { approvers: [fay, approver('carol'), approver('erin')] })];
  const after = [stage(['bob', 'carol', 'dan'], 'all')];
  const [kept] = withSeatsKept(after, less(before, 'erin'));
  expect(kept?.approvers.map(({ person }) => person)).toEqual(['fay', 'carol', 'dan']);
});
