import type { AlikeRequests } from '../services.ts';
import type { Items } from './items.ts';

/** Which requests of a likeness wait: an item each in the table of the read model, with nothing in it but its key. */
export const alikeKey = (likeness: string, id: string) => ({ id: `alike#${likeness}`, item: id });

export function dynamoAlikeRequests({ query }: Pick<Items, 'query'>, table: string): AlikeRequests {
  return {
    async find(likeness, most) {
      const { Items: found = [] } = await query({
        TableName: table,
        KeyConditionExpression: '#id = :id',
        ExpressionAttributeNames: { '#id': 'id' },
        ExpressionAttributeValues: { ':id': { S: alikeKey(likeness, '').id } },
        Limit: most,
      });
      return found.flatMap(({ item }) => item?.S ?? []);
    },
  };
}
