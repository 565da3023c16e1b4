import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { clientConfig } from '../aws.ts';

/** The account's root looks on and sets the scene through these; what is tested is done as a role of its own. */
export const root = {
  events: lazily(() => new EventBridgeClient(clientConfig())),
  kms: lazily(() => new KMSClient(clientConfig())),
  s3: lazily(() => new S3Client(clientConfig())),
  scheduler: lazily(() => new SchedulerClient(clientConfig())),
  sqs: lazily(() => new SQSClient(clientConfig())),
  sts: lazily(() => new STSClient(clientConfig())),
};

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
