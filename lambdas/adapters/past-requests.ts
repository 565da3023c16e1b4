import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import type { PastRequests } from '../services.ts';
import { ROW } from './request-rows.ts';

/** Pages of a megabyte that one call looks through. */
const PAGES = 8;

/**
 * Goes through the read model from its beginning: an operator's or auditor's question, rare, and no index is kept for it.
 * A page is in no order, and can hold nothing while there is more.
 */
export function dynamoPastRequests(client: DynamoDBClient, table: string): PastRequests {
  return {
    async since(at, most, after) {
      const ids: string[] = [];
      let from = after === undefined ? undefined : keyAt(after);
      for (let pages = 0; pages < PAGES; pages++) {
        const page: ScanCommandOutput = await client.send(
          new ScanCommand({
            TableName: table,
            FilterExpression: '#item = :row AND #openedAt >= :at',
            ProjectionExpression: '#id',
            ExpressionAttributeNames: { '#item': 'item', '#openedAt': 'openedAt', '#id': 'id' },
            ExpressionAttributeValues: { ':row': { S: ROW }, ':at': { S: at } },
            ...(from && { ExclusiveStartKey: from }),
          }),
        );
        for (const { id } of page.Items ?? []) if (id?.S !== undefined) ids.push(id.S);
        const last = page.LastEvaluatedKey;
        const next = ids.length > most ? ids[most - 1] : last && `${last.id?.S} ${last.item?.S}`;
        if (next === undefined) return { ids };
        if (ids.length >= most || pages === PAGES - 1) return { ids: ids.slice(0, most), next };
        from = keyAt(next);
      }
      return { ids };
    },
  };
}

/** Where to go on: after the row of an `id`, or after another item, whose sort key follows. */
function keyAt(place: string) {
  const [id = '', ...item] = place.split(' ');
  return { id: { S: id }, item: { S: item.join(' ') || ROW } };
}
