import * as z from 'zod/mini';
import type { PolicyPointer } from '../../core/policy/policy.ts';
import type { Api } from '../api-client.ts';
import { Failure, Refused } from '../failure.ts';
import type { Check } from './check.ts';

/** Does the API answer, and to us? It is asked for a request that nobody opened. */
export async function apiChecks(api: Api, apiUrl: string): Promise<Check[]> {
  const about = 'API';
  try {
    await api.call({ method: 'GET', path: '/requests?requestId=countersign-doctor', repeatable: true }, z.unknown());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Without a policy it refuses everything, and the check of the policy says so.
    if (!(error instanceof Refused && ['not_found', 'no_policy'].includes(error.code)))
      return [{ level: 'fail', about, found: error.message, ...(error.details[0] && { todo: error.details[0] }) }];
  }
  return [{ level: 'ok', about, found: `${apiUrl} answers, and takes our signature` }];
}

/** Is a policy in force? Without one every opening is refused. */
export function policyCheck(pointer: PolicyPointer | undefined): Check {
  const about = 'policy';
  if (!pointer)
    return {
      level: 'fail',
      about,
      found: 'none has been published, so every request is refused',
      todo: 'countersign policy publish FILE',
    };
  const { version, publishedAt, publishedBy } = pointer;
  return { level: 'ok', about, found: `${version.slice(0, 12)}, published ${publishedAt} by ${publishedBy}` };
}
