import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { Outcome } from '../../core/gate.ts';
import type { RequestRow, RequestRows } from '../services.ts';
import { fromItem, type Item, toItem } from './attributes.ts';
import { itemsBySdk } from './items-by-sdk.ts';
import { itemsOf } from './pages.ts';

const Row = z.object({
  id: z.string(),
  seq: z.int(),
  source: z.string(),
  requestId: z.string(),
  title: z.string(),
  requestedBy: z.string(),
  environment: z.string(),
  risk: z.string(),
  status: z.enum(['pending', 'granted', 'settled']),
  outcome: z.exactOptional(Outcome),
  openedAt: z.string(),
  settledAt: z.exactOptional(z.string()),
  linksSince: z.string(),
  dueAt: z.exactOptional(z.string()),
  open: z.exactOptional(z.string()),
  votes: z.string(),
});

/** Sort key of a request's row; its mails' markers stand beside it. */
export const ROW = 'row';
/** Partitions of the index `open`: one value for all would take a thousand writes a second and no more. */
const SHARDS = ['y0', 'y1', 'y2', 'y3'] as const;
/** Keys one BatchGetItem takes. */
const BATCH = 100;

/** The read model: key `id`, `item`; index `open` on `open`, `id`, holding open rows only. */
export function dynamoRequestRows(client: DynamoDBClient, table: string): RequestRows {
  const keyOf = (id: string) => ({ id: { S: id }, item: { S: ROW } });

  async function batch(ids: readonly string[]): Promise<RequestRow[]> {
    const rows: RequestRow[] = [];
    let asked: BatchGetItemCommandInput['RequestItems'] = { [table]: { Keys: ids.map(keyOf) } };
    while (asked && Object.keys(asked).length > 0) {
      const got: BatchGetItemCommandOutput = await client.send(new BatchGetItemCommand({ RequestItems: asked }));
      const found = got.Responses?.[table] ?? [];
      rows.push(...found.map(rowOf));
      asked = got.UnprocessedKeys;
      if (found.length === 0 && asked && Object.keys(asked).length > 0) {
        throw new Error('DynamoDB reads no rows of the read model at the moment.');
      }
    }
    return rows;
  }

  return {
    async get(id) {
      const got = await client.send(new GetItemCommand({ TableName: table, Key: keyOf(id), ConsistentRead: true }));
      return got.Item && rowOf(got.Item);
    },

    async getMany(ids) {
      const wanted = [...new Set(ids)];
      const rows: RequestRow[] = [];
      for (let at = 0; at < wanted.length; at += BATCH) rows.push(...(await batch(wanted.slice(at, at + BATCH))));
      return rows;
    },

    async put({ open, ...row }) {
      try {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: toItem({ ...row, item: ROW, ...(open ? { open: shardOf(row.id) } : {}) }),
            ConditionExpression: 'attribute_not_exists(#seq) OR #seq < :seq',
            ExpressionAttributeNames: { '#seq': 'seq' },
            ExpressionAttributeValues: { ':seq': { N: String(row.seq) } },
          }),
        );
      } catch (error) {
        // A row as new or newer is there.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    async *open() {
      for (const shard of SHARDS) {
        const query = {
          TableName: table,
          IndexName: 'open',
          KeyConditionExpression: '#open = :open',
          ExpressionAttributeNames: { '#open': 'open' },
          ExpressionAttributeValues: { ':open': { S: shard } },
        };
        for await (const item of itemsOf(itemsBySdk(client), query)) if (item.id?.S !== undefined) yield item.id.S;
      }
    },
  };
}

/** An id is a hash already: its last character spreads as well as any. */
function shardOf(id: string): string {
  return SHARDS[(id.charCodeAt(id.length - 1) || 0) % SHARDS.length] ?? SHARDS[0];
}

function rowOf(item: Item): RequestRow {
  const { open, ...row } = Row.parse(fromItem(item));
  return { ...row, open: open !== undefined };
}
