import type { Level } from '../../../../../core/claim.ts';
import type { Policy } from '../../../../../core/policy/policy.ts';
import { resolve } from '../../../../../core/policy/resolve.ts';
import type { Resolution } from '../../../../../core/policy/situation.ts';
import type { Refusal } from '../../../../../core/refusal.ts';
import { conditions, plan, policyOf, seedWorkflows, situation, workflow } from '../../../../support/situations.ts';

const seed = policyOf({ workflows: seedWorkflows });
const harmless = {
  breaking_changes: false,
  security_implications: false,
  performance_impact: false,
  well_tested: true,
};
const small = { lines_changed: 120, breaking_changes: false, standard_functionality: true };

function summary(resolved: Resolution | Refusal) {
  if ('code' in resolved) return resolved.code;
  const { gate, outcome } = resolved;
  return [gate.workflow, gate.stages.map(({ name }) => name), ...(outcome ? [outcome] : [])];
}

describe('the approval workflow of a request', () => {
  test('is automatic where every criterion is stated to hold, at low risk', () => {
    const resolved = resolve(seed, situation({ facts: harmless }));
    expect(summary(resolved)).toEqual(['automatic', [], 'auto_approved']);
    expect('code' in resolved || resolved.gate.because).toEqual([
      {
        rule: 'approval_workflows.automatic',
        why: "'no_breaking_changes', 'no_security_implications', 'no_performance_impact' and 'well_tested' hold; risk 'low' is in its scope",
      },
    ]);
  });

  test.each(Object.keys(harmless))('is not automatic while %s is not stated', (fact) => {
    const { [fact]: _, ...facts } = harmless as Record<string, boolean>;
    expect(summary(resolve(seed, situation({ facts })))).not.toContain('auto_approved');
  });

  test('is not automatic at another risk', () => {
    expect(summary(resolve(seed, situation({ risk: 'medium', facts: harmless })))).toEqual([
      'expert_review',
      ['expert_review'],
    ]);
  });

  test('is a peer review where its criteria hold and its risk is in scope', () => {
    for (const risk of ['low', 'medium'] as const)
      expect(summary(resolve(seed, situation({ risk, facts: small })))).toEqual(['peer_review', ['peer_review']]);
    expect(summary(resolve(seed, situation({ risk: 'medium', facts: { ...small, lines_changed: 200 } })))).toEqual([
      'expert_review',
      ['expert_review'],
    ]);
  });

  test('the most demanding kind that applies wins', () => {
    expect(summary(resolve(seed, situation({ facts: { ...harmless, ...small } })))).toEqual([
      'peer_review',
      ['peer_review'],
    ]);
    const complex = { ...harmless, ...small, complex_architecture: true };
    expect(summary(resolve(seed, situation({ facts: complex })))).toEqual(['expert_review', ['expert_review']]);
  });

  test.each(['breaking_changes', 'security_implications', 'performance_impact', 'complex_architecture'])(
    'is an expert review as soon as %s is stated',
    (fact) => {
      const resolved = resolve(seed, situation({ facts: { ...harmless, [fact]: true } }));
      expect(summary(resolved)).toEqual(['expert_review', ['expert_review']]);
      expect('code' in resolved || resolved.gate.because?.[0]?.why).toBe(`'${fact}' holds`);
    },
  );

  test('what no rule covers needs an expert, never nobody', () => {
    const resolved = resolve(seed, situation());
    expect(summary(resolved)).toEqual(['expert_review', ['expert_review']]);
    expect('code' in resolved || resolved.gate.because).toEqual([
      {
        rule: 'approval_workflows',
        why: "no rule for an approval workflow applies, so an expert decides: asked as by 'approval_workflows.expert_review'",
      },
    ]);
    const without = policyOf({ workflows: seedWorkflows.slice(0, 2) });
    expect(resolve(without, situation())).toMatchObject({
      gate: {
        workflow: 'expert_review',
        stages: [{ approvers: [{ person: 'dan' }, { person: 'erin' }], timeout: 172_800 }],
      },
    });
    expect(summary(resolve(policyOf({ workflows: [] }), situation()))).toEqual(['expert_review', ['expert_review']]);
  });

  describe('what no rule covers asks', () => {
    const only = (name: string, person: string, more: Parameters<typeof workflow>[1] = {}) =>
      workflow('expert_review', { name, stage: plan([person], { name }), ...more });
    const docs = only('docs_pages', 'alice', { when: conditions("payload.kind == 'docs'")[0] });
    const askedBy = (rules: Policy['workflows'], risk: Level = 'low') => {
      const facts = { docs: false };
      const resolved = resolve(
        policyOf({ workflows: [workflow('automatic', { criteria: conditions('well_tested') }), ...(rules ?? [])] }),
        situation({ facts: { ...facts, well_tested: false }, risk }, { payload: { kind: 'database' } }),
      );
      if ('code' in resolved) throw new Error(resolved.message);
      return {
        who: resolved.gate.stages.map(({ approvers }) => approvers.map(({ person }) => person)),
        why: resolved.gate.because?.[0]?.why,
      };
    };

    test('the rule called expert_review, whatever its conditions, and no other', () => {
      const named = only('expert_review', 'frank', { criteria: conditions('docs') });
      for (const rules of [
        [docs, named],
        [named, docs],
        [only('any', 'carol', { risks: ['critical'] }), named],
      ])
        expect(askedBy(rules)).toEqual({
          who: [['frank']],
          why: expect.stringMatching(/an expert decides: asked as by 'approval_workflows.expert_review'$/),
        });
    });

    test('never a rule of another name whose condition does not hold: whoever has the role', () => {
      expect(askedBy([docs])).toEqual({
        who: [['dan', 'erin']],
        why: expect.stringMatching(/whoever has the role 'expert', as no rule says whom else to ask$/),
      });
    });

    test('else rules for a scope alone that reaches this risk, but none that is for lesser ones', () => {
      const grave = only('grave', 'frank', { risks: ['critical'] });
      const middling = only('middling', 'carol', { risks: ['medium'] });
      expect(askedBy([docs, grave])).toEqual({
        who: [['frank']],
        why: expect.stringContaining("asked as by 'approval_workflows.grave'"),
      });
      expect(askedBy([middling, docs], 'high').who).toEqual([['dan', 'erin']]);
    });
  });

  test('W1 where nobody is an expert, what needs one is refused and says so', () => {
    const policy = policyOf({ workflows: seedWorkflows.slice(0, 2) });
    const { expert: _, ...groups } = policy.directory.groups;
    expect(resolve({ ...policy, directory: { ...policy.directory, groups } }, situation())).toMatchObject({
      code: 'gate_unreachable',
      message:
        "The stage 'expert_review' needs 1 approver and nobody is left: the directory has no person, group or role 'expert'.",
    });
  });

  test('several rules of the kind that wins add a stage each, and what they ask alike is asked once', () => {
    const rules = [
      workflow('peer_review', { name: 'docs', criteria: conditions('docs_only') }),
      workflow('peer_review', { name: 'any' }),
      workflow('peer_review', { name: 'database', when: conditions('facts.tables > 2.0')[0], stage: plan(['dan']) }),
      workflow('automatic', { name: 'free' }),
    ];
    const resolved = resolve(policyOf({ workflows: rules }), situation({ facts: { docs_only: true, tables: 3 } }));
    expect(resolved).toMatchObject({
      gate: {
        workflow: 'peer_review',
        stages: [{ from: 'approval_workflows.docs' }, { from: 'approval_workflows.database' }],
        because: [
          { rule: 'approval_workflows.docs', why: "'docs_only' holds" },
          { rule: 'approval_workflows.any', why: 'it is for any request' },
          { rule: 'approval_workflows.database', why: "'facts.tables > 2.0' holds" },
        ],
      },
    });
  });

  test('an expression that is unknown never makes a gate easier, and makes it more demanding', () => {
    const unknown = conditions('facts.tables < 2.0');
    for (const kind of ['automatic', 'peer_review'] as const) {
      const policy = policyOf({
        workflows: [workflow(kind, { criteria: unknown }), workflow('expert_review', { risks: ['high'] })],
      });
      expect(summary(resolve(policy, situation()))).toEqual(['expert_review', ['expert_review']]);
      expect(summary(resolve(policy, situation({ facts: { tables: 1 } })))).not.toEqual([
        'expert_review',
        ['expert_review'],
      ]);
    }
    const asked = policyOf({ workflows: [workflow('automatic'), workflow('expert_review', { criteria: unknown })] });
    expect(summary(resolve(asked, situation()))).toEqual(['expert_review', ['expert_review']]);
    expect(summary(resolve(asked, situation({ facts: { tables: 3 } })))).toEqual(['automatic', [], 'auto_approved']);
  });

  test('leaving unsaid what a peer review depends on is no way round it', () => {
    const sized = workflow('peer_review', { criteria: conditions('facts.lines > 10.0') });
    const policy = policyOf({ workflows: [workflow('automatic'), sized] });
    expect(summary(resolve(policy, situation({ facts: { lines: 3 } })))).toEqual(['automatic', [], 'auto_approved']);
    expect(summary(resolve(policy, situation()))).toEqual(['peer_review', ['peer_review']]);
    const other = workflow('peer_review', { name: 'other', stage: plan(['dan'], { name: 'other' }) });
    expect(summary(resolve(policyOf({ workflows: [other, sized] }), situation()))).toEqual([
      'peer_review',
      ['other', 'peer_review'],
    ]);
    expect(summary(resolve(policyOf({ workflows: [{ ...sized, risks: ['high'] }, other] }), situation()))).toEqual([
      'peer_review',
      ['other'],
    ]);
  });

  test('an expression sees the environment by the policy’s own name for it, however the request writes it', () => {
    const policy = policyOf({
      environments: { production: { gates: {} } },
      workflows: [workflow('automatic', { criteria: conditions('environment != "production"') })],
    });
    for (const environment of ['production', 'Production', 'PRODUCTION'])
      expect(summary(resolve(policy, situation({ environment })))).toEqual(['expert_review', ['expert_review']]);
    expect(summary(resolve(policy, situation({ environment: 'staging' })))).toEqual(['automatic', [], 'auto_approved']);
  });

  test('what it does once it is approved travels with the gate', () => {
    const policy = policyOf({ workflows: [workflow('peer_review', { afterwards: ['automated_merge'] })] });
    expect(resolve(policy, situation())).toMatchObject({ gate: { afterwards: ['automated_merge'] } });
  });

  test('how sure a decision must be follows the risk', () => {
    const policy = policyOf({ workflows: seedWorkflows, assurance: { high: 'link' } });
    expect(resolve(policy, situation({ risk: 'high' }))).toMatchObject({ gate: { stages: [{ assurance: 'link' }] } });
    expect(resolve(policy, situation())).not.toMatchObject({ gate: { stages: [{ assurance: 'link' }] } });
  });
});
