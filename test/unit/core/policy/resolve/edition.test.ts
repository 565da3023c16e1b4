import type { Claim } from '../../../../../core/claim.ts';
import type { Policy } from '../../../../../core/policy/policy.ts';
import { resolve } from '../../../../../core/policy/resolve.ts';
import { checkpoint, plan, policyOf, situation, workflow } from '../../../../support/situations.ts';

/** Whom a policy asks: one that is published now, and a version that was published before there were editions. */
function askedNowAndBefore(more: Partial<Policy>, claim: Partial<Claim>): unknown[] {
  const policy = policyOf(more);
  const { edition: _, ...stored } = policy;
  return [policy, stored].map((one) => {
    const found = resolve(one, situation(claim));
    return 'code' in found
      ? found.code
      : found.gate.stages.flatMap(({ approvers }) => approvers.map(({ person }) => person));
  });
}

const when = (expression: string) => ({ text: expression, expression });
const tested = { risk: 'low', facts: { tested: true } } as const;
const automatic = workflow('automatic', { when: when('facts.tested == true') });

describe('a version that was published before asks whom it asked', () => {
  test('by a trigger with capital letters in an expression', () => {
    const security = checkpoint('security', ['erin'], { triggers: [], when: when("trigger.startsWith('Sec-')") });
    const of = { checkpoints: [security], workflows: [automatic] };
    expect(askedNowAndBefore(of, { ...tested, trigger: 'Sec-Scan' })).toEqual([[], ['erin']]);
  });

  test('by a checkpoint that there is not, where it has none', () => {
    expect(askedNowAndBefore({ workflows: [automatic] }, { ...tested, checkpoint: 'security_review' })).toEqual([
      'no_gate',
      [],
    ]);
    expect(askedNowAndBefore({ workflows: [automatic] }, { ...tested, checkpoint: 'maintenance_window' })[0]).toBe(
      'no_gate',
    );
  });

  test('as experts for what no rule covers', () => {
    const db = workflow('expert_review', {
      name: 'db',
      when: when('facts.db == true'),
      stage: plan(['erin'], { name: 'db' }),
    });
    const expert = workflow('expert_review', {
      risks: ['critical'],
      stage: plan(['dan'], { name: 'expert' }),
    });
    expect(askedNowAndBefore({ workflows: [db, expert] }, { facts: { db: false } })).toEqual([
      ['dan'],
      ['erin', 'dan'],
    ]);
  });
});
