import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { Functions } from './functions.ts';
import type { Queues } from './queues.ts';

export interface ReactionsProps {
  audit: Table;
  functions: Functions;
  queues: Queues;
  role: Role;
}

/** The log's one stream consumer, and the retry queues behind it. */
export class Reactions extends Construct {
  constructor(scope: Construct, id: string, { audit, functions, queues, role }: ReactionsProps) {
    super(scope, id);
    const streamArn = audit.tableStreamArn;
    if (!streamArn) throw new Error('The Audit table has no stream');
    role.addToPolicy(
      new PolicyStatement({
        actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
          (action) => `dynamodb:${action}`,
        ),
        resources: [streamArn],
      }),
    );
    const stream = new EventSourceMapping(this, 'Stream', {
      target: functions.react,
      eventSourceArn: streamArn,
      // From the beginning: what is written while a deploy replaces this mapping is not lost.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 10,
      // No batching window: a decision waits for it.
      maxBatchingWindow: Duration.seconds(0),
      parallelizationFactor: 10,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // The function puts what fails on a retry queue and throws only if that fails too: a few minutes of trying, then
      // the dead-letter queue tells, the sweep repairs, and the shard goes on.
      retryAttempts: 10,
      onFailure: new SqsDlq(queues.streamDeadLetters),
    });
    // The mapping is checked against the role when it is made.
    stream.node.addDependency(role);
    for (const queue of [queues.resume, queues.rest]) {
      functions.retryReactions.addEventSource(
        new SqsEventSource(queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: 10 }),
      );
    }
  }
}
