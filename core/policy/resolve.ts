import type { Refusal } from '../refusal.ts';
import type { Policy } from './policy.ts';
import { letThrough, overridden, testEnvironmentVerdict, windowVerdicts } from './resolve/bypasses.ts';
import { asking } from './resolve/conditions.ts';
import { placeOf } from './resolve/environment.ts';
import { ordinary } from './resolve/ordinary.ts';
import { ownGate } from './resolve/own.ts';
import type { Resolution, Situation } from './situation.ts';

/**
 * What the policy makes of a request: its gate, people instead of groups, without those whom four eyes exclude; and the
 * outcome, where nobody has to be asked. The first that applies: what Countersign asks for itself, a test environment, a
 * maintenance window, an emergency override, else checkpoints, approval workflow and environment together.
 *
 * Refuses with `no_gate` where the policy has nothing for it, or with `gate_unreachable` naming each stage that too few
 * are left for, and why.
 */
export function resolve(policy: Policy, situation: Situation): Resolution | Refusal {
  const own = ownGate(policy, situation);
  if (own) return own;
  const place = placeOf(policy, situation.claim.environment);
  const test = testEnvironmentVerdict(situation, place);
  if (test?.applies) return letThrough(test, { kind: 'test_environment' });
  const open = windowVerdicts(policy, situation, place).find(({ applies }) => applies);
  if (open) return letThrough(open, { kind: 'maintenance_window', window: open.window.id });
  const ask = asking(policy, situation, place);
  return overridden(policy, situation, ask) ?? ordinary(policy, situation, place, ask);
}
