import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { WaitingChanges } from '../services.ts';
import { fromItem, toItem } from './attributes.ts';
import { CHANGES, keyOf } from './policy-items.ts';

const Listed = z.object({ ids: z.array(z.string()) });

/** One item of the `Policy` table, written by whoever holds the lease. Needs GetItem and PutItem there. */
export function dynamoWaitingChanges(client: DynamoDBClient, table: string): WaitingChanges {
  return {
    async list() {
      const got = await client.send(
        new GetItemCommand({ TableName: table, Key: keyOf(CHANGES), ConsistentRead: true }),
      );
      return got.Item ? Listed.parse(fromItem(got.Item)).ids : [];
    },

    async replace(ids) {
      await client.send(new PutItemCommand({ TableName: table, Item: toItem({ key: CHANGES, ids }) }));
    },
  };
}
