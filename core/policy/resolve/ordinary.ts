import { didYouMean } from '../../did-you-mean.ts';
import type { Because, Gate } from '../../gate.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { Policy, StagePlan } from '../policy.ts';
import type { Resolution, Situation } from '../situation.ts';
import { checkpointVerdicts } from './checkpoints.ts';
import type { Ask } from './conditions.ts';
import { hasGates, type Place } from './environment.ts';
import { stagesOf, surroundingsOf } from './gate.ts';
import { mistypedTrigger, unknownCheckpoint, unknownTrigger } from './unknown-names.ts';
import { becauseOf, type Planned, type Verdict } from './verdict.ts';
import { type Choice, chooseWorkflow, workflowVerdicts } from './workflows.ts';

/** The rules that a request meets in its ordinary course, and the stages they ask for, in the gate's order. */
export interface Plan {
  choice: Choice | undefined;
  planned: Planned[];
  because: Verdict[];
}

/** Checkpoints, the approval workflow, the environment's gate, and whoever asked to be asked again: each only adds. */
export function planOf(policy: Policy, situation: Situation, place: Place, ask: Ask): Plan | Refusal {
  const { claim } = situation;
  const unknown = unknownCheckpoint(policy, claim) ?? mistypedTrigger(policy, claim);
  if (unknown) return unknown;
  const choice = chooseWorkflow(policy, workflowVerdicts(policy, claim.risk, ask), claim.risk);
  const checkpoints = checkpointVerdicts(policy, claim, ask).filter(({ applies }) => applies);
  const environment = environmentVerdict(place, situation);
  const again = againVerdict(policy, situation);
  const trigger = unknownTrigger(policy, claim);
  const uncovered = noGate(policy, situation, place, choice !== undefined || checkpoints.length > 0);
  if (uncovered) return uncovered;
  return {
    choice,
    planned: [
      ...checkpoints.map(({ planned }) => planned),
      ...(choice?.planned ?? []),
      ...(environment?.planned ?? []),
      ...(again?.planned ?? []),
    ],
    because: [
      ...checkpoints,
      ...(choice?.rules ?? []),
      ...(environment ? [environment] : []),
      ...(again ? [again] : []),
      ...(trigger ? [trigger] : []),
    ],
  };
}

/** The gate of a request in its ordinary course. */
export function ordinary(policy: Policy, situation: Situation, place: Place, ask: Ask): Resolution | Refusal {
  const plan = planOf(policy, situation, place, ask);
  if ('code' in plan) return plan;
  const { choice } = plan;
  const stages = stagesOf(plan.planned, surroundingsOf(policy, situation));
  if ('code' in stages) return stages;
  const workflow = workflowOf(choice, stages.length, situation);
  const gate: Gate = {
    workflow,
    stages,
    because: atMost(plan.because.map(becauseOf)),
    ...(choice && choice.afterwards.length > 0 && { afterwards: choice.afterwards }),
  };
  if (stages.length > 0) return { gate };
  if (workflow === 'automatic') return { gate, outcome: 'auto_approved' };
  return refuse('no_gate', 'The policy asks nobody to approve this.', 'environment');
}

/** What asks somebody is no automatic approval, whatever asks. */
function workflowOf(choice: Choice | undefined, stages: number, { claim }: Situation): Gate['workflow'] {
  if (!choice) return claim.risk === 'low' || claim.risk === 'medium' ? 'peer_review' : 'expert_review';
  return choice.kind === 'automatic' && stages > 0 ? 'peer_review' : choice.kind;
}

/** A policy with gates by environment has one for each; nothing slips through by a name it does not list. */
function noGate(policy: Policy, { claim }: Situation, place: Place, covered: boolean): Refusal | undefined {
  const { environment, risk } = claim;
  if (place.gates[risk]) return undefined;
  const byEnvironment = Object.values(policy.environments).some(hasGates);
  const hasAny = Object.keys(place.gates).length > 0;
  const isListed = place.environment !== undefined || hasAny;
  if (covered && (isListed || !byEnvironment)) return undefined;
  if (!hasAny) {
    const listed = Object.keys(policy.environments).filter((name) => name !== 'any');
    const meant = place.environment ? undefined : didYouMean(environment, listed);
    const hint = meant === undefined ? '' : `; perhaps '${meant}' is meant`;
    return refuse('no_gate', `The policy has no gates for the environment '${environment}'${hint}.`, 'environment');
  }
  return refuse('no_gate', `The policy has no gate for risk '${risk}' in the environment '${environment}'.`, 'risk');
}

interface Planning extends Verdict {
  planned: Planned[];
}

export function environmentVerdict({ name, gates }: Place, { claim }: Situation): Planning | undefined {
  const gate = gates[claim.risk];
  if (!gate) return undefined;
  const rule = `environments.${gate.of}.gates.${claim.risk}`;
  return {
    rule,
    applies: true,
    why: `the environment is '${name}', the risk '${claim.risk}'`,
    conditions: [],
    planned: gate.stages.map((plan) => ({ plan, from: rule })),
  };
}

/** Who decided on the request that this one revises, and asked to be asked again. */
export function againVerdict({ directory }: Policy, { again }: Situation): Planning | undefined {
  const asked = [...new Set(again ?? [])];
  if (asked.length === 0) return undefined;
  const approvers = asked.filter((person) => Object.hasOwn(directory.people, person));
  const plan: StagePlan = { name: 'again', approvers, rule: 'all', timeout: 24 * 3600 };
  const there = approvers.length > 0;
  const why = there
    ? 'they asked to be asked again about what revises the request they decided on'
    : 'whoever asked to be asked again has left the directory';
  return { rule: 'again', applies: there, why, conditions: [], planned: there ? [{ plan, from: 'again' }] : [] };
}

/** A gate is kept in its entry, which has its size. */
const reasons = 50;

function atMost(because: Because[]): Because[] {
  if (because.length <= reasons) return because;
  const rest = because.length - reasons;
  return [...because.slice(0, reasons), { rule: 'approval_workflows', why: `and ${rest} rules more that ask no more` }];
}
