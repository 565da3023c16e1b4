import { excludedOf } from '../core/identity.ts';
import { readCondition } from '../core/policy/conditions.ts';
import type { Checkpoint, Condition, Policy, StagePlan, WorkflowRule } from '../core/policy/policy.ts';
import { resolve } from '../core/policy/resolve.ts';
import { median } from './statistics.ts';

/** Rules and people of the policy that is resolved. */
const RULES = 1_000;
const PEOPLE = 10_000;
/** Times it is resolved; the first of them warm up and are left out. */
const times = { runs: 60, warming: 20 };

/**
 * Milliseconds of CPU, user and system, that resolving one request takes with four eyes worked out: with a policy that
 * the process has read before, and with one that is new to it.
 */
export function measureResolving({ runs, warming } = times): { warm: number; fresh: number } {
  const policy = largePolicy();
  const cpuOf = (resolved: Policy, run: number) => {
    const before = process.cpuUsage();
    resolveOnce(resolved, run);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const taken = (of: (run: number) => Policy) =>
    median(Array.from({ length: runs }, (_, run) => cpuOf(of(run), run)).slice(warming));
  return { warm: taken(() => policy), fresh: taken(() => structuredClone(policy)) };
}

/** One request, another each time: one that most rules are asked about, and few stages come of. */
function resolveOnce(policy: Policy, run: number): void {
  const requestedBy = `person.${run}@example.com`;
  const authors = [`Person.${run + 1}+x@EXAMPLE.com`, 'outsider@example.org'];
  const resolved = resolve(policy, {
    now: '2026-11-18T10:00:00.000Z',
    source: 'events:demo.shop@000000000000',
    claim: {
      ...{ title: 'Deploy', requestedBy, authors, environment: 'production', priority: 'medium', risk: 'medium' },
      facts: { lines_changed: 50 + run, breaking_changes: false, fact_7: true, files: 3 },
      trigger: 'trigger_7',
    },
    payload: { version: '2.1.0', replicas: run },
    excluded: excludedOf(policy, { requestedBy, authors }),
    again: ['p9042'],
    standing: { load: {}, windows: [] },
  });
  if ('code' in resolved || resolved.gate.stages.length < 4)
    throw new Error(`the policy that is measured has no gate: ${JSON.stringify(resolved).slice(0, 300)}`);
}

/** Half checkpoints, half rules for approval workflows; groups of thirty. Every other condition is a rule's own. */
function largePolicy(): Policy {
  const people = Object.fromEntries(
    Array.from({ length: PEOPLE }, (_, i) => [
      `p${i}`,
      {
        name: `Person ${i}`,
        email: `person.${i}@example.com`,
        ...(i % 10 === 0 && { aliases: [`p.${i}@gmail.com`] }),
        ...(i % 50 === 0 && {
          outOfOffice: [{ from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z', cover: `p${i + 1}` }],
        }),
      },
    ]),
  );
  const groups = Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => [`g${i}`, Array.from({ length: 30 }, (_, j) => `p${i * 30 + j}`)]),
  );
  const plan = (i: number): StagePlan => ({
    name: `stage ${i}`,
    approvers: [`g${i % 300}`, 'p9042'],
    rule: { quorum: 2 },
    timeout: 86_400,
    assign: 'least_loaded',
  });
  const condition = (text: string): Condition => {
    const read = readCondition(text);
    if ('problem' in read) throw new Error(read.problem);
    return read.condition;
  };
  const checkpoints = Array.from(
    { length: RULES / 2 },
    (_, i): Checkpoint => ({
      name: `checkpoint_${i}`,
      triggers: [`trigger_${i}`],
      when: condition(`payload.replicas > ${10_000 + i} && facts.files > 1`),
      required: true,
      stage: plan(i),
    }),
  );
  const workflows = Array.from(
    { length: RULES / 2 },
    (_, i): WorkflowRule => ({
      name: `workflow_${i}`,
      kind: i % 2 === 0 ? 'peer_review' : 'expert_review',
      risks: i % 2 === 0 ? ['low', 'medium'] : ['high', 'critical'],
      criteria: [condition(i % 2 === 0 ? 'code_changes_under_200_lines' : 'breaking_changes'), condition(`fact_${i}`)],
      stage: plan(i),
    }),
  );
  return {
    directory: { people, groups },
    sources: {},
    environments: { production: { gates: { medium: { stages: [plan(1), plan(2)] } } } },
    checkpoints,
    workflows,
  };
}
