import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Check } from './check.ts';

/** Where messages end that nobody could work on. */
export interface DeadLetters {
  name: string;
  url: string;
}

/** Are they empty? */
export async function queueChecks(sqs: SQSClient, queues: readonly DeadLetters[]): Promise<Check[]> {
  const about = 'dead letters';
  const counts = await Promise.all(
    queues.map(async ({ name, url }) => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
      return { name, count: Number(Attributes?.ApproximateNumberOfMessages ?? 0) };
    }),
  );
  const filled = counts.filter(({ count }) => count > 0);
  if (queues.length === 0)
    return [{ level: 'warn', about, found: 'the stack has no dead-letter queue that doctor could look at' }];
  if (filled.length === 0) return [{ level: 'ok', about, found: `${queues.length} queues, all empty` }];
  return filled.map(({ name, count }) => ({
    level: 'fail',
    about,
    found: `${name} holds ${count}`,
    todo: 'See docs/runbook.md, then redrive the queue.',
  }));
}
