import type { Policy } from '../../core/policy/policy.ts';
import type { Request } from '../../core/request.ts';
import type { PolicyStore } from '../services.ts';

/**
 * The rules that a request was opened under, with the people there are now: a request keeps its version, and nobody who
 * has left. `inForce` is the version in force.
 */
export async function rulesOf(
  policy: Pick<PolicyStore, 'version'>,
  { round }: Pick<Request, 'round'>,
  inForce: string,
): Promise<Policy> {
  const rules = await policy.version(round.policyVersion);
  if (inForce === round.policyVersion) return rules;
  const { directory } = await policy.version(inForce);
  return { ...rules, directory };
}
