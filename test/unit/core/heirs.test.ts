import type { Stage } from '../../../core/gate.ts';
import { heirsInWords, heirsOf } from '../../../core/heirs.ts';

const stage: Stage = {
  name: 'release',
  approvers: [],
  rule: 'one_from_each',
  timeout: 60,
  groups: [
    { name: 'lead', people: ['bob', 'fay'] },
    { name: 'security', people: ['carol', 'fay'] },
  ],
  delegateTo: ['lead', 'security', 'erin'],
};

describe('whom a seat may be handed on to', () => {
  test('where one from each group is needed: who is in all its groups, or is named beside them', () => {
    expect(heirsOf(stage, 'bob')).toEqual({ groups: ['lead'], others: ['erin'] });
    expect(heirsOf(stage, 'fay')).toEqual({ groups: ['lead', 'security'], others: ['erin'] });
    expect(heirsInWords(heirsOf(stage, 'fay'))).toEqual(['lead as well as security', 'erin']);
  });

  test('else whom the stage names', () => {
    expect(heirsOf({ ...stage, rule: 'any' }, 'bob')).toEqual({ groups: [], others: ['lead', 'security', 'erin'] });
  });

  test('nobody where the stage names nobody', () => {
    const { delegateTo: _, ...bare } = stage;
    expect(heirsOf(bare, 'bob')).toEqual({ groups: [], others: [] });
  });
});
