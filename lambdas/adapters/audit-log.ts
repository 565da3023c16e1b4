import { type Entry, hashOf, isEntry } from '../../core/entry.ts';
import type { AuditLog } from '../services.ts';
import { fromItem, type Item, toItem } from './attributes.ts';
import type { Items } from './items.ts';
import { itemsOf } from './pages.ts';

/** The audit log in its table (key `id`, `seq`). An item is an entry, attribute by attribute, and nothing else. */
export function dynamoAuditLog(items: Items, table: string): AuditLog {
  return {
    async read(id) {
      const entries: Entry[] = [];
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

function isSame(item: Item, entry: Entry): boolean {
  const there = fromItem(item);
  return there.commandId === entry.commandId && isEntry(there) && hashOf(there) === hashOf(entry);
}

function entryOf(item: Item): Entry {
  const value = fromItem(item);
  if (isEntry(value)) return value;
  throw new Error(`The audit log's item ${value.id} / ${value.seq} is not an entry that this version can read.`);
}
