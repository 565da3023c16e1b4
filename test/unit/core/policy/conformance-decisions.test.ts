import { readFileSync } from 'node:fs';
import { answerOf } from '../../../../core/answer.ts';
import type { Claim } from '../../../../core/claim.ts';
import type { Cast } from '../../../../core/decide/vote.ts';
import { answersOf, type Stage } from '../../../../core/gate.ts';
import { loadPolicy } from '../../../../core/policy/load.ts';
import { ownSources } from '../../../../core/policy/resolve/own.ts';
import { resolve } from '../../../../core/policy/resolve.ts';
import type { Situation } from '../../../../core/policy/situation.ts';
import type { SettledRequest } from '../../../../core/request.ts';
import { after, gateOf, given, inStatus, requestIn, vote } from '../../../support/core-fixtures.ts';
import { asked } from '../../../support/situations.ts';

/*
 * What the design says of checkpoints, approval workflows and bypasses, line by line, each beside the case that shows the
 * default policy deciding so. What follows a decision (mails, the effect, the review that opens) is shown where it is done.
 */

const loaded = loadPolicy(readFileSync('policy/default.yaml', 'utf8'));
if (!loaded.ok) throw new Error('the default policy has mistakes');
const { policy } = loaded;

const harmless = {
  breaking_changes: false,
  security_implications: false,
  performance_impact: false,
  well_tested: true,
};
const small = { lines_changed: 199, breaking_changes: false, standard_functionality: true };

/** What becomes of a request by eve, who is in nobody's way, in staging at low risk unless said otherwise. */
function decided(claim: Partial<Claim> = {}, more: Partial<Situation> = {}) {
  const situation = asked(policy, { requestedBy: 'eve@example.com', environment: 'staging', ...claim }, more);
  const resolved = resolve(policy, situation);
  if ('code' in resolved) throw new Error(`refused: ${resolved.message}`);
  return resolved;
}

function stage(name: string, claim: Partial<Claim>, more: Partial<Situation> = {}) {
  const found = decided(claim, more).gate.stages.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`there is no stage ${name}`);
  return found;
}

/** A request that a stage alone decides, once as many of its approvers have answered so as settles it. */
function answeredWith(decides: Stage, answer: string, more: Partial<Cast> = {}): SettledRequest {
  const confirmed = (decides.criteria ?? []).map((_, index) => index);
  const said = { comment: 'Because.', confirmed, ...more };
  let log = given(gateOf([decides]));
  for (const { person } of decides.approvers)
    if (requestIn(log).status !== 'settled') log = after(log, vote(person, answer, said));
  return inStatus(log, 'settled');
}

/** Every answer that a stage takes, and what becomes of a request by it. */
function outcomesOf(decides: Stage): Record<string, string> {
  const names = answersOf(decides).map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, answeredWith(decides, name).outcome]));
}

/** Of each role that the line names, who has it in the default directory. */
const whoIs = {
  architect: ['ada'],
  'senior developer': ['grace', 'linus'],
  'technical lead': ['ada', 'barbara'],
  'product manager': ['barbara'],
  'project manager': ['barbara'],
  'security team': ['grace'],
  'performance engineer': ['linus'],
  'on-call engineer': ['grace', 'linus'],
} as const;
type Role = keyof typeof whoIs;

interface CheckpointLines {
  name: string;
  triggers: [line: string, trigger: string][];
  approver: [line: string, one: Role, other: Role];
  criteria: [line: string, criterion: string][];
  timeout: number;
}

const hour = 3600;
const checkpoints: Record<string, CheckpointLines> = {
  '1. Architecture Review': {
    name: 'architecture_review',
    triggers: [['Before major structural changes', 'major_structural_change']],
    approver: ['Senior developer or architect', 'senior developer', 'architect'],
    criteria: [
      ['Code quality standards met', 'code_quality_standards'],
      ['Performance impact assessed', 'performance_impact'],
      ['Security implications reviewed', 'security_implications'],
      ['Maintainability improved', 'maintainability'],
    ],
    timeout: 24 * hour,
  },
  '2. Breaking Change': {
    name: 'breaking_change',
    triggers: [
      ['Before API modifications', 'api_modification'],
      ['or breaking changes', 'breaking_change'],
    ],
    approver: ['Technical lead or product manager', 'technical lead', 'product manager'],
    criteria: [
      ['Breaking change impact documented', 'impact_documentation'],
      ['Migration strategy defined', 'migration_strategy'],
      ['Rollback plan available', 'rollback_plan'],
      ['Stakeholder communication planned', 'stakeholder_communication'],
    ],
    timeout: 48 * hour,
  },
  '3. Security Review': {
    name: 'security_review',
    triggers: [
      ['Before sensitive operations', 'sensitive_operation'],
      ['or security-related changes', 'security_related_change'],
    ],
    approver: ['Security team or senior developer', 'security team', 'senior developer'],
    criteria: [
      ['Security implications assessed', 'security_assessment'],
      ['Vulnerabilities identified and addressed', 'vulnerability_analysis'],
      ['Best practices followed', 'best_practices'],
      ['Compliance requirements met', 'compliance_requirements'],
    ],
    timeout: 24 * hour,
  },
  '4. Performance Impact': {
    name: 'performance_impact',
    triggers: [
      ['Before optimization changes', 'optimization_change'],
      ['or performance-critical modifications', 'performance_critical_change'],
    ],
    approver: ['Performance engineer or technical lead', 'performance engineer', 'technical lead'],
    criteria: [
      ['Performance baseline established', 'performance_baseline'],
      ['Expected improvements quantified', 'expected_improvements'],
      ['Monitoring in place', 'monitoring_in_place'],
      ['Rollback strategy defined', 'rollback_strategy'],
    ],
    timeout: 24 * hour,
  },
  '5. Rollback Decision': {
    name: 'rollback_decision',
    triggers: [['When automated rollback systems activate', 'automated_rollback']],
    approver: ['Technical lead or on-call engineer', 'technical lead', 'on-call engineer'],
    criteria: [
      ['Impact assessment completed', 'impact_assessment'],
      ['Rollback scope defined', 'rollback_scope'],
      ['Communication plan ready', 'communication_plan'],
      ['Recovery timeline established', 'recovery_timeline'],
    ],
    timeout: hour,
  },
};

describe.each(Object.entries(checkpoints))('Checkpoint %s', (_, { name, triggers, approver, criteria, timeout }) => {
  test.each(triggers)('Trigger: %s', (_, trigger) => {
    expect(stage(name, { trigger, facts: harmless }).from).toBe(`checkpoints.${name}`);
    expect(stage(name, { facts: { ...harmless, [trigger]: true } }).from).toBe(`checkpoints.${name}`);
    expect(decided({ facts: { ...harmless, [trigger]: false } })).toMatchObject({ outcome: 'auto_approved' });
  });

  test('Required: it is asked whatever approval workflow there is, and where a request names it', () => {
    for (const claim of [{ facts: harmless }, { facts: small }, { risk: 'high' as const }])
      expect(stage(name, { ...claim, checkpoint: name }).from).toBe(`checkpoints.${name}`);
    const { outcome } = decided({ facts: harmless, checkpoint: name });
    expect(outcome).toBeUndefined();
  });

  const [line, one, other] = approver;
  test(`Approver: ${line}`, () => {
    const { rule, approvers } = stage(name, { checkpoint: name });
    expect(rule).toBe('any');
    expect(new Set(approvers.map(({ person }) => person))).toEqual(new Set([...whoIs[one], ...whoIs[other]]));
  });

  test.each(criteria)('Criteria: %s', (_, criterion) => {
    expect(stage(name, { checkpoint: name }).criteria).toContain(criterion);
  });

  test('and nothing else is to be confirmed; timeout as configured', () => {
    expect(stage(name, { checkpoint: name })).toMatchObject({ criteria: criteria.map(([, name]) => name), timeout });
  });
});

describe('1. Automatic Approval', () => {
  test('Scope: low-risk, well-defined tasks', () => {
    expect(decided({ facts: harmless })).toMatchObject({ outcome: 'auto_approved' });
    for (const risk of ['medium', 'high', 'critical'] as const)
      expect(decided({ risk, facts: harmless })).not.toHaveProperty('outcome');
  });

  test.each([
    ['No breaking changes', 'breaking_changes', true],
    ['No security implications', 'security_implications', true],
    ['No performance impact', 'performance_impact', true],
    ['Well-tested functionality', 'well_tested', false],
  ])('Criteria: %s', (_, fact, otherwise) => {
    expect(decided({ facts: { ...harmless, [fact]: otherwise } })).not.toHaveProperty('outcome');
    const unsaid = Object.fromEntries(Object.entries(harmless).filter(([name]) => name !== fact));
    expect(decided({ facts: unsaid })).not.toHaveProperty('outcome');
  });

  test('Process: automated approval with logging', () => {
    const { gate, outcome } = decided({ facts: harmless });
    expect([outcome, gate.workflow, gate.stages]).toEqual(['auto_approved', 'automatic', []]);
    expect(gate.because).toMatchObject([
      { rule: 'approval_workflows.automatic', why: expect.stringContaining('hold') },
    ]);
  });
});

describe('2. Peer Review', () => {
  const peers = { gate: { workflow: 'peer_review', stages: [{ name: 'peer_review' }] } };
  test('Scope: medium-risk changes', () => {
    expect(decided({ risk: 'medium', facts: small })).toMatchObject(peers);
    expect(decided({ risk: 'high', facts: small })).toMatchObject({ gate: { workflow: 'expert_review' } });
  });

  test.each<[string, Claim['facts']]>([
    ['Code changes < 200 lines', { lines_changed: 200 }],
    ['No breaking changes', { breaking_changes: true }],
    ['Standard functionality', { standard_functionality: false }],
  ])('Criteria: %s', (_, otherwise) => {
    expect(decided({ risk: 'medium', facts: small })).toMatchObject(peers);
    expect(decided({ risk: 'medium', facts: { ...small, ...otherwise } })).toMatchObject({
      gate: { workflow: 'expert_review' },
    });
  });

  test('Process 1: automated code review request', () => {
    const { approvers } = stage('peer_review', { risk: 'medium', facts: small });
    expect(approvers).toHaveLength(1);
    expect(['ada', 'grace', 'linus']).toContain(approvers[0]?.person);
  });

  test('Process 2: peer review within 24 hours', () => {
    expect(stage('peer_review', { facts: small }).timeout).toBe(24 * hour);
  });

  test('Process 3: approval or request for changes', () => {
    const peers = stage('peer_review', { facts: small });
    expect(outcomesOf(peers)).toEqual({
      approve: 'approved',
      reject: 'rejected',
      request_changes: 'changes_requested',
    });
  });

  test('Process 4: automated merge on approval', () => {
    expect(decided({ facts: small }).gate.afterwards).toEqual(['automated_merge']);
  });
});

describe('3. Expert Review', () => {
  const experts = { gate: { workflow: 'expert_review', stages: [{ name: 'expert_review' }] } };
  test('Scope: high-risk or complex changes', () => {
    for (const risk of ['high', 'critical'] as const)
      expect(decided({ risk, facts: { ...harmless, ...small } })).toMatchObject(experts);
  });

  test.each([
    ['Breaking changes', 'breaking_changes'],
    ['Security implications', 'security_implications'],
    ['Performance impact', 'performance_impact'],
    ['Complex architecture changes', 'complex_architecture'],
  ])('Criteria: %s', (_, fact) => {
    const { gate } = decided({ facts: { ...harmless, ...small, [fact]: true } });
    expect(gate.workflow).toBe('expert_review');
    expect(gate.stages.map(({ name }) => name)).toContain('expert_review');
  });

  test('Process 1: expert review request', () => {
    expect(stage('expert_review', { risk: 'high' }).approvers.map(({ person }) => person)).toEqual([
      'ada',
      'grace',
      'linus',
    ]);
  });

  test('Process 2: detailed review within 48 hours', () => {
    expect(stage('expert_review', { risk: 'high' }).timeout).toBe(48 * hour);
  });

  test('Process 3: approval with conditions or rejection', () => {
    const experts = stage('expert_review', { risk: 'high' });
    expect(outcomesOf(experts)).toMatchObject({ approve: 'approved', reject: 'rejected' });
    const condition = 'Watch the error rate for an hour';
    const approved = answeredWith(experts, 'approve', { conditions: [condition] });
    expect(answerOf(approved, {})).toMatchObject({
      outcome: 'approved',
      conditions: [condition],
      decisions: [{ stage: 'expert_review', answer: 'approve', conditions: [condition] }],
    });
  });

  test('Process 4: implementation with monitoring', () => {
    expect(decided({ risk: 'high' }).gate.afterwards).toEqual(['implementation_with_monitoring']);
  });

  test('what no line covers needs an expert', () => {
    expect(decided()).toMatchObject(experts);
  });
});

const override = { justification: 'The shop is down' };

describe('4. Emergency Bypass, and the emergency override', () => {
  test.each([
    ['Production issues', 'production_issue'],
    ['Security vulnerabilities', 'security_vulnerability'],
    ['Critical bugs', 'critical_bug'],
  ])('Criteria: %s', (_, fact) => {
    expect(decided({ override, facts: { [fact]: true } })).toMatchObject({ gate: { workflow: 'emergency_bypass' } });
    const otherwise = asked(policy, { environment: 'staging', override, facts: { [fact]: false } });
    expect(resolve(policy, otherwise)).toMatchObject({ code: 'no_gate', errors: [{ path: 'override' }] });
  });

  const urgent = { override, facts: { critical_bug: true }, environment: 'production', risk: 'critical' as const };

  test('Scope: critical fixes requiring immediate action', () => {
    const names = decided({ ...urgent, checkpoint: 'security_review' }).gate.stages.map(({ name }) => name);
    expect(names).toEqual(['emergency_bypass']);
  });

  test('Process: emergency override request', () => {
    expect(decided({ facts: { critical_bug: true } }).gate.workflow).not.toBe('emergency_bypass');
  });

  test('Process: justification documentation', () => {
    expect(decided(urgent).gate.bypass).toEqual({ kind: 'emergency_override', ...override, actedFirst: false });
  });

  test('Process: emergency approval; Approval: on-call engineer or technical lead', () => {
    const { rule, approvers, timeout } = stage('emergency_bypass', urgent);
    expect([rule, timeout]).toEqual(['any', hour / 2]);
    expect(new Set(approvers.map(({ person }) => person))).toEqual(
      new Set([...whoIs['on-call engineer'], ...whoIs['technical lead']]),
    );
  });

  test('Process: immediate implementation', () => {
    // One approval is enough, and nothing holds its effect back.
    const { gate } = decided(urgent);
    expect(gate).not.toHaveProperty('notBefore');
    expect(gate.stages).toHaveLength(1);
  });

  test('Process: post-implementation review, documentation and lessons learned', () => {
    const review = decided(urgent, { source: ownSources.overrideReview });
    expect(review.gate.stages).toMatchObject([
      { approvers: [{ person: 'ada' }, { person: 'barbara' }], criteria: ['documentation', 'lessons_learned'] },
    ]);
    // When it is overdue; it can be done after that, so the request lasts longer.
    expect(policy.emergency?.review.timeout).toBe(72 * hour);
    expect(review.gate.stages[0]?.timeout).toBeGreaterThan(72 * hour);
  });
});

describe('Maintenance Window', () => {
  const window = {
    ...{ id: 'w', from: '2026-11-18T09:00:00Z', to: '2026-11-18T12:00:00Z' },
    ...{ environments: ['production'], sources: ['events:demo.*'] },
  };
  const during = (claim: Partial<Claim>, now = '2026-11-18T10:00:00.000Z') =>
    decided(claim, { now, standing: { load: {}, windows: [window] } });

  test('Process 1: maintenance window scheduling; Approval: technical lead or project manager', () => {
    const { gate } = decided({ environment: 'production', risk: 'high' }, { source: ownSources.maintenanceWindow });
    expect(gate.stages).toMatchObject([{ rule: 'any', approvers: [{ person: 'ada' }, { person: 'barbara' }] }]);
    expect(stage('maintenance_window', { environment: 'production', trigger: 'maintenance_window' }).from).toBe(
      'maintenance_windows',
    );
  });

  test('Process 2: stakeholder notification', () => {
    expect(policy.maintenance).toMatchObject({ stakeholders: ['operations@example.com'], notice: 24 * hour });
  });

  test('Process 3: automated bypass during window', () => {
    expect(during({ environment: 'production', risk: 'critical' })).toMatchObject({
      outcome: 'bypassed',
      gate: { bypass: { kind: 'maintenance_window', window: 'w' } },
    });
    expect(during({ environment: 'production' }, '2026-11-18T12:00:00.000Z')).not.toHaveProperty('outcome');
    expect(during({ environment: 'staging' })).not.toHaveProperty('outcome');
  });

  test('Process 4: post-maintenance validation', () => {
    const { gate } = decided({ environment: 'production' }, { source: ownSources.maintenanceValidation });
    expect(gate.stages).toMatchObject([{ name: 'validation', criteria: ['services_healthy'] }]);
  });
});

describe('Testing Environment', () => {
  test('Process 1: environment identification', () => {
    for (const environment of ['development', 'Development'])
      expect(decided({ environment })).toMatchObject({
        gate: { because: [{ rule: 'environments.development.bypass' }] },
      });
  });

  test('Process 2: automated bypass for test environments; Approval: automated', () => {
    expect(decided({ environment: 'development', risk: 'critical', checkpoint: 'security_review' })).toMatchObject({
      outcome: 'bypassed',
      gate: { stages: [], bypass: { kind: 'test_environment' } },
    });
  });

  test('Process 3: production protection maintained', () => {
    const careless = structuredClone(policy);
    for (const environment of ['production', 'Production', 'staging']) {
      expect(decided({ environment })).not.toHaveProperty('outcome');
      const listed = careless.environments[environment];
      if (listed) listed.bypass = 'automatic';
    }
    expect(resolve(careless, asked(careless, { requestedBy: 'eve@example.com' }))).not.toHaveProperty('outcome');
  });

  test('Process 4: test validation', () => {
    // What was let through is recorded with why, so that it can be gone over.
    expect(decided({ environment: 'development' }).gate.because).toEqual([
      { rule: 'environments.development.bypass', why: "'development' is a test environment" },
    ]);
  });
});
