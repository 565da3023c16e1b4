import type { EnvironmentOf } from '../../handlers/environment.ts';
import type { Services } from '../../services.ts';
import { dynamoAuditLog } from '../audit-log.ts';
import { dynamodb, kms } from '../clients.ts';
import { kmsLinkKeys } from '../link-keys.ts';
import { payloadReader } from '../payload-reader.ts';
import { dynamoPolicyInForce } from '../policy-in-force.ts';
import { processServices } from '../process.ts';
import { readFromS3 } from '../s3-reading.ts';
import { onlyInForce, onlyRead } from './read-only.ts';

export type ReviewServices = Pick<Services, 'clock' | 'ids' | 'metrics' | 'log' | 'linkKeys' | 'policy' | 'payloads'>;

/** What a link's page and a vote take: as little as can be, for it is the function that a person waits for. */
export function reviewServices(env: EnvironmentOf<'review'>): ReviewServices {
  return {
    ...processServices(),
    log: dynamoAuditLog(dynamodb(), env.AUDIT_TABLE),
    policy: onlyInForce(dynamoPolicyInForce(dynamodb(), env.POLICY_TABLE)),
    payloads: onlyRead(payloadReader(readFromS3)),
    linkKeys: kmsLinkKeys(kms(), env.LINK_KEY_ID),
  };
}
