import type { Claim, Excluded } from '../claim.ts';
import type { Gate } from '../gate.ts';
import type { JsonObject } from '../json.ts';
import { limits } from '../limits.ts';
import { ownSources } from '../policy/own-sources.ts';
import type { MaintenanceRule, Policy } from '../policy/policy.ts';
import { resolve } from '../policy/resolve.ts';
import type { Refusal } from '../refusal.ts';
import type { Request, SettledRequest } from '../request.ts';
import type { Maintenance } from './window.ts';

/** What the validation after a maintenance window asks, and of whom it must not be asked. */
export interface ValidationRequest {
  claim: Claim;
  payload: JsonObject;
  excluded: Excluded;
}

/** The caller's key of the request that validates a window. */
export function validationKey(window: string): string {
  return `validation:${window}`;
}

/** The window that let this request through; undefined where none did. */
export function letThroughBy(request: Request): string | undefined {
  if (request.status !== 'settled' || request.outcome !== 'bypassed') return undefined;
  const { bypass } = request.round.gate;
  return bypass?.kind === 'maintenance_window' ? bypass.window : undefined;
}

/**
 * Somebody confirms that all is well after a window and what it let through, none of which was theirs. `done`: the requests
 * as they are, by `id`; one that is not there was noted and never opened, or is being opened this moment.
 */
export function validationRequest(
  asked: SettledRequest,
  { window, ended, through }: Maintenance,
  done: ReadonlyMap<string, SettledRequest>,
): ValidationRequest {
  const { id, claim } = asked;
  const count = through.length === 1 ? 'One request was' : `${through.length} requests were`;
  return {
    claim: {
      title: shortened(`Validation after a maintenance window: ${window.title}`),
      description: `${count} let through without an approval of its own. Is all well now?`,
      requestedBy: claim.requestedBy,
      environment: claim.environment,
      priority: claim.priority,
      risk: claim.risk,
    },
    payload: {
      window: id,
      title: window.title,
      from: window.from,
      to: ended?.at ?? window.to,
      requests: through.map(({ request, title, at }) => {
        const one = done.get(request);
        if (!one) return { id: request, title, at, opened: false };
        const { source, requestId, settledAt, round } = one;
        const { environment, requestedBy } = one.claim;
        return { id: request, title, at: settledAt, source, requestId, environment, requestedBy, digest: round.digest };
      }),
    },
    excluded: {
      people: together([asked, ...done.values()].map(({ excluded }) => excluded.people)),
      addresses: together([asked, ...done.values()].map(({ excluded }) => excluded.addresses)),
    },
  };
}

/** The gate of a validation: as the policy that let the window be plans it, with the people of `policy`. */
export function validationGate(
  policy: Policy,
  maintenance: MaintenanceRule,
  { claim, payload, excluded }: ValidationRequest,
  now: string,
): Gate | Refusal {
  const source = ownSources.maintenanceValidation;
  const resolved = resolve({ ...policy, maintenance }, { now, source, claim, payload, excluded });
  return 'code' in resolved ? resolved : resolved.gate;
}

function shortened(title: string): string {
  const letters = [...title];
  return letters.length <= limits.title ? title : `${letters.slice(0, limits.title - 1).join('')}…`;
}

function together(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].sort();
}
