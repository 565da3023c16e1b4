import type { EmergencyRule, MaintenanceRule, Policy } from '../../../../../core/policy/policy.ts';
import {
  overrideVerdict,
  testEnvironmentVerdict,
  windowVerdicts,
} from '../../../../../core/policy/resolve/bypasses.ts';
import { asking } from '../../../../../core/policy/resolve/conditions.ts';
import { placeOf } from '../../../../../core/policy/resolve/environment.ts';
import { ownSources } from '../../../../../core/policy/resolve/own.ts';
import { resolve } from '../../../../../core/policy/resolve.ts';
import type { MaintenanceWindow, Situation } from '../../../../../core/policy/situation.ts';
import {
  asked,
  conditions,
  plan,
  policyOf,
  seedWorkflows,
  situation,
  workflow,
} from '../../../../support/situations.ts';

const maintenance: MaintenanceRule = {
  stage: plan(['technical_lead'], { name: 'window' }),
  longest: 4 * 3600,
  environments: ['prod*'],
  stakeholders: [],
  notice: 3600,
  validation: plan(['on_call_engineer'], { name: 'validation' }),
};
const emergency: EmergencyRule = {
  criteria: conditions('production_issues', 'security_vulnerabilities', 'critical_bugs'),
  stage: plan(['on_call_engineer', 'technical_lead'], { name: 'emergency', timeout: 1800 }),
  actFirst: [],
  review: plan(['technical_lead'], { name: 'afterwards', timeout: 3 * 86_400 }),
};
const policy = policyOf({
  workflows: seedWorkflows,
  maintenance,
  emergency,
  policyChange: { stage: plan(['erin'], { name: 'change' }) },
  environments: {
    test: { gates: {}, bypass: 'automatic' },
    production: { gates: {}, production: true, bypass: 'automatic' },
    prod: { gates: {}, bypass: 'automatic' },
    'eu-prod': { gates: {}, bypass: 'automatic' },
    'prod-eu': { gates: {}, bypass: 'automatic' },
    prd_1: { gates: {}, bypass: 'automatic' },
    live: { gates: {}, bypass: 'automatic' },
    'live.eu': { gates: {}, bypass: 'automatic' },
    any: { gates: {}, bypass: 'automatic' },
  },
});

describe('a test environment', () => {
  test('is let through at once, and it is recorded as a bypass', () => {
    for (const environment of ['test', 'TEST'])
      expect(resolve(policy, situation({ environment, risk: 'critical', trigger: 'anything' }))).toEqual({
        outcome: 'bypassed',
        gate: {
          workflow: 'automatic',
          stages: [],
          because: [{ rule: 'environments.test.bypass', why: "'test' is a test environment" }],
          bypass: { kind: 'test_environment' },
        },
      });
  });

  test.each([
    'production',
    'Production',
    'prod',
    'PROD',
    'eu-prod',
    'prod-eu',
    'prd_1',
    'live',
    'live.eu',
    'any',
    'tset',
    'unheard-of',
  ])('is never %s, whatever the policy says', (environment) => {
    expect(resolve(policy, situation({ environment }))).toMatchObject({ gate: { workflow: 'expert_review' } });
  });

  test('is none that another name of production is given', () => {
    const named = policyOf({
      workflows: [],
      environments: { shop: { gates: {}, production: true, bypass: 'automatic' } },
    });
    expect(resolve(named, situation({ environment: 'shop' }))).toMatchObject({ gate: { workflow: 'expert_review' } });
  });

  test('lets no change of the rules through', () => {
    for (const claim of [
      { trigger: 'maintenance_window' },
      { checkpoint: 'maintenance_window' },
      { trigger: 'policy_change' },
    ]) {
      const resolved = resolve(policy, situation({ environment: 'test', ...claim }));
      expect(resolved).not.toHaveProperty('outcome');
      expect('code' in resolved || resolved.gate.stages.length).toBeGreaterThan(1);
    }
  });
});

test.each([
  ['test', {}, true, "'test' is a test environment"],
  ['production', {}, false, "'production' is production, which nothing bypasses by itself"],
  ['any', {}, false, "'any' is no test environment"],
  ['test', { trigger: 'policy_change' }, false, 'what changes the rules goes through a gate'],
])('what the bypass of %s says of %j: %s', (environment, claim, applies, why) => {
  const place = placeOf(policy, environment);
  expect(testEnvironmentVerdict(situation({ environment, ...claim }), place)).toEqual({
    rule: `environments.${environment}.bypass`,
    applies,
    why,
    conditions: [],
  });
});

describe('a maintenance window', () => {
  const window: MaintenanceWindow = {
    id: 'w1',
    from: '2026-11-18T09:00:00Z',
    to: '2026-11-18T11:00:00.000Z',
    environments: ['production'],
    sources: ['events:demo.*'],
  };
  const during = (windows: MaintenanceWindow[], claim = {}, more = {}) =>
    resolve(policy, situation(claim, { standing: { load: {}, windows }, ...more }));

  test('lets through what is in its time and scope, production included', () => {
    expect(during([window], { environment: 'Production', risk: 'critical' })).toEqual({
      outcome: 'bypassed',
      gate: {
        workflow: 'automatic',
        stages: [],
        because: [{ rule: 'maintenance_windows', why: 'the window w1 is open until 2026-11-18T11:00:00.000Z' }],
        bypass: { kind: 'maintenance_window', window: 'w1' },
      },
    });
    expect(during([window], {}, { now: window.from })).toMatchObject({ outcome: 'bypassed' });
  });

  test.each<[string, Partial<MaintenanceWindow>, object?, object?]>([
    ['before it begins', {}, {}, { now: '2026-11-18T08:59:59.999Z' }],
    ['from its end on', {}, {}, { now: '2026-11-18T11:00:00.000Z' }],
    ['for another environment', {}, { environment: 'prod' }],
    ['for an environment that the policy has no windows for', { environments: ['*'] }, { environment: 'staging' }],
    ['for another source', { sources: ['events:other@*'] }],
    ['where it is longer than the policy lets one be', { to: '2026-11-18T13:00:01Z' }],
    ['where its time is none', { from: 'soon' }],
    ['for another window', {}, { trigger: 'maintenance_window' }],
    ['for a change of the policy', {}, { trigger: 'policy_change' }],
    ['for an emergency override', {}, { override: { justification: 'x' }, facts: { critical_bugs: true } }],
  ])('lets nothing through %s', (_, more, claim = {}, situationMore = {}) => {
    const resolved = during([{ ...window, ...more }], claim, situationMore);
    expect(resolved).toHaveProperty('gate');
    expect(resolved).not.toHaveProperty('outcome');
  });

  test('may be just as long as the policy lets one be, and need name an environment or a source only once', () => {
    expect(during([{ ...window, to: '2026-11-18T13:00:00Z' }])).toMatchObject({ outcome: 'bypassed' });
    const wide = { ...window, environments: ['staging', 'production'], sources: ['iam:x', 'events:demo.*'] };
    const rule = { ...maintenance, environments: ['staging', 'prod*'] };
    const standing = { load: {}, windows: [wide] };
    expect(resolve({ ...policy, maintenance: rule }, situation({}, { standing }))).toMatchObject({
      outcome: 'bypassed',
    });
  });

  test.each<[string, Partial<MaintenanceWindow>, object, object?]>([
    ['the window w1 is open until 2026-11-18T11:00:00.000Z', {}, {}],
    [
      'the window w1 is not open now (2026-11-18T09:00:00Z to 2026-11-18T11:00:00.000Z)',
      {},
      {},
      { now: '2026-11-18T12:00:00.000Z' },
    ],
    ['the window w1 is longer than the policy lets one be', { to: '2026-11-18T13:00:01Z' }, {}],
    ["the policy has no maintenance windows for 'staging'", {}, { environment: 'staging' }],
    ["the window w1 is not for 'prod'", {}, { environment: 'prod' }],
    ["the window w1 is not for the source 'events:demo.shop@000000000000'", { sources: [] }, {}],
    ['what changes the rules goes through a gate', {}, { trigger: 'policy_change' }],
    ['an emergency override goes its own way', {}, { override: { justification: 'x' } }],
  ])('says why: %s', (why, more, claim, situationMore = {}) => {
    const windows = [{ ...window, ...more }];
    const asking = situation(claim, { standing: { load: {}, windows }, ...situationMore });
    const applies = why.includes('open until');
    const verdict = { rule: 'maintenance_windows', applies, why, conditions: [], window: windows[0] };
    expect(windowVerdicts(policy, asking, placeOf(policy, asking.claim.environment))).toEqual([verdict]);
  });

  test('that the policy has none, and nothing where none is known', () => {
    const { maintenance: _, ...without } = policy;
    const place = placeOf(policy, 'production');
    const standing = { load: {}, windows: [window] };
    expect(windowVerdicts(without, situation({}, { standing }), place)).toMatchObject([
      { applies: false, why: 'the policy has no maintenance windows' },
    ]);
    expect(windowVerdicts(policy, situation(), place)).toEqual([]);
  });

  test('is none where the policy in force has none', () => {
    const { maintenance: _, ...without } = policy;
    expect(resolve(without, situation({}, { standing: { load: {}, windows: [window] } }))).toMatchObject({
      gate: { workflow: 'expert_review' },
    });
  });

  test('is found among others', () => {
    expect(during([{ ...window, id: 'w0', sources: [] }, window])).toMatchObject({
      gate: { bypass: { window: 'w1' } },
    });
  });

  test('is let be by its own stage besides all else', () => {
    expect(resolve(policy, situation({ trigger: 'maintenance_window', risk: 'high' }))).toMatchObject({
      gate: { stages: [{ name: 'maintenance_window', from: 'maintenance_windows' }, { name: 'expert_review' }] },
    });
  });
});

describe('an emergency override', () => {
  const override = { justification: 'The shop is down' };
  const facts = { production_issues: true };

  test('asks the on-call engineer or the technical lead, and nobody else', () => {
    expect(
      resolve(policy, situation({ override, facts, risk: 'critical', checkpoint: 'policy_change' })),
    ).toMatchObject({
      gate: {
        workflow: 'emergency_bypass',
        stages: [
          { name: 'emergency', rule: 'any', approvers: [{ person: 'frank' }, { person: 'erin' }], timeout: 1800 },
        ],
        bypass: { kind: 'emergency_override', justification: 'The shop is down', actedFirst: false },
        because: [
          {
            rule: 'approval_workflows.emergency_bypass',
            why: "the request asks for an override, and 'production_issues' holds",
          },
        ],
      },
    });
  });

  test.each(['production_issues', 'security_vulnerabilities', 'critical_bugs'])('is one for %s', (fact) => {
    expect(resolve(policy, situation({ override, facts: { [fact]: true } }))).toMatchObject({
      gate: { workflow: 'emergency_bypass' },
    });
  });

  test('is refused where nothing that makes an emergency is stated', () => {
    for (const stated of [{}, { production_issues: false }, { other: true }])
      expect(resolve(policy, situation({ override, facts: stated }))).toMatchObject({
        code: 'no_gate',
        errors: [{ path: 'override' }],
        message: expect.stringContaining("'production_issues' does not hold"),
      });
  });

  test('is refused where what would make it one is unknown', () => {
    const unsure = { ...policy, emergency: { ...emergency, criteria: conditions('facts.errors > 5.0') } };
    expect(resolve(unsure, situation({ override }))).toMatchObject({
      code: 'no_gate',
      message: expect.stringContaining('unknown'),
    });
  });

  test('needs no more than its justification where the policy names no criteria', () => {
    const any = { ...policy, emergency: { ...emergency, criteria: [] } };
    expect(resolve(any, situation({ override }))).toMatchObject({ gate: { workflow: 'emergency_bypass' } });
  });

  test('is refused where the policy knows none', () => {
    expect(resolve(policyOf({ workflows: [workflow('automatic')] }), situation({ override }))).toMatchObject({
      code: 'no_gate',
      message: 'The policy has no emergency override.',
      errors: [{ path: 'override' }],
    });
  });

  test('says what of it is so and what is not', () => {
    const said = (claim: object, of: Policy = policy) => {
      const made = situation(claim);
      return overrideVerdict(of, made, asking(of, made, placeOf(of, 'production')));
    };
    expect(said({})).toMatchObject({ applies: false, why: 'the request asks for no override' });
    expect(said({ override, facts: { critical_bugs: true, production_issues: true } })).toMatchObject({
      applies: true,
      why: "the request asks for an override, and 'production_issues' and 'critical_bugs' hold",
    });
    expect(said({ override })).toMatchObject({
      applies: false,
      why: "none of what makes an emergency is so: 'production_issues' does not hold; 'security_vulnerabilities' does not hold; 'critical_bugs' does not hold",
    });
    expect(said({ override }, { ...policy, emergency: { ...emergency, criteria: [] } })).toMatchObject({
      applies: true,
      why: 'the request asks for an override and justifies it',
    });
    expect(said({ override }, policyOf())).toBeUndefined();
  });

  test('R6 is never approved by who asks for it', () => {
    const one = resolve(policy, asked(policy, { override, facts, requestedBy: 'frank@example.com' }));
    expect(one).toMatchObject({
      gate: { stages: [{ approvers: [{ person: 'erin' }], without: [{ person: 'frank' }] }] },
    });
    const both = asked(policy, { override, facts, requestedBy: 'frank@example.com', authors: ['erin@example.com'] });
    expect(resolve(policy, both)).toMatchObject({ code: 'gate_unreachable' });
  });

  test('takes effect at once for whom the policy lets act first, verified and not merely named', () => {
    const first = { ...policy, emergency: { ...emergency, actFirst: ['on_call_engineer'] } };
    const franks = (more: Partial<Situation>, of: Policy = first) =>
      resolve(of, asked(of, { override, facts, requestedBy: 'frank@example.com' }, more));
    expect(franks({ verified: 'frank' })).toMatchObject({
      outcome: 'bypassed',
      gate: {
        workflow: 'emergency_bypass',
        stages: [],
        bypass: { kind: 'emergency_override', actedFirst: true },
        because: [
          {
            rule: 'approval_workflows.emergency_bypass',
            why: "the request asks for an override, and 'production_issues' holds; who asks may act first",
          },
        ],
      },
    });
    expect(franks({})).not.toHaveProperty('outcome');
    expect(franks({ verified: 'bob' })).not.toHaveProperty('outcome');
    expect(franks({ verified: 'frank' }, policy)).not.toHaveProperty('outcome');
    expect(resolve(first, asked(first, { override }, { verified: 'frank' }))).toMatchObject({ code: 'no_gate' });
  });
});

describe('what Countersign asks for itself', () => {
  test.each([
    [ownSources.policyChange, ['erin'], 'policy_change'],
    [ownSources.maintenanceWindow, ['erin'], 'maintenance_windows'],
    [ownSources.maintenanceValidation, ['frank'], 'maintenance_windows.validation'],
    [ownSources.overrideReview, ['erin'], 'approval_workflows.emergency_bypass.review'],
  ])('%s has its own gate, and no way round', (source, people, from) => {
    const resolved = resolve(policy, situation({ environment: 'test', override: { justification: 'x' } }, { source }));
    expect(resolved).not.toHaveProperty('outcome');
    expect(resolved).toMatchObject({
      gate: {
        workflow: 'expert_review',
        stages: [{ from, approvers: people.map((person) => ({ person })) }],
        because: [{ rule: from, why: 'what it is asked for needs it' }],
      },
    });
  });

  test('R6 the review of an override is nobody’s who asked for it', () => {
    const review = asked(policy, { requestedBy: 'erin@example.com' }, { source: ownSources.overrideReview });
    expect(resolve(policy, review)).toMatchObject({ code: 'gate_unreachable' });
  });

  test('without a rule for it nothing is made up', () => {
    for (const source of [...Object.values(ownSources), 'countersign:other'])
      expect(resolve(policyOf({ workflows: [workflow('automatic')] }), situation({}, { source }))).toMatchObject({
        code: 'no_gate',
        message: `The policy has no gate for '${source}'.`,
        errors: [{ path: 'source' }],
      });
  });
});
