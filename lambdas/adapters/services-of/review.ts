import type { EnvironmentOf } from '../../handlers/environment.ts';
import type { PayloadReader, PolicyInForce, Services } from '../../services.ts';
import { dynamoAuditLog } from '../audit-log.ts';
import { itemsByFetch } from '../items-by-fetch.ts';
import { macFromKms } from '../kms-mac.ts';
import { kmsLinkKeys } from '../link-keys.ts';
import { payloadReader } from '../payload-reader.ts';
import { dynamoPolicyInForce } from '../policy-in-force.ts';
import { processServices } from '../process.ts';
import { readFromS3 } from '../s3-reading.ts';

export type ReviewServices = Pick<Services, 'clock' | 'ids' | 'metrics' | 'log' | 'linkKeys'> & {
  policy: PolicyInForce;
  payloads: PayloadReader;
};

/** What a link's page and a vote take: as little as can be, for it is the function that a person waits for. */
export function reviewServices(env: EnvironmentOf<'review'>): ReviewServices {
  return {
    ...processServices(),
    log: dynamoAuditLog(itemsByFetch, env.AUDIT_TABLE),
    policy: dynamoPolicyInForce(itemsByFetch, env.POLICY_TABLE),
    payloads: payloadReader(readFromS3),
    linkKeys: kmsLinkKeys(macFromKms, env.LINK_KEY_ID),
  };
}
