import { readFileSync } from 'node:fs';
import { expressionProblem } from '../../../../core/policy/expression.ts';
import { loadPolicy } from '../../../../core/policy/load.ts';
import type { Checkpoint, Policy, StagePlan, WorkflowRule } from '../../../../core/policy/policy.ts';
import { loaded, mistakesIn, people, seedBlocks, warningsIn } from './loaded.ts';

/** What the seeds say of the policy, line by line, and the case that shows the language can say it. */

const hour = 3_600;
const day = 24 * hour;
const shipped = loaded(readFileSync('policy/default.yaml', 'utf8'), { publishing: true });
const seed = loaded(seedBlocks.join('\n'));

function checkpointOf(policy: Policy, name: string): Checkpoint {
  const found = policy.checkpoints?.find((checkpoint) => checkpoint.name === name);
  if (!found) throw new Error(`no checkpoint ${name}`);
  return found;
}

function workflowOf(policy: Policy, name: string): WorkflowRule {
  const found = policy.workflows?.find((rule) => rule.name === name);
  if (!found) throw new Error(`no workflow ${name}`);
  return found;
}

const texts = (rule: { criteria: readonly { text: string }[] }) => rule.criteria.map(({ text }) => text);

describe('the shipped policy is one that can be published, without a warning', () => {
  test('policy/default.yaml', () => {
    const text = readFileSync('policy/default.yaml', 'utf8');
    expect(mistakesIn(text, { publishing: true })).toEqual([]);
    expect(warningsIn(text, { publishing: true })).toEqual([]);
  });
});

describe('Checkpoint Types: each of the five stands in the default policy', () => {
  // Trigger, approver and criteria as the seed says them, one criterion for each of its lines.
  test.each<[string, string, string[], string[], number]>([
    [
      'architecture_review',
      'major_structural_change',
      ['senior_developer', 'architect'],
      ['code_quality_standards', 'performance_impact', 'security_implications', 'maintainability'],
      day,
    ],
    [
      'breaking_change',
      'api_modification',
      ['technical_lead', 'product_manager'],
      ['impact_documentation', 'migration_strategy', 'rollback_plan', 'stakeholder_communication'],
      2 * day,
    ],
    [
      'security_review',
      'security_related_change',
      ['security_team', 'senior_developer'],
      ['security_assessment', 'vulnerability_analysis', 'best_practices', 'compliance_requirements'],
      day,
    ],
    [
      'performance_impact',
      'performance_critical_change',
      ['performance_engineer', 'technical_lead'],
      ['performance_baseline', 'expected_improvements', 'monitoring_in_place', 'rollback_strategy'],
      day,
    ],
    [
      'rollback_decision',
      'automated_rollback',
      ['technical_lead', 'on_call_engineer'],
      ['impact_assessment', 'rollback_scope', 'communication_plan', 'recovery_timeline'],
      hour,
    ],
  ])('%s: Trigger %s, Approver %j, Criteria %j', (name, trigger, approvers, criteria, timeout) => {
    const checkpoint = checkpointOf(shipped, name);
    expect(checkpoint.triggers).toContain(trigger);
    expect(checkpoint.required).toBe(true);
    expect(checkpoint.stage).toMatchObject({ name, approvers, criteria, timeout, rule: 'any' });
  });

  test.each([
    ['Before API modifications or breaking changes', 'breaking_change', ['api_modification', 'breaking_change']],
    ['Before sensitive operations or security-related changes', 'security_review', ['sensitive_operation']],
    ['Before optimization changes', 'performance_impact', ['optimization_change']],
  ])('%s: %s is triggered by %j too', (_, name, triggers) => {
    expect(checkpointOf(shipped, name).triggers).toEqual(expect.arrayContaining(triggers));
  });
});

describe('Approval Workflows: each of the four stands in the default policy', () => {
  test.each<[string, Partial<WorkflowRule>, string[], Partial<StagePlan> | undefined]>([
    [
      'automatic',
      { kind: 'automatic', risks: ['low'] },
      ['no_breaking_changes', 'no_security_implications', 'no_performance_impact', 'well_tested'],
      undefined,
    ],
    [
      'peer_review',
      { kind: 'peer_review', risks: ['low', 'medium'], afterwards: ['automated_merge'] },
      ['code_changes_under_200_lines', 'no_breaking_changes', 'standard_functionality'],
      { approvers: ['peer'], timeout: day },
    ],
    [
      'expert_review',
      { kind: 'expert_review', risks: ['high', 'critical'], afterwards: ['implementation_with_monitoring'] },
      ['breaking_changes', 'security_implications', 'performance_impact', 'complex_architecture'],
      { approvers: ['expert'], timeout: 2 * day },
    ],
  ])('%s', (name, rule, criteria, stage) => {
    const workflow = workflowOf(shipped, name);
    expect(workflow).toMatchObject(rule);
    expect(texts(workflow)).toEqual(criteria);
    if (stage) expect(workflow.stage).toMatchObject(stage);
    else expect(workflow).not.toHaveProperty('stage');
  });

  test.each<[string, unknown]>([
    [
      'Production issues, Security vulnerabilities, Critical bugs',
      { criteria: [{ text: 'production_issue' }, { text: 'security_vulnerability' }, { text: 'critical_bug' }] },
    ],
    ['Emergency approval', { stage: { name: 'emergency_bypass', timeout: 1_800 } }],
    [
      'Approval: On-call engineer or technical lead',
      { stage: { approvers: ['on_call_engineer', 'technical_lead'], rule: 'any' } },
    ],
    ['Post-implementation review', { review: { approvers: ['technical_lead'], timeout: 3 * day } }],
    ['Documentation and lessons learned', { review: { criteria: ['documentation', 'lessons_learned'] } }],
  ])('emergency bypass: %s', (_, expected) => {
    expect(shipped.emergency).toMatchObject(expected as object);
  });
});

describe('Bypass Mechanisms', () => {
  test.each<[string, (policy: Policy) => unknown, unknown]>([
    [
      'Maintenance window: scheduling, by technical lead or project manager',
      ({ maintenance }) => maintenance?.stage.approvers,
      ['technical_lead', 'project_manager'],
    ],
    [
      'Maintenance window: stakeholder notification',
      ({ maintenance }) => [maintenance?.stakeholders, maintenance?.notice],
      [['operations@example.com'], day],
    ],
    [
      'Maintenance window: bypass during the window, of its environments',
      ({ maintenance }) => [maintenance?.longest, maintenance?.environments],
      [8 * hour, ['production', 'staging']],
    ],
    [
      'Maintenance window: post-maintenance validation',
      ({ maintenance }) => maintenance?.validation.name,
      'validation',
    ],
    [
      'Testing environment: identified, and bypassed',
      ({ environments }) => environments.development?.bypass,
      'automatic',
    ],
    [
      'Testing environment: production protection maintained',
      ({ environments }) => environments.production,
      expect.objectContaining({ production: true }),
    ],
  ])('%s', (_, of, expected) => {
    expect(of(shipped)).toEqual(expected);
  });

  test.each([
    ...['production', 'prod', 'live', 'PROD', 'eu-prod', 'production.eu'],
    ...['prod1', 'productionEU', 'PROD2', 'liveDB', 'eu-prod2', 'eu_ProdWest', 'Live1', 'prd01'],
  ])('R40 an environment called %s is never bypassed by itself', (name) => {
    expect(mistakesIn(`${people}environments:\n  ${name}: { bypass: automatic }\n`)).toEqual([
      `environments.${name}.bypass: production is never bypassed by itself; take it out`,
    ]);
  });

  test('nor is one that says it is production, nor every environment that is not listed', () => {
    const bypassed = (environment: string) => mistakesIn(`${people}environments:\n  ${environment}\n`);
    expect(bypassed('shop: { production: true, bypass: automatic }')).toHaveLength(1);
    expect(bypassed('any: { bypass: automatic }')).toHaveLength(1);
    expect(bypassed('shop: { bypass: automatic }')).toEqual([]);
    for (const name of ['products', 'delivery', 'productive'])
      expect(bypassed(`${name}: { bypass: automatic }`)).toEqual([]);
  });

  test('a name that only contains one of production is bypassed, with a warning', () => {
    const told = (name: string) => warningsIn(`${people}environments:\n  ${name}: { bypass: automatic }\n`);
    for (const name of ['euprod', 'nonprod', 'products', 'PRODEU', 'delivery'])
      expect(told(name)).toEqual([
        `environments.${name}.bypass: lets everything through in '${name}'; if that is production, take it out`,
      ]);
    expect(told('shop')).toEqual([]);
  });
});

describe('Configuration: the three blocks of the seed load as they stand', () => {
  test('together, alone, and what nobody can fulfil yet is a warning', () => {
    expect(mistakesIn(seedBlocks.join('\n'))).toEqual([]);
    expect(warningsIn(seedBlocks.join('\n'))).toEqual([
      'there is no directory: nobody can approve yet, and publishing is refused',
      'there are no sources: nobody may ask for anything yet',
      "checkpoints.architecture_review.approver: nobody is 'senior_developer' yet: there is no directory",
      "checkpoints.breaking_change.approver: nobody is 'technical_lead' yet: there is no directory",
      "checkpoints.security_review.approver: nobody is 'security_team' yet: there is no directory",
      'approval_workflows.peer_review: nobody can approve this yet: it asks peer, and there is no directory',
      'approval_workflows.expert_review: nobody can approve this yet: it asks expert, and there is no directory',
      'escalation_levels: is recorded, and this version does not act on it',
    ]);
  });

  test('publishing refuses them without a directory and sources, and says where', () => {
    const read = loadPolicy(seedBlocks.join('\n'), { publishing: true });
    expect(!read.ok && read.mistakes.filter(({ path }) => path === 'directory' || path === 'sources')).toEqual([
      { line: 1, column: 1, path: 'directory', message: expect.stringContaining('is required') },
      { line: 1, column: 1, path: 'sources', message: expect.stringContaining('is required') },
    ]);
  });

  test.each<[string, unknown, unknown]>([
    [
      'architecture_review',
      checkpointOf(seed, 'architecture_review'),
      {
        triggers: ['major_structural_change'],
        required: true,
        stage: {
          approvers: ['senior_developer'],
          criteria: ['code_quality_standards', 'performance_impact', 'security_implications', 'maintainability'],
          timeout: day,
        },
      },
    ],
    [
      'breaking_change',
      checkpointOf(seed, 'breaking_change'),
      {
        triggers: ['api_modification'],
        required: true,
        stage: {
          approvers: ['technical_lead'],
          criteria: ['impact_documentation', 'migration_strategy', 'rollback_plan', 'stakeholder_communication'],
          timeout: 2 * day,
        },
      },
    ],
    [
      'security_review',
      checkpointOf(seed, 'security_review'),
      {
        triggers: ['security_related_change'],
        required: true,
        stage: {
          approvers: ['security_team'],
          criteria: ['security_assessment', 'vulnerability_analysis', 'best_practices', 'compliance_requirements'],
          timeout: day,
        },
      },
    ],
    ['automatic', workflowOf(seed, 'automatic'), { kind: 'automatic', risks: ['low'] }],
    [
      'peer_review',
      workflowOf(seed, 'peer_review'),
      { risks: ['low', 'medium'], stage: { approvers: ['peer'], timeout: day }, afterwards: ['automated_merge'] },
    ],
    [
      'expert_review',
      workflowOf(seed, 'expert_review'),
      {
        risks: ['high', 'critical'],
        stage: { approvers: ['expert'], timeout: 2 * day },
        afterwards: ['implementation_with_monitoring'],
      },
    ],
    [
      'level_1',
      seed.escalationLevels?.level_1,
      {
        scope: 'common_issues',
        actions: ['automated_fixes', 'retries', 'fallbacks'],
        timeout: '5_minutes',
        escalation: 'level_2',
      },
    ],
    ['level_2', seed.escalationLevels?.level_2, { timeout: '30_minutes', escalation: 'level_3' }],
    ['level_3', seed.escalationLevels?.level_3, { timeout: '2_hours', escalation: 'level_4' }],
    ['level_4', seed.escalationLevels?.level_4, { timeout: '4_hours', escalation: 'continuous_monitoring' }],
  ])('%s', (_, piece, expected) => {
    expect(piece).toMatchObject(expected as object);
  });

  test('every condition of it is an expression that can be read', () => {
    const conditions = (seed.workflows ?? []).flatMap(({ criteria }) => criteria);
    expect(conditions).toHaveLength(11);
    for (const { expression } of conditions) expect(expressionProblem(expression)).toBeUndefined();
  });
});

describe('Approval Gate Mechanisms (hybrid approach, section 3)', () => {
  const stagesOf = (stages: string) =>
    loaded(`${people}environments:\n  any: { gates: { any: { stages: ${stages} } } }\n`).environments.any?.gates.high
      ?.stages;
  const one = (keys: string) =>
    stagesOf(`[{ name: review, approvers: [ada, bob, cyd], timeout: 1_hour, ${keys} }]`)?.[0];

  test.each<[string, unknown, unknown]>([
    [
      'stages with gates between them',
      stagesOf('[{ name: a, approvers: ada, timeout: 1_hour }, { name: b, approvers: bob, timeout: 1_hour }]'),
      [{ name: 'a' }, { name: 'b' }],
    ],
    [
      'criteria: security, budget, resources',
      one('criteria: [Security, Budget, Resources]'),
      { criteria: ['Security', 'Budget', 'Resources'] },
    ],
    ['PARALLEL, ALL', one('rule: all'), { rule: 'all' }],
    ['PARALLEL, ANY', one('rule: any'), { rule: 'any' }],
    ['SEQUENTIAL', one('order: sequential'), { order: 'sequential', rule: 'all' }],
    ['a quorum', one('rule: { quorum: 2 }'), { rule: { quorum: 2 } }],
    [
      'one from each group',
      stagesOf('[{ name: a, approvers: [peer, expert], rule: one_from_each, timeout: 1_hour }]'),
      [{ rule: 'one_from_each', approvers: ['peer', 'expert'] }],
    ],
    ['timeout_hours', one('veto: false'), { timeout: hour }],
    ['one rejection rejects', one('rule: any, veto: true'), { veto: true }],
    [
      'intelligent load balancing among available approvers',
      one('rule: any, assign: least_loaded'),
      { assign: 'least_loaded' },
    ],
    ['the same, in turn', one('rule: any, assign: round_robin'), { assign: 'round_robin' }],
    ['an assurance', one('assurance: link'), { assurance: 'link' }],
  ])('%s', (_, planned, expected) => {
    expect(planned).toMatchObject(expected as object);
  });

  test('dynamic routing on content and context: a condition on the payload', () => {
    const policy = loaded(
      `${people}checkpoints:\n  capacity: { when: payload.replicas > 20 && environment == 'production', approver: ada, timeout: 1_hour }\n`,
    );
    expect(checkpointOf(policy, 'capacity').when).toEqual({
      text: "payload.replicas > 20 && environment == 'production'",
      expression: "payload.replicas > 20 && environment == 'production'",
    });
  });

  // The rest of section 9.2 is what the page shows, whatever the policy: test/unit/web/conformance-interface.test.ts.
  test.each<[string, unknown, unknown]>([
    ['comments: mandatory where the rule says so', one('comment: unless_approved'), { comment: 'unless_approved' }],
    ['comments: always', one('comment: always'), { comment: 'always' }],
    ['Delegate: to whom', one('delegate_to: [peer]'), { delegateTo: ['peer'] }],
    ['Delegate: to nobody', one('delegate_to: []'), { delegateTo: [] }],
  ])('approval interface (section 9.2): %s', (_, planned, expected) => {
    expect(planned).toMatchObject(expected as object);
  });
});
