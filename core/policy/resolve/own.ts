import { type Refusal, refuse } from '../../refusal.ts';
import { ownSources } from '../own-sources.ts';
import type { Policy, StagePlan } from '../policy.ts';
import type { Resolution, Situation } from '../situation.ts';
import { stagesOf, surroundingsOf } from './gate.ts';

export { ownSources };

/** Each has the one gate that the policy has for it, and no way round. */
export function ownGate(policy: Policy, situation: Situation): Resolution | Refusal | undefined {
  if (!situation.source.startsWith('countersign:')) return undefined;
  const [plan, rule] = planFor(policy, situation.source);
  if (!plan) return refuse('no_gate', `The policy has no gate for '${situation.source}'.`, 'source');
  const stages = stagesOf([{ plan, from: rule }], surroundingsOf(policy, situation));
  if ('code' in stages) return stages;
  return { gate: { workflow: 'expert_review', stages, because: [{ rule, why: 'what it is asked for needs it' }] } };
}

/** The review of an override stays decidable for this long, in seconds: its own timeout says when it is overdue. */
const decidable = 90 * 24 * 3600;

function planFor({ policyChange, maintenance, emergency }: Policy, source: string): [StagePlan | undefined, string] {
  switch (source) {
    case ownSources.policyChange:
      return [policyChange?.stage, 'policy_change'];
    case ownSources.maintenanceWindow:
      return [maintenance?.stage, 'maintenance_windows'];
    case ownSources.maintenanceValidation:
      return [maintenance?.validation, 'maintenance_windows.validation'];
    case ownSources.overrideReview:
      return [emergency && { ...emergency.review, timeout: decidable }, 'approval_workflows.emergency_bypass.review'];
    default:
      return [undefined, source];
  }
}
