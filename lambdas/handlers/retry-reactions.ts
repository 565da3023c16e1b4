import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { reconcilingServices } from '../adapters/services-of/reconciling.ts';
import { reconcile } from '../reactions/reconcile.ts';
import { environmentOf } from './environment.ts';

const services = reconcilingServices(environmentOf('retry-reactions', process.env));

/** From this delivery on, what AWS does not say of a task is recorded as unknown. */
const patientFor = 3;

const Message = z.object({
  id: z.string(),
  seq: z.int(),
  kind: z.enum(['resume', 'mail', 'timer', 'event', 'review', 'window', 'row', 'everything']),
});

/** The two queues of reactions that failed: each is tried again by itself, and lands in its dead-letter queue in the end. */
export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async (event) => {
  const failed: SQSBatchResponse['batchItemFailures'] = [];
  for (const { body, messageId, attributes } of event.Records) {
    try {
      const { id, seq, kind } = Message.parse(JSON.parse(body));
      await reconcile(
        services,
        id,
        kind === 'everything'
          ? { by: 'stream' }
          : { by: 'retry', kind, seq, last: Number(attributes.ApproximateReceiveCount) >= patientFor },
      );
    } catch (fault) {
      console.error({ message: 'a reaction failed again', messageId, fault: String(fault) });
      failed.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures: failed };
});
