import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item } from './attributes.ts';

/** Every item of a query, page after page. */
export async function* itemsOf(client: DynamoDBClient, query: QueryCommandInput): AsyncGenerator<Item> {
  let from: Item | undefined;
  do {
    const page = await client.send(new QueryCommand({ ...query, ...(from ? { ExclusiveStartKey: from } : {}) }));
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from);
}
