import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { RetryQueues } from '../services.ts';

/** Resuming work has a queue of its own, so that nothing that fails beside it makes it wait. */
export function sqsRetryQueues(client: SQSClient, urls: { resume: string; rest: string }): RetryQueues {
  return {
    async put(message) {
      const url = message.kind === 'resume' ? urls.resume : urls.rest;
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(message) }));
    },
  };
}
