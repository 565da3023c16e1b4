import type { Verified } from '../../core/claim.ts';
import { personOfPrincipal } from '../../core/identity.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { sourceOf } from '../../core/policy/sources.ts';

/** Who signed a call to the API, as AWS and the directory say. */
export interface ApiCaller {
  source: string;
  verified: Verified;
  /** How they are named in entries: their address, or the principal's ARN. */
  name: string;
  /** Their address, where they are a person of the directory. */
  address: string | undefined;
}

/** The caller behind an IAM principal. One that is nobody's in the directory is a machine. */
export function apiCaller(policy: Policy, principal: { arn: string; account: string }): ApiCaller {
  const { arn, account } = principal;
  const person = personOfPrincipal(policy, arn);
  const address = person === undefined ? undefined : policy.directory.people[person]?.email;
  return {
    source: sourceOf({ via: 'api', account, principal: arn }),
    verified: { via: 'api', account, principal: arn, ...(person !== undefined && { person }) },
    name: address ?? arn,
    address,
  };
}
