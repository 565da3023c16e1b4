import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item } from './attributes.ts';
import type { Items } from './items.ts';

/** Every item of a query, page after page. */
export async function* itemsOf({ query }: Pick<Items, 'query'>, input: QueryCommandInput): AsyncGenerator<Item> {
  let from: Item | undefined;
  do {
    const page = await query({ ...input, ...(from ? { ExclusiveStartKey: from } : {}) });
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from);
}
