import type { EnvironmentOf } from '../../handlers/environment.ts';
import type { ReconcilingServices } from '../../services.ts';
import { dynamoAuditLog } from '../audit-log.ts';
import { eventBus } from '../bus.ts';
import { dynamodb, eventbridge, scheduler, ses, sfn, sqs } from '../clients.ts';
import { schedulerDeadlines } from '../deadlines.ts';
import { dynamoDigests } from '../digests.ts';
import { sfnExecutions } from '../executions.ts';
import { itemsBySdk } from '../items-by-sdk.ts';
import { macFromKms } from '../kms-mac.ts';
import { kmsLinkKeys } from '../link-keys.ts';
import { dynamoMailMarkers } from '../mail-markers.ts';
import { sesMailer } from '../mailer.ts';
import { payloadReader } from '../payload-reader.ts';
import { payloadWriter } from '../payload-writer.ts';
import { dynamoPersonLog } from '../person-log.ts';
import { dynamoPolicyInForce } from '../policy-in-force.ts';
import { policyVersions } from '../policy-versions.ts';
import { processServices } from '../process.ts';
import { dynamoRequestRows } from '../request-rows.ts';
import { sqsRetryQueues } from '../retry-queues.ts';
import { readFromS3 } from '../s3-reading.ts';
import { writeToS3 } from '../s3-writing.ts';
import { dynamoStanding } from '../standing.ts';
import { sfnTaskAnswers } from '../task-answers.ts';
import { dynamoWaitingTasks } from '../waiting-tasks.ts';

/** What bringing the outside to the log takes: the stream, the queues, the timers and the sweep share it. */
export function reconcilingServices(
  env: EnvironmentOf<'react'> | EnvironmentOf<'retry-reactions'> | EnvironmentOf<'deadline'> | EnvironmentOf<'sweep'>,
): ReconcilingServices {
  const own = processServices();
  const plan = {
    group: env.SCHEDULE_GROUP,
    functionArn: env.DEADLINE_FUNCTION_ARN,
    roleArn: env.SCHEDULE_ROLE_ARN,
    deadLetterArn: env.SCHEDULE_DLQ_ARN,
    leadSeconds: env.TIMER_LEAD_SECONDS,
  };
  return {
    ...own,
    log: dynamoAuditLog(itemsBySdk(dynamodb()), env.AUDIT_TABLE),
    people: dynamoPersonLog(itemsBySdk(dynamodb()), env.AUDIT_TABLE),
    waiting: dynamoWaitingTasks(dynamodb(), env.WAITING_TABLE),
    rows: dynamoRequestRows(dynamodb(), env.REQUESTS_TABLE),
    markers: dynamoMailMarkers(dynamodb(), env.REQUESTS_TABLE),
    digests: dynamoDigests(dynamodb(), env.REQUESTS_TABLE),
    standing: dynamoStanding(dynamodb(), env.REQUESTS_TABLE),
    policy: {
      ...dynamoPolicyInForce(itemsBySdk(dynamodb()), env.POLICY_TABLE),
      ...policyVersions(readFromS3, env.POLICY_BUCKET),
    },
    payloads: { ...payloadReader(readFromS3), ...payloadWriter(writeToS3, env.PAYLOAD_BUCKET) },
    linkKeys: kmsLinkKeys(macFromKms, env.LINK_KEY_ID),
    reviewBaseUrl: env.REVIEW_BASE_URL,
    asksPerHour: env.ASKS_PER_HOUR,
    mailer: sesMailer(ses(), env.SENDER),
    deadlines: schedulerDeadlines(scheduler(), plan, own.clock),
    bus: eventBus(eventbridge(), env.EVENT_BUS),
    answers: sfnTaskAnswers(sfn()),
    executions: sfnExecutions(sfn()),
    retries: sqsRetryQueues(sqs(), { resume: env.RESUME_QUEUE_URL, rest: env.REST_QUEUE_URL }),
  };
}
