import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { isPersonLogId } from '../../core/canonical.ts';
import { BrokenChain } from '../../core/fold.ts';
import { reconcilingServices } from '../adapters/services-of/reconciling.ts';
import { reconcile } from '../reactions/reconcile.ts';
import { environmentOf } from './environment.ts';

const services = reconcilingServices(environmentOf('react', process.env));

/**
 * The log's stream: each request written to is brought up to date once a batch. An entry that was changed or removed is
 * no entry of ours: it is counted, and an alarm goes off.
 */
export const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse>().handler(async (event) => {
  for (const record of event.Records) {
    if (record.eventName === 'INSERT') continue;
    services.metrics.count('AuditTampered');
    console.error({ message: 'an audit entry was overwritten or removed', event: record.eventName, id: idOf(record) });
  }
  const first = new Map<string, string>();
  for (const record of event.Records) {
    const id = idOf(record);
    const position = record.dynamodb?.SequenceNumber;
    // What a person did asks for nothing by itself: the request that it was done in has the reactions.
    if (record.eventName === 'INSERT' && id && position && !first.has(id) && !isPersonLogId(id))
      first.set(id, position);
  }
  const failed: DynamoDBBatchResponse['batchItemFailures'] = [];
  await Promise.all(
    [...first].map(async ([id, position]) => {
      try {
        await reconcile(services, id, { by: 'stream' });
      } catch (fault) {
        const told = await queued(id, fault);
        if (!told) failed.push({ itemIdentifier: position });
      }
    }),
  );
  return { batchItemFailures: failed };
});

/** A request that cannot even be read is nobody else's problem: it waits in the queues, and in the end in their dead letters. */
async function queued(id: string, fault: unknown): Promise<boolean> {
  if (fault instanceof BrokenChain) services.metrics.count('AuditTampered');
  console.error({ message: 'a request could not be brought up to date; it is queued', id, fault: String(fault) });
  try {
    await services.retries.put({ id, seq: 0, kind: 'resume' });
    await services.retries.put({ id, seq: 0, kind: 'everything' });
    return true;
  } catch (second) {
    console.error({ message: 'nor could it be queued: the stream tries again', id, fault: String(second) });
    return false;
  }
}

function idOf(record: DynamoDBRecord): string | undefined {
  return record.dynamodb?.Keys?.id?.S;
}
