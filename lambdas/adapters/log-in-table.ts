import { digestOf } from '../../core/canonical.ts';
import type { Log } from '../services.ts';
import { fromItem, type Item, toItem } from './attributes.ts';
import type { Items } from './items.ts';
import { itemsOf } from './pages.ts';

/** A log in its table (key `id`, `seq`). An item is an entry, attribute by attribute, and nothing else. */
export function logInTable<E extends { id: string; seq: number; commandId: string }>(
  items: Items,
  table: string,
  isEntry: (item: unknown) => item is E,
): Log<E> {
  const entryOf = (item: Item): E => {
    const value: unknown = fromItem(item);
    if (isEntry(value)) return value;
    const { id, seq } = fromItem(item);
    throw new Error(`The audit log's item ${id} / ${seq} is not an entry that this version can read.`);
  };
  const isSame = (item: Item, entry: E): boolean => {
    const there: unknown = fromItem(item);
    return isEntry(there) && there.commandId === entry.commandId && digestOf(there) === digestOf(entry);
  };
  return {
    async read(id) {
      const entries: E[] = [];
      const query = {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: '#id = :id',
        ExpressionAttributeNames: { '#id': 'id' },
        ExpressionAttributeValues: { ':id': { S: id } },
      };
      for await (const item of itemsOf(items, query)) entries.push(entryOf(item));
      return entries;
    },

    async append(entry) {
      const put = await items.put({
        TableName: table,
        Item: toItem(entry),
        // Looks at the item under this very (id, seq): one that is there, whatever it holds, is never written over.
        ConditionExpression: 'attribute_not_exists(#id)',
        ExpressionAttributeNames: { '#id': 'id' },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      if (put === 'written') return 'appended';
      return put.there && isSame(put.there, entry) ? 'ours' : 'taken';
    },
  };
}
