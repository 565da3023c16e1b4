import { overriddenBy, type ReviewOf, reviewKey } from '../../core/person/review.ts';
import type { EmergencyRule } from '../../core/policy/policy.ts';
import type { SettledRequest } from '../../core/request.ts';
import type { PolicyStore, Services } from '../services.ts';
import { runPersonCommand } from './run-person-command.ts';

export type OwingServices = Pick<Services, 'people' | 'clock'> & { policy: Pick<PolicyStore, 'version'> };

/** A review that is owed: by which rule, and when (ISO) it is overdue. */
export interface Owed {
  emergency: EmergencyRule;
  due: string;
}

/** Notes in the log of whose override it was that its nth review is owed, from when it took effect. Throws on faults. */
export async function oweReview(
  services: OwingServices,
  override: SettledRequest,
  nth: ReviewOf['nth'],
): Promise<Owed> {
  const { emergency } = await services.policy.version(override.round.policyVersion);
  if (!emergency) throw new Error(`request ${override.id} was let through by a policy without emergency overrides`);
  const due = new Date(Date.parse(override.settledAt) + emergency.review.timeout * 1000).toISOString();
  const { id: review } = reviewKey({ override: override.id, nth });
  const owner = await ownerOf(services, override);
  await runPersonCommand(services, owner, { type: 'owe_review', override: override.id, review, due });
  return { emergency, due };
}

/** Whose override it was: as the policy it was opened under knows them. */
export async function ownerOf({ policy }: Pick<OwingServices, 'policy'>, override: SettledRequest): Promise<string> {
  return overriddenBy(await policy.version(override.rounds[0].policyVersion), override);
}
