import { kindsIn } from '../../core/expected-wait.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { resolve } from '../../core/policy/resolve.ts';
import type { MaintenanceWindow, Resolution, Situation } from '../../core/policy/situation.ts';
import { standingNeeded } from '../../core/policy/standing-needed.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Services } from '../services.ts';
import { runCommand } from './run-command.ts';

/** Past waits (seconds) of the kinds of request that this one may turn out to be. */
export type Waits = Readonly<Record<string, readonly number[]>>;

/**
 * What the policy makes of a request that is about to be opened, given what spans requests: read in one call, and only where
 * it matters. A maintenance window lets it through only if the window's own log takes note of it first: what is read may be
 * behind, or say more than was approved.
 */
export async function resolveOpening(
  services: Pick<Services, 'log' | 'clock' | 'standing'>,
  policy: Policy,
  situation: Situation,
  { id, tellsWait }: { id: string; tellsWait: boolean },
): Promise<{ resolved: Resolution | Refusal; waits?: Waits }> {
  const needed = standingNeeded(policy, situation);
  if (!needed && !tellsWait) return { resolved: resolve(policy, situation) };
  const histories = tellsWait ? kindsIn(situation.claim.environment) : [];
  const { waits, ...standing } = await services.standing.read({ people: needed?.people ?? [], histories });
  const told = tellsWait ? { waits } : {};
  let { windows } = standing;
  for (;;) {
    const resolved = resolve(policy, { ...situation, standing: { ...standing, windows } });
    const window = windowIn(resolved, windows);
    if (!window) return { resolved, ...told };
    const { title } = situation.claim;
    const noted = await runCommand(services, window.id, { type: 'let_through', request: id, title, window });
    if (noted.kind !== 'refused') return { resolved, ...told };
    windows = windows.filter((other) => other.id !== window.id);
  }
}

/** The window that would let it through. */
function windowIn(
  resolved: Resolution | Refusal,
  windows: readonly MaintenanceWindow[],
): MaintenanceWindow | undefined {
  const bypass = 'code' in resolved ? undefined : resolved.gate.bypass;
  if (bypass?.kind !== 'maintenance_window') return undefined;
  const window = windows.find(({ id }) => id === bypass.window);
  if (!window) throw new Error(`let through by a maintenance window that nobody listed: ${bypass.window}`);
  return window;
}
