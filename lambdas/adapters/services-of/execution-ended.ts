import type { EnvironmentOf } from '../../handlers/environment.ts';
import type { Services } from '../../services.ts';
import { dynamoAuditLog } from '../audit-log.ts';
import { dynamodb, sfn } from '../clients.ts';
import { sfnExecutions } from '../executions.ts';
import { itemsBySdk } from '../items-by-sdk.ts';
import { processServices } from '../process.ts';
import { dynamoWaitingTasks } from '../waiting-tasks.ts';

export type ExecutionEndedServices = Pick<Services, 'clock' | 'ids' | 'metrics' | 'log' | 'waiting' | 'executions'>;

/** What noticing that an execution ended takes. */
export function executionEndedServices(env: EnvironmentOf<'execution-ended'>): ExecutionEndedServices {
  return {
    ...processServices(),
    log: dynamoAuditLog(itemsBySdk(dynamodb()), env.AUDIT_TABLE),
    waiting: dynamoWaitingTasks(dynamodb(), env.WAITING_TABLE),
    executions: sfnExecutions(sfn()),
  };
}
