import { changeWarnings } from '../../../../core/policy/change-warnings.ts';
import { explain } from '../../../../core/policy/explain.ts';
import { loadPolicy } from '../../../../core/policy/load.ts';
import { reviewRemarks, unreviewedOverrides } from '../../../../core/policy/override-review.ts';
import type { EmergencyRule, Policy, StagePlan } from '../../../../core/policy/policy.ts';
import { resolve } from '../../../../core/policy/resolve.ts';
import { asked, plan, policyOf } from '../../../support/situations.ts';

const nobodyIsLeft = 'and then nobody is left to review it: whoever lets one through does not';

/** frank is on call and approves, erin reviews, unless said otherwise. */
function overrides(more: Partial<EmergencyRule> = {}): Policy {
  return policyOf({
    emergency: {
      criteria: [],
      stage: plan(['frank'], { name: 'emergency' }),
      actFirst: [],
      review: plan(['technical_lead']),
      ...more,
    },
  });
}
const approving = (approvers: string[], rule: StagePlan['rule'], review: Partial<StagePlan> = {}) =>
  unreviewedOverrides(overrides({ stage: plan(approvers, { rule }), review: { ...plan(['expert']), ...review } }));

describe('R40 an override that nobody could review', () => {
  test('by who acts first and is its only reviewer, and by who approves it alone', () => {
    const { actFirst, approve } = unreviewedOverrides(
      overrides({ actFirst: ['expert', 'frank'], stage: plan(['everybody']) }),
    );
    expect(actFirst).toBe(`Erin may act first by an override, ${nobodyIsLeft}. Name somebody else in \`review\` too`);
    expect(approve).toBe(`Erin may approve an override, ${nobodyIsLeft}. Name somebody else in \`review\` too`);
  });

  test('by each of those without whom a review by several cannot be held', () => {
    const all = overrides({ actFirst: ['dan', 'erin'], review: plan(['expert'], { rule: { quorum: 2 } }) });
    expect(unreviewedOverrides(all)).toEqual({ actFirst: expect.stringMatching(/^Dan or Erin may act first/) });
  });

  test.each<[string, object, string | undefined]>([
    ['one of two who review: the other is left', approving(['erin'], 'any'), undefined],
    ['both of them, who only approve together', approving(['expert'], 'all'), 'Dan and Erin together'],
    ['two of more, who may be those', approving(['everybody'], { quorum: 2 }), 'Dan and Erin together'],
    ['one from each of two groups', approving(['dan', 'technical_lead'], 'one_from_each'), 'Dan and Erin together'],
    ['one from each, who cannot both be approvers', approving(['expert', 'frank'], 'one_from_each'), undefined],
    ['nobody who reviews', approving(['frank'], 'any'), undefined],
    ['one of two who both have to review', approving(['erin', 'frank'], 'any', { rule: { quorum: 2 } }), 'Erin may'],
  ])('approved by %s', (_, warned, who) => {
    expect(warned).toEqual(who === undefined ? {} : { approve: expect.stringContaining(`${who}`) });
  });

  test('nothing is said where somebody is always left, or where there is no override', () => {
    expect(unreviewedOverrides(overrides({ actFirst: ['frank'] }))).toEqual({});
    expect(unreviewedOverrides(policyOf())).toEqual({});
    // A review that nobody could hold in any case is a mistake of its own.
    expect(unreviewedOverrides(overrides({ actFirst: ['erin'], review: plan(['nobody']) }))).toEqual({});
  });

  test('checking the policy says where, and publishing it says so too', () => {
    const text = `directory:
  people:
    ada: { name: Ada, email: ada@example.com, roles: [technical_lead, on_call_engineer] }
    ben: { name: Ben, email: ben@example.com, roles: [peer] }
sources: { "iam:*": { may_name: ["*"], environments: ["*"], facts: ["*"] } }
approval_workflows:
  expert_review: { approver: ben }
  emergency_bypass: { act_first: [ada] REVIEW }
`;
    const read = (review: string) => loadPolicy(text.replace(' REVIEW', review), { publishing: true });
    const lonely = read('');
    expect(lonely.warnings).toEqual([
      {
        line: 8,
        column: 3,
        path: 'approval_workflows.emergency_bypass',
        message: expect.stringMatching(/^Ada may app/),
      },
      {
        ...{ line: 8, column: 34, path: 'approval_workflows.emergency_bypass.act_first' },
        message: expect.stringMatching(/^Ada may act first/),
      },
    ]);
    expect(read(', review: { approvers: [technical_lead, ben] }').warnings).toEqual([]);
    if (!lonely.ok) throw new Error('it has mistakes');
    const published = { publisher: { arn: '', account: '' }, from: '', to: '', since: '', changes: [] };
    const warnings = changeWarnings(
      { ...published, inForce: lonely.policy, next: lonely.policy },
      '2026-11-21T00:00:00Z',
    );
    expect(warnings).toEqual([expect.stringMatching(/^Ada may act .*too\.$/), expect.stringMatching(/^Ada may app/)]);
  });

  describe('explaining a request says so', () => {
    const override = { override: { justification: 'down' } };
    const remarksOf = (policy: Policy, claim: object = override, more: object = {}) =>
      explain(policy, asked(policy, claim, more)).remarks;
    const byWhomAsks = [
      'Nobody could review this override afterwards: whoever asks for one does not, and no others are left. Name somebody else in `review` too.',
    ];

    test('of who acts first, and of whoever else asks and is the only reviewer', () => {
      const policy = overrides({ actFirst: ['erin', 'frank'] });
      expect(remarksOf(policy, override, { verified: 'erin' })).toEqual(byWhomAsks);
      expect(remarksOf(policy, { ...override, requestedBy: 'erin@example.com' })).toEqual(byWhomAsks);
      expect(remarksOf(policy, { ...override, authors: ['erin@example.com'] })).toEqual(byWhomAsks);
      expect(remarksOf(policy, override, { verified: 'frank' })).toEqual([]);
    });

    test('of an approver of it, whom the requester leaves alone', () => {
      const policy = overrides({ stage: plan(['everybody']), review: plan(['expert']) });
      expect(remarksOf(policy)).toEqual([]);
      expect(remarksOf(policy, { ...override, requestedBy: 'dan@example.com' })).toEqual([
        'Nobody could review this override afterwards if Erin approved it: whoever lets one through does not. Name somebody else in `review` too.',
      ]);
    });

    test('in its words, and not of what is no override or is refused', () => {
      const policy = overrides({ actFirst: ['erin'] });
      const situation = asked(policy, override, { verified: 'erin' });
      expect(explain(policy, situation).words.at(-1)).toBe(byWhomAsks[0]);
      expect(remarksOf({ ...policy, workflows: [] }, {})).toEqual([]);
      const { emergency: _, ...without } = policy;
      expect(remarksOf(without)).toEqual([]);
      expect(reviewRemarks(without, situation, resolve(policy, situation))).toEqual([]);
    });
  });
});
