import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { Digests, LeftMail } from '../services.ts';
import { fromItem, toItem } from './attributes.ts';
import { itemsBySdk } from './items-by-sdk.ts';
import { lifetime } from './mail-markers.ts';
import { itemsOf } from './pages.ts';

/** The partitions of everything that is left to digests: short but for a flood, and read by the sweep alone. */
const partitions = { ask: 'digest', tell: 'digest-tells' } as const;
const kinds = ['ask', 'tell'] as const;

const Left = z.object({
  person: z.string(),
  request: z.string(),
  mail: z.string(),
  source: z.string(),
  since: z.string(),
});

/** What is left to digests, in the table of the read model: `item` is `<whose>/<request>/<mail>`. */
export function dynamoDigests(client: DynamoDBClient, table: string): Digests {
  const keyOf = ({ kind, whose, id, mail }: LeftMail) => ({ id: partitions[kind], item: `${whose}/${id}/${mail}` });
  return {
    async put(left) {
      const { id: request, whose: person, mail, source, since } = left;
      const ttl = Number(lifetime(since));
      const Item = toItem({ ...keyOf(left), person, request, mail, source, since, ttl });
      await client.send(new PutItemCommand({ TableName: table, Item }));
    },

    async *waiting() {
      for (const kind of kinds) {
        const query = {
          TableName: table,
          KeyConditionExpression: '#id = :id',
          ExpressionAttributeNames: { '#id': 'id' },
          ExpressionAttributeValues: { ':id': { S: partitions[kind] } },
        };
        for await (const item of itemsOf(itemsBySdk(client), query)) {
          const { request: id, person: whose, ...left } = Left.parse(fromItem(item));
          yield { kind, whose, id, ...left };
        }
      }
    },

    async remove(left) {
      await client.send(new DeleteItemCommand({ TableName: table, Key: toItem(keyOf(left)) }));
    },
  };
}
