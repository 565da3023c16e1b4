import { personLogId } from '../../core/canonical.ts';
import type { Claim, Verified } from '../../core/claim.ts';
import { fold } from '../../core/fold.ts';
import type { Gate } from '../../core/gate.ts';
import { foldPerson } from '../../core/person/fold.ts';
import { overriddenBy, overrideBySomebody, unaccounted, wasOverride } from '../../core/person/review.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Services } from '../services.ts';
import { type OwingServices, oweReview } from './owe-review.ts';
import { runPersonCommand } from './run-person-command.ts';

/**
 * Notes in the log of whose override it is that they ask for it, before the request is opened; refuses while a review of
 * theirs is overdue, or where it is nobody's. A request that asks for none costs no call.
 */
export async function useOverride(
  services: OwingServices & Pick<Services, 'log'>,
  policy: Policy,
  asked: { id: string; claim: Claim; verified: Verified; gate: Gate },
): Promise<Refusal | undefined> {
  const { id: request, claim, gate } = asked;
  if (gate.bypass?.kind !== 'emergency_override') return undefined;
  const nobodys = overrideBySomebody(policy, asked);
  if (nobodys) return nobodys;
  const { justification } = gate.bypass;
  const person = overriddenBy(policy, asked);
  await catchUp(services, person);
  const command = { type: 'use_override' as const, request, title: claim.title, justification };
  const done = await runPersonCommand(services, person, command);
  return done.kind === 'refused' ? done.refusal : undefined;
}

/** What reactions note seconds later is noted now where it has not been: a stream that is behind lets nobody by. */
async function catchUp(services: OwingServices & Pick<Services, 'log'>, person: string): Promise<void> {
  const record = foldPerson(await services.people.read(personLogId(person)));
  if (!record) return;
  for (const id of unaccounted(record, services.clock().toISOString())) {
    const earlier = fold(await services.log.read(id));
    if (earlier?.status === 'settled' && wasOverride(earlier)) await oweReview(services, earlier, 1);
  }
}
