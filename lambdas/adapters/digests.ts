import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { Digests, LeftAsk } from '../services.ts';
import { fromItem, toItem } from './attributes.ts';
import { itemsBySdk } from './items-by-sdk.ts';
import { lifetime } from './mail-markers.ts';
import { itemsOf } from './pages.ts';

/** The partition of everything that is left to digests: short but for a flood, and read by the sweep alone. */
const PARTITION = 'digest';

const Left = z.object({
  person: z.string(),
  request: z.string(),
  mail: z.string(),
  source: z.string(),
  since: z.string(),
});

/** What is left to digests, in the table of the read model: `item` is `<person>/<request>/<mail>`. */
export function dynamoDigests(client: DynamoDBClient, table: string): Digests {
  const keyOf = ({ person, id, mail }: LeftAsk) => ({ id: PARTITION, item: `${person}/${id}/${mail}` });
  return {
    async put(ask) {
      const { id: request, person, mail, source, since } = ask;
      const ttl = Number(lifetime(since));
      const Item = toItem({ ...keyOf(ask), person, request, mail, source, since, ttl });
      await client.send(new PutItemCommand({ TableName: table, Item }));
    },

    async *waiting() {
      const query = {
        TableName: table,
        KeyConditionExpression: '#id = :id',
        ExpressionAttributeNames: { '#id': 'id' },
        ExpressionAttributeValues: { ':id': { S: PARTITION } },
      };
      for await (const item of itemsOf(itemsBySdk(client), query)) {
        const { request: id, ...ask } = Left.parse(fromItem(item));
        yield { id, ...ask };
      }
    },

    async remove(ask) {
      await client.send(new DeleteItemCommand({ TableName: table, Key: toItem(keyOf(ask)) }));
    },
  };
}
