import type { Claim } from '../../core/claim.ts';
import { excludedOf } from '../../core/identity.ts';
import { readCondition } from '../../core/policy/conditions.ts';
import type { Checkpoint, Condition, Person, Policy, StagePlan, WorkflowRule } from '../../core/policy/policy.ts';
import type { Situation } from '../../core/policy/situation.ts';

/*
 * "Given this policy, when this is asked": the words for it. People go by first names at example.com; alice asks.
 */

/** A request in a situation: an ordinary one at low risk by alice, but for what is said. A Wednesday morning. */
export function situation(claim: Partial<Claim> = {}, more: Partial<Situation> = {}): Situation {
  return {
    now: '2026-11-18T10:00:00.000Z',
    source: 'events:demo.shop@000000000000',
    claim: {
      title: 'Deploy shop',
      requestedBy: 'alice@example.com',
      environment: 'production',
      priority: 'medium',
      risk: 'low',
      ...claim,
    },
    payload: { version: '2.1.0', replicas: 4 },
    excluded: { people: [], addresses: [] },
    ...more,
  };
}

/** The same, with four eyes as the opening works them out. */
export function asked(policy: Policy, claim: Partial<Claim> = {}, more: Partial<Situation> = {}): Situation {
  const made = situation(claim, more);
  const { requestedBy, authors } = made.claim;
  const excluded = excludedOf(policy, {
    requestedBy,
    ...(authors && { authors }),
    ...(made.verified !== undefined && { verifiedPerson: made.verified }),
  });
  return { ...made, excluded, ...more };
}

/** Conditions as a policy file writes them: by name, or as expressions. */
export function conditions(...texts: string[]): Condition[] {
  return texts.map((text) => {
    const read = readCondition(text);
    if ('problem' in read) throw new Error(`'${text}' ${read.problem}`);
    return read.condition;
  });
}

export function person(key: string, more: Partial<Person> = {}): Person {
  return { name: key.replace(/^./, (first) => first.toUpperCase()), email: `${key}@example.com`, ...more };
}

/** A stage of a policy: any one of these, within a day. */
export function plan(approvers: string[], more: Partial<StagePlan> = {}): StagePlan {
  return { name: 'review', approvers, rule: 'any', timeout: 24 * 3600, ...more };
}

export function checkpoint(name: string, approvers: string[], more: Partial<Checkpoint> = {}): Checkpoint {
  return { name, triggers: [`${name}_trigger`], required: true, stage: plan(approvers, { name }), ...more };
}

export function workflow(kind: WorkflowRule['kind'], more: Partial<WorkflowRule> = {}): WorkflowRule {
  const approvers = { automatic: undefined, peer_review: ['peer'], expert_review: ['expert'] }[kind];
  return { name: kind, kind, criteria: [], ...(approvers && { stage: plan(approvers, { name: kind }) }), ...more };
}

/** A policy of a small company. alice, bob and carol are peers, dan and erin experts, erin leads, frank is on call. */
export function policyOf(more: Partial<Policy> & { people?: Record<string, Partial<Person>> } = {}): Policy {
  const { people = {}, ...rest } = more;
  const keys = ['alice', 'bob', 'carol', 'dan', 'erin', 'frank'];
  return {
    edition: 2,
    directory: {
      people: Object.fromEntries(
        [...new Set([...keys, ...Object.keys(people)])].map((key) => [key, person(key, people[key])]),
      ),
      groups: {
        peer: ['alice', 'bob', 'carol'],
        expert: ['dan', 'erin'],
        technical_lead: ['erin'],
        on_call_engineer: ['frank'],
        everybody: ['peer', 'expert', 'frank'],
        nobody: [],
      },
    },
    sources: {},
    environments: {},
    ...rest,
  };
}

/** The seed's approval workflows, with roles for approvers. */
export const seedWorkflows: WorkflowRule[] = [
  workflow('automatic', {
    risks: ['low'],
    criteria: conditions('no_breaking_changes', 'no_security_implications', 'no_performance_impact', 'well_tested'),
  }),
  workflow('peer_review', {
    risks: ['low', 'medium'],
    criteria: conditions('code_changes_under_200_lines', 'no_breaking_changes', 'standard_functionality'),
  }),
  workflow('expert_review', {
    risks: ['high', 'critical'],
    criteria: conditions('breaking_changes', 'security_implications', 'performance_impact', 'complex_architecture'),
    stage: plan(['expert'], { name: 'expert_review', timeout: 48 * 3600 }),
  }),
];
