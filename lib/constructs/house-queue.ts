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

/** A queue with a dead-letter queue behind it. */
export class HouseQueue extends Queue {
  readonly deadLetters: Queue;

  /**
   * `workTime`: the timeout of the function that works on it. A message that failed comes back after twice that time: it is how
   * long somebody waits for the next try, so it is short and the attempts are many.
   */
  constructor(scope: Construct, id: string, { workTime, attempts }: { workTime: Duration; attempts: number }) {
    const deadLetters = new DeadLetterQueue(scope, `${id}DeadLetters`);
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(workTime.toSeconds() * 2),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: attempts },
    });
    this.deadLetters = deadLetters;
  }
}
