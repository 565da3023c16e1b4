import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SESClient } from '@aws-sdk/client-ses';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';

/*
 * One client per service and process, made when first asked for, so that connections are shared and a function that never
 * asks pays nothing. They stand in one file because a bundler drops those that nobody imports: keep this file free of
 * work at import.
 */

/** A local cloud shares its cores with whatever drives it, and answers late rather than never. */
const patience = process.env.AWS_ENDPOINT_URL ? 10 : 1;

/** Milliseconds one attempt may take. Without `throwOnRequestTimeout` the SDK only warns and goes on waiting. */
function within(requestTimeout: number) {
  return {
    connectionTimeout: 1000 * patience,
    requestTimeout: requestTimeout * patience,
    throwOnRequestTimeout: true,
  };
}

let theDynamodb: DynamoDBClient | undefined;
/** Three attempts: a person waits for the answer, and every write is conditional, so that a repeated one finds itself. */
export function dynamodb(): DynamoDBClient {
  theDynamodb ??= new DynamoDBClient({ maxAttempts: 3, requestHandler: within(1500) });
  return theDynamodb;
}

let theS3: S3Client | undefined;
/** Three attempts: a put again is one more version, and only the version that was answered is ever referred to. */
export function s3(): S3Client {
  theS3 ??= new S3Client({
    maxAttempts: 3,
    requestHandler: within(5000),
    forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined,
  });
  return theS3;
}

let theSes: SESClient | undefined;
/**
 * One attempt: mail has no idempotency key, so a second one could be a second mail; who asked decides. No connection is
 * kept: one that died while the function was frozen would leave it unclear whether a mail went out.
 */
export function ses(): SESClient {
  theSes ??= new SESClient({
    maxAttempts: 1,
    requestHandler: { ...within(8000), httpAgent: { keepAlive: false }, httpsAgent: { keepAlive: false } },
  });
  return theSes;
}

let theScheduler: SchedulerClient | undefined;
/** Three attempts: setting or clearing a schedule twice is setting or clearing it once. */
export function scheduler(): SchedulerClient {
  theScheduler ??= new SchedulerClient({ maxAttempts: 3, requestHandler: within(3000) });
  return theScheduler;
}

let theEventbridge: EventBridgeClient | undefined;
/** Three attempts: consumers know a repeated event by `id` and `seq`. */
export function eventbridge(): EventBridgeClient {
  theEventbridge ??= new EventBridgeClient({ maxAttempts: 3, requestHandler: within(3000) });
  return theEventbridge;
}

let theSfn: SFNClient | undefined;
/** Three attempts: a task takes one answer, and a second attempt after a lost reply is told that it is closed. */
export function sfn(): SFNClient {
  theSfn ??= new SFNClient({ maxAttempts: 3, requestHandler: within(3000) });
  return theSfn;
}

let theSqs: SQSClient | undefined;
/** Three attempts: a message put twice reconciles twice, which changes nothing. */
export function sqs(): SQSClient {
  theSqs ??= new SQSClient({ maxAttempts: 3, requestHandler: within(3000) });
  return theSqs;
}
