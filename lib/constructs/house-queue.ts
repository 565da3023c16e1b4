import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { accepted } from './suppressed.ts';

/** Where messages end that nobody could work on. Kept for SQS's longest: two weeks. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    accepted(this, { 'AwsSolutions-SQS3': 'It is a dead-letter queue, watched by an alarm.' });
  }
}

export interface HouseQueueProps {
  /** The timeout of the function that works on it. A message that failed comes back after half as long again. */
  workTime: Duration;
  /** When a message is first handed out. */
  firstTry: Duration;
  /** After so many tries it is a dead letter. */
  attempts: number;
}

/** A queue with a dead-letter queue behind it. */
export class HouseQueue extends Queue {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { workTime, firstTry, attempts }: HouseQueueProps) {
    const deadLetters = new DeadLetterQueue(scope, `${id}DeadLetters`);
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deliveryDelay: firstTry,
      // How long somebody waits for the next try: short, and the attempts are many. One message to a call and many calls at
      // once leave little of the time a message may wait inside Lambda, for which AWS advises six times the timeout.
      visibilityTimeout: Duration.seconds(workTime.toSeconds() * 1.5),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: attempts },
    });
    this.deadLetters = deadLetters;
  }
}
