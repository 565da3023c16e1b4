import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { sha256Hex } from '../../core/canonical.ts';
import type { TaskRef } from '../../core/entry.ts';
import { limits } from '../../core/limits.ts';
import type { WaitingTasks } from '../services.ts';
import { fromItem, toItem } from './attributes.ts';
import { itemsBySdk } from './items-by-sdk.ts';
import { itemsOf } from './pages.ts';

/** An item of the `Waiting` table. `execution`, its partition, is a hash: ARNs differ in their last characters only. */
const Waiting = z.object({
  execution: z.string(),
  task: z.string(),
  token: z.union([z.string(), z.instanceof(Uint8Array)]),
  id: z.string(),
  arn: z.optional(z.string()),
  own: z.boolean(),
  holds: z.boolean(),
  since: z.string(),
});
/** What the index `begun` shows of a task or an opening. It never holds a token. */
const Begun = z.object({ id: z.string(), task: z.string(), arn: z.optional(z.string()), since: z.string() });
const Named = z.object({ id: z.string(), task: z.string() });

/** Task of an item that notes an opening without one. */
const NONE = '-';
/** Days an item outlives the longest wait, for whoever looks into why an answer did not arrive. */
const SPARE_DAYS = 7;

/** Task tokens at rest: key `execution`, `task`; index `begun` on `hour`, `since`. */
export function dynamoWaitingTasks(client: DynamoDBClient, table: string): WaitingTasks {
  async function putOnce(
    item: { execution: string; task: string; since: string; [attribute: string]: unknown },
    token?: string,
  ) {
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            ...toItem({ ...item, hour: item.since.slice(0, 13), ttl: lifetime(item.since) }),
            ...(token === undefined ? {} : { token: packed(token) }),
          },
          ConditionExpression: 'attribute_not_exists(#task)',
          ExpressionAttributeNames: { '#task': 'task' },
        }),
      );
    } catch (error) {
      // It is there already: the same task, put by an earlier try.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  return {
    put({ token, id, since, own, holds, key, execution }) {
      const known = execution === undefined ? {} : { arn: execution };
      return putOnce({ ...partitionOf({ key, execution }), id, own, holds, since, ...known }, token);
    },

    noteOpening(id, since) {
      return putOnce({ execution: `opening#${id}`, task: NONE, id, since });
    },

    async get(task) {
      const { execution, task: key } = partitionOf(task);
      const got = await client.send(
        new GetItemCommand({
          TableName: table,
          Key: { execution: { S: execution }, task: { S: key } },
          ConsistentRead: true,
        }),
      );
      if (!got.Item) return undefined;
      const read = Waiting.safeParse(fromItem(got.Item));
      // The item itself must not be in the message: it holds the token.
      if (!read.success) throw new Error(`The waiting task ${key} cannot be read.`);
      const { token, id, arn, own, holds, since } = read.data;
      return { key, token: unpacked(token), id, own, holds, since, ...(arn === undefined ? {} : { execution: arn }) };
    },

    async remove(task) {
      const { execution, task: key } = partitionOf(task);
      await client.send(
        new DeleteItemCommand({ TableName: table, Key: { execution: { S: execution }, task: { S: key } } }),
      );
    },

    async ofExecution(execution) {
      const query = {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: '#execution = :execution',
        // Said aloud, because the role that asks may read nothing else: its policy looks at both.
        Select: 'SPECIFIC_ATTRIBUTES' as const,
        ProjectionExpression: '#id, #task',
        ExpressionAttributeNames: { '#execution': 'execution', '#id': 'id', '#task': 'task' },
        ExpressionAttributeValues: { ':execution': { S: sha256Hex(execution) } },
      };
      const tasks: { id: string; key: string }[] = [];
      for await (const item of itemsOf(itemsBySdk(client), query)) {
        const { id, task } = Named.parse(fromItem(item));
        tasks.push({ id, key: task });
      }
      return tasks;
    },

    async *begunIn(hour) {
      const query = {
        TableName: table,
        IndexName: 'begun',
        KeyConditionExpression: '#hour = :hour',
        ExpressionAttributeNames: { '#hour': 'hour' },
        ExpressionAttributeValues: { ':hour': { S: hour } },
      };
      for await (const item of itemsOf(itemsBySdk(client), query)) {
        const { id, task, arn, since } = Begun.parse(fromItem(item));
        yield { id, key: task, since, ...(arn === undefined ? {} : { execution: arn }) };
      }
    },
  };
}

/**
 * Step Functions' tokens are base64: kept as the bytes they stand for they are a quarter shorter, and the longest costs a
 * write unit less. What would not come back letter for letter is kept as it is.
 */
function packed(token: string): AttributeValue {
  const bytes = Buffer.from(token, 'base64');
  return bytes.toString('base64') === token ? { B: bytes } : { S: token };
}

function unpacked(token: string | Uint8Array): string {
  return typeof token === 'string' ? token : Buffer.from(token).toString('base64');
}

/** Where a task stands. One whose execution is unknown has a partition of its own. */
function partitionOf({ key, execution }: { key: string; execution?: TaskRef['execution'] }) {
  return { execution: sha256Hex(execution ?? key), task: key };
}

/** When DynamoDB may drop the item, in Unix seconds. */
function lifetime(since: string): number {
  return Math.ceil(Date.parse(since) / 1000) + limits.backstopSeconds + SPARE_DAYS * 24 * 3600;
}
