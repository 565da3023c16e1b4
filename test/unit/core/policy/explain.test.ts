import { explain } from '../../../../core/policy/explain.ts';
import { ownSources } from '../../../../core/policy/resolve/own.ts';
import { whoIsAsked } from '../../../../core/policy/who-is-asked.ts';
import { checkpoint, conditions, plan, policyOf, seedWorkflows, situation } from '../../../support/situations.ts';

const policy = policyOf({
  workflows: seedWorkflows,
  checkpoints: [
    checkpoint('security', ['dan'], { triggers: ['secrets'] }),
    checkpoint('size', ['erin'], { triggers: [], when: conditions('facts.lines_changed > 500')[0] }),
  ],
  environments: {
    test: { gates: {}, bypass: 'automatic' },
    production: { gates: { low: { stages: [plan(['frank'], { name: 'release' })] } } },
  },
  emergency: {
    criteria: conditions('critical_bugs'),
    stage: plan(['frank'], { name: 'emergency' }),
    actFirst: [],
    review: plan(['erin']),
  },
});
const small = { lines_changed: 120, breaking_changes: false, standard_functionality: true };
const applied = (explained: ReturnType<typeof explain>) =>
  explained.rules.filter((rule) => rule.applied).map(({ rule }) => rule);

test('says of every rule whether it applied and why, and what of its conditions held', () => {
  const explained = explain(policy, situation({ trigger: 'secrets', facts: small }));
  expect(explained.words).toEqual([
    'peer review: security (one approver), then peer_review (any one of 3 approvers), then release (one approver)',
    'does not apply: approval_workflows.emergency_bypass: the request asks for no override',
    "applies: checkpoints.security: the request's trigger is 'secrets'",
    "does not apply: checkpoints.size: 'facts.lines_changed > 500' does not hold",
    "does not apply: approval_workflows.automatic: 'no_security_implications' does not hold; 'no_performance_impact' does not hold; 'well_tested' does not hold",
    "applies: approval_workflows.peer_review: 'code_changes_under_200_lines', 'no_breaking_changes' and 'standard_functionality' hold; risk 'low' is in its scope",
    "does not apply: approval_workflows.expert_review: 'breaking_changes' does not hold; 'security_implications' does not hold; 'performance_impact' does not hold; 'complex_architecture' does not hold; risk 'low' is out of its scope (high, critical)",
    "applies: environments.production.gates.low: the environment is 'production', the risk 'low'",
  ]);
  const byRule = new Map(explained.rules.map((rule) => [rule.rule, rule]));
  expect(byRule.get('checkpoints.size')).toEqual({
    rule: 'checkpoints.size',
    kind: 'checkpoint',
    applied: false,
    why: "'facts.lines_changed > 500' does not hold",
    conditions: [{ text: 'facts.lines_changed > 500', held: false }],
    facts: { lines_changed: 120 },
  });
  expect(byRule.get('approval_workflows.automatic')).toMatchObject({
    conditions: [
      { text: 'no_breaking_changes', held: true },
      { held: false },
      { held: false },
      { text: 'well_tested', held: false },
    ],
    facts: { breaking_changes: false, well_tested: null },
  });
  expect(explained.resolved).toMatchObject({ gate: { stages: [{ name: 'security' }, {}, {}] } });
});

test('names a fact once, as it is stated or else as the condition does, whichever number it may be in', () => {
  const factsOf = (facts: object) =>
    explain(policy, situation({ facts: { ...facts } })).rules.find(({ rule }) => rule.endsWith('.automatic'))?.facts;
  const others = { security_implications: null, performance_impact: null, well_tested: null };
  expect(factsOf({})).toEqual({ breaking_changes: null, ...others });
  expect(factsOf({ breaking_change: false })).toEqual({ breaking_change: false, ...others });
  expect(factsOf({ breaking_change: false, breaking_changes: true })).toEqual({
    ...{ breaking_change: false, breaking_changes: true, ...others },
  });
});

test('says of a trigger that no checkpoint has that it asks nobody', () => {
  expect(explain(policy, situation({ trigger: 'nightly_run', facts: small })).words).toContainEqual(
    "does not apply: checkpoints: no checkpoint has the request's trigger 'nightly_run', which asks nobody",
  );
});

test('says what is unknown, and that it counts', () => {
  const explained = explain(policy, situation({ facts: { ...small, lines_changed: 'many' } }));
  expect(explained.rules.find(({ rule }) => rule === 'checkpoints.size')).toMatchObject({
    applied: true,
    why: "'facts.lines_changed > 500' is unknown: the request does not state all it needs, or not as it has to be",
    conditions: [{ held: 'unknown' }],
  });
});

test('says which rules are outdone, or stand in for those that do not apply', () => {
  const complex = explain(policy, situation({ facts: { ...small, complex_architecture: true } }));
  expect(complex.words).toContainEqual(
    expect.stringMatching(/^does not apply: approval_workflows.peer_review: .*; but expert_review is more demanding$/),
  );
  expect(applied(complex)).toContain('approval_workflows.expert_review');
  const uncovered = explain(policy, situation());
  expect(uncovered.words).toContainEqual(
    "applies: approval_workflows: no rule for an approval workflow applies, so an expert decides: asked as by 'approval_workflows.expert_review'",
  );
});

test('says what comes before all others: a bypass, an override, what Countersign asks for itself', () => {
  const facts = { ...small, secrets: true };
  const test = explain(policy, situation({ environment: 'test', facts }));
  expect(test.words[0]).toBe('let through (test environment): nobody is asked');
  expect(applied(test)).toEqual(['environments.test.bypass']);
  expect(test.words).toContainEqual(
    "does not apply: checkpoints.security: the fact 'secrets' is stated to be true; but the request is let by before that (test environment)",
  );

  const override = { justification: 'down' };
  const urgent = explain(policy, situation({ override, facts: { ...facts, critical_bugs: true } }));
  expect(urgent.words[0]).toBe('emergency bypass: emergency (one approver)');
  expect(applied(urgent)).toEqual(['approval_workflows.emergency_bypass']);

  const own = explain(policy, situation({ facts }, { source: ownSources.overrideReview }));
  expect(own.words[0]).toBe('expert review: review (one approver)');
  expect(applied(own)).toEqual([]);
});

test('says which of the maintenance windows it comes through', () => {
  const stage = plan(['erin'], { name: 'window' });
  const maintenance = { stage, longest: 86_400, environments: ['*'], stakeholders: [], notice: 60, validation: stage };
  const window = {
    id: 'w2',
    from: '2026-11-18T09:00:00Z',
    to: '2026-11-18T12:00:00Z',
    environments: ['*'],
    sources: ['*'],
  };
  const windows = [{ ...window, id: 'w1', sources: ['iam:*'] }, window, { ...window, id: 'w3' }];
  const explained = explain({ ...policy, maintenance }, situation({}, { standing: { load: {}, windows } }));
  expect(explained.rules.slice(0, 3).map(({ applied, why }) => [applied, why])).toEqual([
    [false, "the window w1 is not for the source 'events:demo.shop@000000000000'"],
    [true, 'the window w2 is open until 2026-11-18T12:00:00Z'],
    [
      false,
      'the window w3 is open until 2026-11-18T12:00:00Z; but the request is let by before that (maintenance window)',
    ],
  ]);
  expect(applied(explained)).toEqual(['maintenance_windows']);
});

test('says why something is refused, and what is approved by itself', () => {
  expect(explain(policy, situation({ environment: 'elsewhere' })).words[0]).toBe(
    "refused (no_gate): The policy has no gates for the environment 'elsewhere'.",
  );
  const facts = { breaking_changes: false, security_implications: false, performance_impact: false, well_tested: true };
  const alone = policyOf({ workflows: seedWorkflows });
  expect(explain(alone, situation({ facts })).words[0]).toBe('approved automatically: nobody is asked');
  expect(applied(explain(alone, situation({ facts }, { again: ['bob'] })))).toEqual([
    'approval_workflows.automatic',
    'again',
  ]);
});

test('W1 who is asked, stage by stage, and for whom they sit', () => {
  const away = { outOfOffice: [{ from: '2026-11-18T00:00:00Z', to: '2026-11-19T00:00:00Z', cover: 'frank' }] };
  const covered = policyOf({
    people: { bob: away },
    environments: { any: { gates: { low: { stages: [plan(['bob', 'carol'], { rule: 'all' }), plan(['expert'])] } } } },
  });
  const { resolved } = explain(covered, situation());
  expect('code' in resolved || whoIsAsked(resolved.gate)).toEqual([
    {
      name: 'review',
      rule: 'both approvers',
      needed: 2,
      timeout: 86_400,
      approvers: [
        { person: 'frank', name: 'Frank', address: 'frank@example.com', coversFor: ['bob'] },
        { person: 'carol', name: 'Carol', address: 'carol@example.com' },
      ],
    },
    expect.objectContaining({ needed: 1, rule: 'any one of 2 approvers' }),
  ]);
});
