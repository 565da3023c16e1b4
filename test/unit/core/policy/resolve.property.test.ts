import fc from 'fast-check';
import type { Claim } from '../../../../core/claim.ts';
import { isExcluded } from '../../../../core/four-eyes.ts';
import type { Gate, Rule } from '../../../../core/gate.ts';
import { addressesOf } from '../../../../core/identity.ts';
import { gateChanges } from '../../../../core/policy/gate-changes.ts';
import type {
  Checkpoint,
  Environment,
  Person,
  Policy,
  StagePlan,
  WorkflowRule,
} from '../../../../core/policy/policy.ts';
import { asking } from '../../../../core/policy/resolve/conditions.ts';
import { placeOf } from '../../../../core/policy/resolve/environment.ts';
import { workflowVerdicts } from '../../../../core/policy/resolve/workflows.ts';
import { resolve } from '../../../../core/policy/resolve.ts';
import type { MaintenanceWindow, Resolution, Situation } from '../../../../core/policy/situation.ts';
import type { Refusal } from '../../../../core/refusal.ts';
import { asked, conditions, person, plan } from '../../../support/situations.ts';

// Any policy, any request: small worlds in which rules, people and claims meet often.

const keys = ['ann', 'ben', 'cid', 'dora', 'eli', 'fay'];
const facts = ['breaking', 'tested', 'odd'];
const texts = [
  'breaking',
  'no_breaking',
  'tested',
  'code_changes_under_200_lines',
  'facts.count < 3.0',
  'payload.replicas > 2.0',
  'risk == "high"',
];
const now = '2026-11-18T10:00:00.000Z';
const level = fc.constantFrom('low', 'medium', 'high', 'critical');
const subset = (of: string[], minLength = 0) => fc.subarray(of, { minLength });

const people = fc
  .tuple(
    ...keys.map(() =>
      fc.record({
        away: fc.option(fc.option(fc.constantFrom(...keys), { nil: 'nobody' })),
        alias: fc.boolean(),
        early: fc.boolean(),
      }),
    ),
  )
  .map((all) =>
    Object.fromEntries(
      all.map(({ away, alias, early }, i): [string, Person] => {
        const key = keys[i] ?? '';
        return [
          key,
          person(key, {
            ...(alias && { aliases: [`${key}.alias@gmail.com`] }),
            ...(early && { hours: { days: ['wed'], from: '06:00', to: '09:00' } }),
            ...(away !== null && {
              outOfOffice: [{ from: '2026-11-18T00:00:00Z', to: '2026-11-19T00:00:00Z', cover: away }],
            }),
          }),
        ];
      }),
    ),
  );

const rule: fc.Arbitrary<Rule> = fc.oneof(
  fc.constantFrom('all' as const, 'any' as const, 'one_from_each' as const),
  fc.record({ quorum: fc.integer({ min: 1, max: 3 }) }),
);
const stagePlan = (name: string): fc.Arbitrary<StagePlan> =>
  fc
    .record({
      approvers: subset([...keys, 'left', 'right'], 1),
      rule,
      assign: fc.option(fc.constantFrom('least_loaded' as const, 'round_robin' as const)),
    })
    .map(({ approvers, rule, assign }) => plan(approvers, { name, rule, ...(assign && { assign }) }));
const someConditions = fc.subarray(texts, { maxLength: 2 }).map((chosen) => conditions(...chosen));

let count = 0;
const checkpoint: fc.Arbitrary<Checkpoint> = fc
  .record({ stage: stagePlan('c'), triggers: subset(['odd', 'trigger']), when: someConditions, required: fc.boolean() })
  .map(({ stage, triggers, when, required }) => ({
    name: `c${count++}`,
    triggers,
    required,
    stage,
    ...(when[0] && { when: when[0] }),
  }));
const workflow: fc.Arbitrary<WorkflowRule> = fc
  .record({
    kind: fc.constantFrom('automatic' as const, 'peer_review' as const, 'expert_review' as const),
    risks: fc.option(fc.subarray(['low', 'medium', 'high', 'critical'] as const, { minLength: 1 })),
    criteria: someConditions,
    stage: stagePlan('w'),
  })
  .map(({ kind, risks, criteria, stage }) => ({
    name: `w${count++}`,
    kind,
    criteria,
    ...(risks && { risks }),
    ...(kind !== 'automatic' && { stage }),
  }));
const environment: fc.Arbitrary<Environment> = fc
  .record({
    stages: fc.oneof(fc.tuple(stagePlan('e')), fc.tuple(stagePlan('e'), stagePlan('f'))),
    gated: fc.boolean(),
    bypass: fc.boolean(),
    production: fc.boolean(),
  })
  .map(({ stages, gated, bypass, production }) => ({
    gates: gated ? { low: { stages }, high: { stages } } : {},
    ...(bypass && { bypass: 'automatic' as const }),
    ...(production && { production }),
  }));

const policies: fc.Arbitrary<Policy> = fc
  .record({
    people,
    left: subset(keys),
    right: subset([...keys, 'left']),
    checkpoints: fc.option(fc.array(checkpoint, { maxLength: 3 })),
    workflows: fc.option(fc.array(workflow, { maxLength: 4 })),
    environments: fc.dictionary(fc.constantFrom('production', 'shop', 'test', 'any'), environment),
    emergency: fc.option(fc.tuple(stagePlan('emergency'), someConditions, subset(keys))),
    maintenance: fc.option(stagePlan('window')),
    expert: subset(keys, 1),
  })
  .map(({ people, left, right, checkpoints, workflows, environments, emergency, maintenance, expert }) => ({
    directory: { people, groups: { left, right, expert } },
    sources: {},
    environments,
    ...(checkpoints && { checkpoints }),
    ...(workflows && { workflows }),
    ...(emergency && {
      emergency: { stage: emergency[0], criteria: emergency[1], actFirst: emergency[2], review: emergency[0] },
    }),
    ...(maintenance && {
      maintenance: {
        ...{ stage: maintenance, validation: maintenance, longest: 86_400, environments: ['*'] },
        ...{ stakeholders: [], notice: 60 },
      },
    }),
  }));

const windows: fc.Arbitrary<MaintenanceWindow[]> = fc.array(
  fc.record({
    id: fc.constant('w'),
    from: fc.constantFrom('2026-11-18T09:00:00.000Z', '2026-11-18T11:00:00.000Z'),
    to: fc.constant('2026-11-18T12:00:00.000Z'),
    environments: fc.constantFrom(['*'], ['test'], ['production']),
    sources: fc.constant(['*']),
  }),
  { maxLength: 1 },
);

const claims: fc.Arbitrary<Partial<Claim>> = fc
  .record({
    requestedBy: fc.constantFrom(...keys, 'outsider').map((key) => `${key}@example.com`),
    authors: fc.array(fc.constantFrom('Ann+x@example.com', 'ben.alias@gmail.com', 'сid@example.com'), { maxLength: 2 }),
    environment: fc.constantFrom('production', 'PRODUCTION', 'shop', 'test', 'Test', 'elsewhere'),
    risk: level,
    trigger: fc.constantFrom('none', 'odd', 'trigger', 'maintenance_window'),
    stated: fc.dictionary(fc.constantFrom(...facts), fc.boolean()),
    lines: fc.option(fc.constantFrom(1, 500)),
    counted: fc.option(fc.constantFrom(1, 5)),
    override: fc.boolean(),
  })
  .map(({ stated, lines, counted, override, ...claim }) => ({
    ...claim,
    facts: { ...stated, ...(lines !== null && { lines_changed: lines }), ...(counted !== null && { count: counted }) },
    ...(override && { override: { justification: 'down' } }),
  }));

/** A policy, and a request that it is asked about. */
const cases = fc
  .record({
    policy: policies,
    claim: claims,
    verified: fc.option(fc.constantFrom(...keys)),
    again: subset(keys),
    windows,
  })
  .map(({ policy, claim, verified, again, windows }) => {
    const more = { now, again: again.slice(0, 1), standing: { load: {}, windows }, ...(verified && { verified }) };
    return { policy, situation: asked(policy, claim, more) };
  });

function gateOf(resolved: Resolution | Refusal): Gate | undefined {
  return 'code' in resolved ? undefined : resolved.gate;
}

test('R6 W1 whoever is seated may vote: nobody who asks, wrote it or is verified, and nobody in their place', () => {
  fc.assert(
    fc.property(cases, ({ policy, situation }) => {
      for (const { approvers } of gateOf(resolve(policy, situation))?.stages ?? [])
        for (const approver of approvers) {
          const addresses = addressesOf(policy.directory.people[approver.person] ?? person('x'));
          expect(isExcluded(situation.excluded, { person: approver.person, addresses })).toBe(false);
          expect(approver.person).not.toBe(situation.verified);
          for (const before of approver.via ?? []) expect(situation.excluded.people).not.toContain(before);
        }
    }),
    { numRuns: 1000 },
  );
});

test('R7 no stage has one human twice, and each can be met', () => {
  fc.assert(
    fc.property(cases, ({ policy, situation }) => {
      for (const { approvers, rule, groups } of gateOf(resolve(policy, situation))?.stages ?? []) {
        const seats = approvers.map(({ person }) => person);
        expect(new Set(seats).size).toBe(seats.length);
        const needed = rule === 'one_from_each' ? (groups?.length ?? 0) : typeof rule === 'object' ? rule.quorum : 1;
        expect(seats.length).toBeGreaterThanOrEqual(needed);
        for (const { people } of groups ?? []) for (const key of people) expect(seats).toContain(key);
      }
    }),
    { numRuns: 1000 },
  );
});

test('nobody is asked only where the policy says so: automatic approval, or a bypass of its own', () => {
  fc.assert(
    fc.property(cases, ({ policy, situation }) => {
      const resolved = resolve(policy, situation);
      if ('code' in resolved) return;
      const { gate, outcome } = resolved;
      expect(gate.stages.length === 0).toBe(outcome !== undefined);
      expect(outcome === 'bypassed').toBe(gate.bypass !== undefined && gate.stages.length === 0);
      expect(outcome === 'auto_approved').toBe(gate.workflow === 'automatic' && gate.bypass === undefined);
    }),
    { numRuns: 1000 },
  );
});

test('automatic approval only where all its criteria are stated to hold, and no other rule asks for anybody', () => {
  let seen = 0;
  fc.assert(
    fc.property(cases, fc.array(workflow, { minLength: 1, maxLength: 2 }), ({ policy, situation }, workflows) => {
      const { directory, sources, checkpoints = [] } = policy;
      const { override: _, ...claim } = situation.claim;
      const bare = { ...situation, claim, again: [] };
      const alone: Policy = { directory, sources, environments: {}, checkpoints: checkpoints.slice(0, 1), workflows };
      const resolved = resolve(alone, bare);
      if ('code' in resolved || resolved.outcome !== 'auto_approved') return;
      seen++;
      const ask = asking(alone, bare, placeOf(alone, claim.environment));
      const applying = workflowVerdicts(alone, claim.risk, ask).filter(({ applies }) => applies);
      expect(applying.length).toBeGreaterThan(0);
      for (const { kind, conditions } of applying) {
        expect(kind).toBe('automatic');
        for (const { held } of conditions) expect(held).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
  expect(seen).toBeGreaterThan(20);
});

test('production is never bypassed by itself: only by a window that people let be, or by an override', () => {
  fc.assert(
    fc.property(cases, ({ policy, situation }) => {
      const gate = gateOf(resolve(policy, situation));
      if (gate?.bypass?.kind !== 'test_environment') return;
      const name = situation.claim.environment.toLowerCase();
      expect(name).not.toBe('production');
      expect(policy.environments[name]?.bypass).toBe('automatic');
      expect(policy.environments[name]?.production).toBeFalsy();
    }),
    { numRuns: 1000 },
  );
});

// ── weaker ──

const ranks = ['automatic', 'peer_review', 'expert_review'];

/**
 * Is the second weaker than docs/policy.md promises ("What adding a rule can do"): nobody asked where somebody was, or where it was
 * refused; a lower approval workflow; or a stage less? The stages of an approval workflow that a more demanding one takes the
 * place of may go, though they asked for more people: loading warns of that.
 */
function isWeaker(before: Resolution | Refusal, after: Resolution | Refusal): boolean {
  if ('code' in after) return false;
  if ('code' in before) return after.outcome !== undefined;
  if (before.outcome === undefined && after.outcome !== undefined) return true;
  const [was, is] = [before.gate, after.gate].map(({ workflow }) => ranks.indexOf(workflow));
  if (was === undefined || is === undefined || is < was) return true;
  const kept =
    is === was ? before.gate.stages : before.gate.stages.filter(({ from }) => !from?.startsWith('approval_'));
  // Of two rules that ask the same, it does not matter which is said to.
  const asks = after.gate.stages.map(({ approvers, rule }) => JSON.stringify([approvers, rule]));
  if (kept.some(({ approvers, rule }) => !asks.includes(JSON.stringify([approvers, rule])))) return true;
  // What replay calls weaker, by people and not by stages, is not either.
  const among = { directory: { people: {}, groups: {} }, excluded: [] };
  return gateChanges({ ...before.gate, stages: kept }, after.gate, among).some(({ weaker }) => weaker);
}

/** Does some rule for an approval workflow apply? What none covers may get easier by the first that does. */
function isCovered(policy: Policy, situation: Situation): boolean {
  const ask = asking(policy, situation, placeOf(policy, situation.claim.environment));
  return workflowVerdicts(policy, situation.claim.risk, ask).some(({ applies }) => applies);
}

test('a checkpoint more never makes a gate weaker', () => {
  fc.assert(
    fc.property(cases, checkpoint, ({ policy, situation }, more) => {
      const before = resolve(policy, situation);
      // What was refused for want of any gate has one now: it was not weaker than that one.
      if ('code' in before && before.code === 'no_gate') return;
      const after = resolve({ ...policy, checkpoints: [...(policy.checkpoints ?? []), more] }, situation);
      expect(isWeaker(before, after)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test('a rule more lowers no approval workflow of what a rule covers, and takes away no stage but those of a workflow it outranks', () => {
  let seen = 0;
  fc.assert(
    fc.property(cases, workflow, fc.nat(), ({ policy, situation }, more, at) => {
      if (!policy.workflows || !isCovered(policy, situation)) return;
      seen++;
      const workflows = policy.workflows.toSpliced(at % (policy.workflows.length + 1), 0, more);
      expect(isWeaker(resolve(policy, situation), resolve({ ...policy, workflows }, situation))).toBe(false);
    }),
    { numRuns: 2000 },
  );
  expect(seen).toBeGreaterThan(100);
});

test('approval workflows, beside what an environment asks for, take no stage away', () => {
  fc.assert(
    fc.property(cases, fc.array(workflow, { maxLength: 3 }), ({ policy, situation }, workflows) => {
      const { workflows: _, ...without } = policy;
      const before = resolve(without, situation);
      const after = resolve({ ...policy, workflows }, situation);
      if ('code' in before || 'code' in after) return;
      for (const { from, name } of before.gate.stages)
        expect(after.gate.stages.filter((stage) => stage.from === from).map((stage) => stage.name)).toContain(name);
    }),
    { numRuns: 1000 },
  );
});

test('a gate for another risk, or another stage in the gate that an environment has for this one, be it that of `any`, never makes a gate weaker', () => {
  fc.assert(
    fc.property(cases, stagePlan('more'), level, ({ policy, situation }, more, risk) => {
      const { name, gates } = placeOf(policy, situation.claim.environment);
      // What the environment has for this risk now, be it that of `any`: a gate of its own takes its place for this one risk.
      const now = risk === situation.claim.risk ? (gates[risk]?.stages ?? []) : [];
      const before = resolve(policy, situation);
      if ('code' in before && before.code === 'no_gate') return;
      const listed = policy.environments[name];
      const stages = [...now, more];
      const environments = {
        ...policy.environments,
        [name]: { ...listed, gates: { ...listed?.gates, [risk]: { stages } } },
      };
      expect(isWeaker(before, resolve({ ...policy, environments }, situation))).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test('stating less never makes a gate weaker by an expression: what is unknown counts against the requester', () => {
  fc.assert(
    fc.property(cases, ({ policy, situation }) => {
      const { count: _, ...rest } = situation.claim.facts ?? {};
      if (situation.claim.override || !policy.workflows) return;
      const expressions = {
        ...policy,
        checkpoints: policy.checkpoints?.filter(({ triggers }) => triggers.length === 0) ?? [],
      };
      const known = resolve(expressions, situation);
      const unknown = resolve(expressions, { ...situation, claim: { ...situation.claim, facts: rest } });
      if ('code' in known || !isCovered(expressions, situation)) return;
      expect(isWeaker(known, unknown)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});
