import type { EnvironmentOf } from '../../handlers/environment.ts';
import type { Services } from '../../services.ts';
import { dynamoAuditLog } from '../audit-log.ts';
import { eventBus } from '../bus.ts';
import { dynamodb, eventbridge, s3, sfn } from '../clients.ts';
import { itemsBySdk } from '../items-by-sdk.ts';
import { payloadReader } from '../payload-reader.ts';
import { s3PayloadStore } from '../payload-store.ts';
import { dynamoPersonLog } from '../person-log.ts';
import { dynamoPolicyInForce } from '../policy-in-force.ts';
import { policyVersions } from '../policy-versions.ts';
import { processServices } from '../process.ts';
import { readFromS3 } from '../s3-reading.ts';
import { dynamoStanding } from '../standing.ts';
import { sfnTaskAnswers } from '../task-answers.ts';
import { dynamoWaitingTasks } from '../waiting-tasks.ts';

export type OpeningServices = Pick<
  Services,
  'clock' | 'ids' | 'metrics' | 'log' | 'people' | 'waiting' | 'standing' | 'policy' | 'payloads' | 'bus' | 'answers'
>;

/** What opening takes, whoever asks: a state machine or the API. */
export function openingServices(env: EnvironmentOf<'open-request'> | EnvironmentOf<'api'>): OpeningServices {
  return {
    ...processServices(),
    log: dynamoAuditLog(itemsBySdk(dynamodb()), env.AUDIT_TABLE),
    people: dynamoPersonLog(itemsBySdk(dynamodb()), env.AUDIT_TABLE),
    waiting: dynamoWaitingTasks(dynamodb(), env.WAITING_TABLE),
    standing: dynamoStanding(dynamodb(), env.REQUESTS_TABLE),
    policy: {
      ...dynamoPolicyInForce(itemsBySdk(dynamodb()), env.POLICY_TABLE),
      ...policyVersions(readFromS3, env.POLICY_BUCKET),
    },
    payloads: s3PayloadStore(s3(), env.PAYLOAD_BUCKET, payloadReader(readFromS3)),
    bus: eventBus(eventbridge(), env.EVENT_BUS),
    answers: sfnTaskAnswers(sfn()),
  };
}
