import type { EnvironmentOf } from '../../handlers/environment.ts';
import type { Services } from '../../services.ts';
import { dynamoAuditLog } from '../audit-log.ts';
import { eventBus } from '../bus.ts';
import { dynamodb, eventbridge } from '../clients.ts';
import { itemsBySdk } from '../items-by-sdk.ts';
import { processServices } from '../process.ts';

export type CancellingServices = Pick<Services, 'clock' | 'ids' | 'metrics' | 'log' | 'bus'>;

/** What `Cancel Approval` takes: whose request it is the log says, so no policy. */
export function cancellingServices(env: EnvironmentOf<'cancel-request'>): CancellingServices {
  return {
    ...processServices(),
    log: dynamoAuditLog(itemsBySdk(dynamodb()), env.AUDIT_TABLE),
    bus: eventBus(eventbridge(), env.EVENT_BUS),
  };
}
