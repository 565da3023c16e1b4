import type { Claim, Excluded } from '../claim.ts';
import type { Gate } from '../gate.ts';
import type { Json } from '../json.ts';

/** What a policy is asked about: a request as it would be done, and what surrounds it. */
export interface Situation {
  /** UTC, ISO. */
  now: string;
  source: string;
  claim: Claim;
  /** What would be done: after an edit, what would be done now. Undefined: not at hand, so that what needs it is unknown. */
  payload: Json | undefined;
  excluded: Excluded;
  /** Directory key of the verified requester. */
  verified?: string | undefined;
  /** Directory keys of those who asked, on the request that this one revises, to be asked again. */
  again?: readonly string[] | undefined;
  standing?: Standing | undefined;
}

/** What stands outside of the request and matters to its gate: read in one call. */
export interface Standing {
  /** By directory key: how many open requests wait for them, and when they were last given one (ISO). */
  load: Readonly<Record<string, { open: number; last?: string | undefined }>>;
  /** Maintenance windows that are said to be in force. Their own logs decide. */
  windows: readonly MaintenanceWindow[];
}

/** When (ISO UTC) and for what a maintenance window holds. Patterns with `*`. */
export interface MaintenanceWindow {
  /** `id` of the request that let it be. */
  id: string;
  from: string;
  to: string;
  environments: readonly string[];
  sources: readonly string[];
}

/** What the policy makes of a situation. `outcome`: nobody has to be asked, and it is settled as that at once. */
export interface Resolution {
  gate: Gate;
  outcome?: 'auto_approved' | 'bypassed';
}
