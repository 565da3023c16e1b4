import type { EnvironmentOf } from '../../handlers/environment.ts';
import type { PublishingServices } from '../../services.ts';
import { dynamoAuditLog } from '../audit-log.ts';
import { dynamodb, s3 } from '../clients.ts';
import { itemsBySdk } from '../items-by-sdk.ts';
import { payloadReader } from '../payload-reader.ts';
import { payloadWriter } from '../payload-writer.ts';
import { policyPublisher } from '../policy-publishing.ts';
import { policyVersions } from '../policy-versions.ts';
import { processServices } from '../process.ts';
import { dynamoRequestRows } from '../request-rows.ts';
import { readFromS3 } from '../s3-reading.ts';
import { writeToS3 } from '../s3-writing.ts';
import { dynamoWaitingChanges } from '../waiting-changes.ts';

/** What publishing a policy and rotating link keys take. */
export function publishingServices(env: EnvironmentOf<'publish-policy'>): PublishingServices {
  return {
    ...processServices(),
    log: dynamoAuditLog(itemsBySdk(dynamodb()), env.AUDIT_TABLE),
    rows: dynamoRequestRows(dynamodb(), env.REQUESTS_TABLE),
    payloads: { ...payloadReader(readFromS3), ...payloadWriter(writeToS3, env.PAYLOAD_BUCKET) },
    policy: policyVersions(readFromS3, env.POLICY_BUCKET),
    publisher: policyPublisher(dynamodb(), env.POLICY_TABLE, { client: s3(), bucket: env.POLICY_BUCKET }),
    changes: dynamoWaitingChanges(dynamodb(), env.POLICY_TABLE),
  };
}
