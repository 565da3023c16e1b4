import type { EnvironmentOf } from '../../handlers/environment.ts';
import type { AlikeRequests, PayloadStore, PolicyInForce, PolicyStore, Services } from '../../services.ts';
import { dynamoAlikeRequests } from '../alike-requests.ts';
import { dynamoAuditLog } from '../audit-log.ts';
import { itemsByFetch } from '../items-by-fetch.ts';
import { macFromKms } from '../kms-mac.ts';
import { kmsLinkKeys } from '../link-keys.ts';
import { payloadReader } from '../payload-reader.ts';
import { payloadWriter } from '../payload-writer.ts';
import { dynamoPersonLog } from '../person-log.ts';
import { dynamoPolicyInForce } from '../policy-in-force.ts';
import { processServices } from '../process.ts';
import { readFromS3 } from '../s3-reading.ts';
import { writeToS3 } from '../s3-writing.ts';

export type ReviewServices = Pick<Services, 'clock' | 'ids' | 'metrics' | 'log' | 'people' | 'linkKeys'> & {
  policy: PolicyInForce & Pick<PolicyStore, 'version'>;
  payloads: Omit<PayloadStore, 'fetchIncoming'>;
  alike: AlikeRequests;
};

/** What a link's page and a vote take: as little as can be, for it is the function that a person waits for. */
export function reviewServices(env: EnvironmentOf<'review'>): ReviewServices {
  return {
    ...processServices(),
    log: dynamoAuditLog(itemsByFetch, env.AUDIT_TABLE),
    people: dynamoPersonLog(itemsByFetch, env.AUDIT_TABLE),
    policy: { ...dynamoPolicyInForce(itemsByFetch, env.POLICY_TABLE), ...versionsWhenAsked(env.POLICY_BUCKET) },
    payloads: { ...payloadReader(readFromS3), ...payloadWriter(writeToS3, env.PAYLOAD_BUCKET) },
    alike: dynamoAlikeRequests(itemsByFetch, env.REQUESTS_TABLE),
    linkKeys: kmsLinkKeys(macFromKms, env.LINK_KEY_ID),
  };
}

/** Versions of the policy, and what reading them takes, are loaded by the first edit or delegation: no ordinary vote waits for them. */
function versionsWhenAsked(bucket: string): Pick<PolicyStore, 'version'> {
  let versions: Pick<PolicyStore, 'version'> | undefined;
  return {
    async version(digest) {
      if (!versions) {
        const { policyVersions } = await import('../policy-versions.ts');
        versions = policyVersions(readFromS3, bucket);
      }
      return versions.version(digest);
    },
  };
}
