import { changeGate, changeRequest, type Publication, withoutGate } from './change-request.ts';
import { unreviewedOverrides } from './override-review.ts';

/** What whoever publishes a policy should know of what becomes of the next change, and of overrides; nothing is refused for it. */
export function changeWarnings(of: Publication, now: string): string[] {
  return [...removedGate(of), ...gateNobodyMeets(of, now), ...reviewNobodyHolds(of)];
}

function removedGate({ inForce, next }: Publication): string[] {
  return inForce.policyChange && !next.policyChange ? [withoutGate] : [];
}

/** By the policy that is published, for a change that the same people publish. */
function gateNobodyMeets(of: Publication, now: string): string[] {
  const { next } = of;
  if (!next.policyChange) return [];
  const gate = changeGate(next, changeRequest({ ...of, inForce: next }), now);
  if (!('code' in gate)) return [];
  return [
    `With its \`policy_change\` the same publisher could not change the policy again: ${gate.message} Add somebody who may approve it.`,
  ];
}

function reviewNobodyHolds({ next }: Publication): string[] {
  return Object.values(unreviewedOverrides(next)).map((words) => `${words}.`);
}
