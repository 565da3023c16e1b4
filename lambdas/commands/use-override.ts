import type { Claim, Verified } from '../../core/claim.ts';
import type { Gate } from '../../core/gate.ts';
import { overriddenBy } from '../../core/person/review.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Services } from '../services.ts';
import { runPersonCommand } from './run-person-command.ts';

/**
 * Notes in the log of whose override it is that they ask for it, before the request is opened; refuses while a review of
 * theirs is overdue. A request that asks for none costs no call.
 */
export async function useOverride(
  services: Pick<Services, 'people' | 'clock'>,
  policy: Policy,
  asked: { id: string; claim: Claim; verified: Verified; gate: Gate },
): Promise<Refusal | undefined> {
  const { id: request, claim, gate } = asked;
  if (gate.bypass?.kind !== 'emergency_override') return undefined;
  const { justification } = gate.bypass;
  const person = overriddenBy(policy, asked);
  const command = { type: 'use_override' as const, request, title: claim.title, justification };
  const done = await runPersonCommand(services, person, command);
  return done.kind === 'refused' ? done.refusal : undefined;
}
