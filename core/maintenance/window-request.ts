import { digestOf } from '../canonical.ts';
import type { Claim, Verified } from '../claim.ts';
import type { Gate } from '../gate.ts';
import { excludedOf } from '../identity.ts';
import { limits } from '../limits.ts';
import { membersOf } from '../policy/directory.ts';
import { ownSources } from '../policy/own-sources.ts';
import type { Policy } from '../policy/policy.ts';
import { resolve } from '../policy/resolve.ts';
import type { Standing } from '../policy/situation.ts';
import { mayCancel } from '../policy/sources.ts';
import type { Refusal } from '../refusal.ts';
import type { WindowAsk } from './plan-window.ts';
import type { PlannedWindow } from './window.ts';

/** What the request for a window claims: that somebody (an address) asks for it. */
export function windowClaim(window: PlannedWindow, requestedBy: string): Claim {
  return {
    title: shortened(`Maintenance window: ${window.title}`),
    description: window.reason,
    requestedBy,
    environment: window.environments.join(', '),
    priority: 'medium',
    risk: 'high',
  };
}

/** Tells a window asked for again under the same key from another one. */
export function windowDigest({ requestId: _, ...ask }: WindowAsk, requestedBy: string): string {
  return digestOf({ ...ask, requestedBy });
}

/**
 * The gate of a window: as the policy plans it, four eyes kept. Approved before it begins it is granted until then, and can
 * be taken back; approved too late it comes to nothing.
 */
export function windowGate(
  policy: Policy,
  asked: { window: PlannedWindow; claim: Claim; verified: Verified },
  now: string,
  standing?: Standing,
): { gate: Gate; excluded: ReturnType<typeof excludedOf> } | Refusal {
  const { window, claim, verified } = asked;
  const { requestedBy } = claim;
  const { person } = verified;
  const excluded = excludedOf(policy, { requestedBy, ...(person !== undefined && { verifiedPerson: person }) });
  const source = ownSources.maintenanceWindow;
  const situation = { now, source, claim, payload: { ...window }, excluded, verified: person, standing };
  const resolved = resolve(policy, situation);
  if ('code' in resolved) return resolved;
  return { gate: { ...resolved.gate, notBefore: window.from, notAfter: window.to }, excluded };
}

/** May this person take any window back? Whom the policy names for that, and who may approve one. */
export function mayEndWindows(policy: Policy, person: string): boolean {
  const approvers = membersOf(policy.directory, policy.maintenance?.stage.approvers ?? []);
  return approvers.includes(person) || mayCancel(policy, ownSources.maintenanceWindow, person);
}

function shortened(title: string): string {
  const letters = [...title];
  return letters.length <= limits.title ? title : `${letters.slice(0, limits.title - 1).join('')}…`;
}
