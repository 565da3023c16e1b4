import type { EnvironmentOf } from '../../handlers/environment.ts';
import type { Services } from '../../services.ts';
import { dynamoAuditLog } from '../audit-log.ts';
import { eventBus } from '../bus.ts';
import { dynamodb, eventbridge } from '../clients.ts';
import { dynamoPolicyInForce } from '../policy-in-force.ts';
import { policyVersions } from '../policy-versions.ts';
import { processServices } from '../process.ts';
import { readFromS3 } from '../s3-reading.ts';

export type CancellingServices = Pick<Services, 'clock' | 'ids' | 'metrics' | 'log' | 'policy' | 'bus'>;

/** What `Cancel Approval` takes. */
export function cancellingServices(env: EnvironmentOf<'cancel-request'>): CancellingServices {
  return {
    ...processServices(),
    log: dynamoAuditLog(dynamodb(), env.AUDIT_TABLE),
    policy: { ...dynamoPolicyInForce(dynamodb(), env.POLICY_TABLE), ...policyVersions(readFromS3, env.POLICY_BUCKET) },
    bus: eventBus(eventbridge(), env.EVENT_BUS),
  };
}
