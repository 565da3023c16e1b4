import { personLogId } from '../../core/canonical.ts';
import { overrideBlocked } from '../../core/person/decide.ts';
import { foldPerson } from '../../core/person/fold.ts';
import { overriddenBy } from '../../core/person/review.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Request } from '../../core/request.ts';
import type { PolicyStore, Services } from '../services.ts';

/**
 * Why an override must not take effect now, whenever it was asked for: whose it is owes a review that is overdue. One call more,
 * two where AWS does not say whose it is; none for any other request.
 */
export async function overrideHeld(
  { people, policy, clock }: Pick<Services, 'people' | 'clock'> & { policy: Pick<PolicyStore, 'version'> },
  request: Request,
): Promise<Refusal | undefined> {
  if (request.round.gate.bypass?.kind !== 'emergency_override') return undefined;
  const { person } = request.verified;
  const owner = person ?? overriddenBy(await policy.version(request.rounds[0].policyVersion), request);
  return overrideBlocked(foldPerson(await people.read(personLogId(owner))), clock().toISOString());
}
