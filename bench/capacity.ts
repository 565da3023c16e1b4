import type { AttributeValue, TableDescription } from '@aws-sdk/client-dynamodb';
import { type Item, itemBytes, readUnits, writeUnits } from './item-size.ts';
import type { Call } from './recording.ts';

/** What one call consumed of one table or index. */
export interface Line {
  table: string;
  /** Index name; empty for the table itself. */
  index: string;
  operation: string;
  /** What was written or read: an entry's type, a marker, the row. */
  what: string;
  kind: 'write' | 'read';
  /** Bytes of the item as billed; of all items for a query. */
  bytes: number;
  /** Units by AWS's rules, and as the cloud answered; it answers none for a write that was refused. */
  computed: number;
  asked: number | undefined;
  refused: boolean;
}

/** Follows what tables hold, and says of each call what it costs by AWS's rules. It must see every write. */
export function capacityLedger(tables: readonly TableDescription[]) {
  const held = new Map<string, Item>();

  const of = (name: unknown) => tables.find((table) => table.TableName === name);
  const place = (table: TableDescription, item: Item) =>
    JSON.stringify([table.TableName, ...(table.KeySchema ?? []).map(({ AttributeName = '' }) => item[AttributeName])]);

  function write(call: Call, table: TableDescription, before: Item | undefined, after: Item | undefined): Line[] {
    const refused = call.failed !== undefined;
    const asked = consumed(call);
    const bytes = Math.max(before ? itemBytes(before) : 0, after ? itemBytes(after) : 0);
    const common = { table: shortName(table), operation: call.operation, what: whatIs(after ?? before), refused };
    const own: Line = {
      ...common,
      ...{ index: '', kind: 'write', bytes, computed: writeUnits(bytes) },
      asked: asked?.table,
    };
    if (refused) return [own];
    const indexed = (table.GlobalSecondaryIndexes ?? []).flatMap((index): Line[] => {
      const old = before && projected(table, index, before);
      const now = after && projected(table, index, after);
      const units = indexUnits(index, old, now);
      if (units === 0) return [];
      const size = Math.max(old ? itemBytes(old) : 0, now ? itemBytes(now) : 0);
      const name = index.IndexName ?? '';
      return [{ ...common, index: name, kind: 'write', bytes: size, computed: units, asked: asked?.indexes[name] }];
    });
    return [own, ...indexed];
  }

  function read(call: Call, table: TableDescription, items: Item[], consistent: boolean, units: number): Line[] {
    const index = typeof call.input.IndexName === 'string' ? call.input.IndexName : '';
    const asked = consumed(call, table.TableName);
    const bytes = items.reduce((sum, item) => sum + itemBytes(item), 0);
    const what = consistent ? 'consistent' : 'eventual';
    return [
      {
        ...{ table: shortName(table), index, operation: call.operation, what, kind: 'read', bytes },
        ...{ computed: units, asked: index ? asked?.indexes[index] : asked?.table, refused: false },
      },
    ];
  }

  return (call: Call): Line[] => {
    if (call.service !== 'dynamodb') return [];
    const { input, output } = call;
    const table = of(input.TableName);
    const consistent = input.ConsistentRead === true;
    if (call.operation === 'BatchGetItem') return batch(call);
    if (!table) throw new Error(`No table ${String(input.TableName)} is known to the bench.`);
    if (call.operation === 'Query') {
      const items = itemsIn(output?.Items);
      const bytes = items.reduce((sum, item) => sum + itemBytes(item), 0);
      return read(call, table, items, consistent, readUnits(bytes, consistent));
    }
    if (call.operation === 'GetItem') {
      const items = itemsIn([output?.Item]);
      const bytes = items.reduce((sum, item) => sum + itemBytes(item), 0);
      return read(call, table, items, consistent, readUnits(bytes, consistent));
    }
    const key = itemOf(input.Item) ?? itemOf(input.Key) ?? {};
    const before = held.get(place(table, key));
    const after = call.operation === 'PutItem' ? key : (itemOf(output?.Attributes) ?? undefined);
    if (call.operation === 'DeleteItem') {
      if (!call.failed) held.delete(place(table, key));
      return write(call, table, before, undefined);
    }
    if (!call.failed && after) held.set(place(table, key), after);
    return write(call, table, before, after);
  };

  function batch(call: Call): Line[] {
    const asked = Object.entries(call.input.RequestItems ?? {});
    return asked.flatMap(([name, wanted]) => {
      const table = of(name);
      if (!table) return [];
      const found = itemsIn(Object.entries(call.output?.Responses ?? {}).find(([of]) => of === name)?.[1]);
      const keys: unknown[] = wanted.Keys ?? [];
      const consistent = wanted.ConsistentRead === true;
      // Each item is rounded up by itself; a key that is not there costs the least.
      const units = found.reduce((sum, item) => sum + readUnits(itemBytes(item), consistent), 0);
      return read(call, table, found, consistent, units + (keys.length - found.length) * readUnits(0, consistent));
    });
  }
}

type Index = NonNullable<TableDescription['GlobalSecondaryIndexes']>[number];

/** The item as an index holds it; undefined where it does not. */
function projected(table: TableDescription, index: Index, item: Item): Item | undefined {
  const keys = (index.KeySchema ?? []).flatMap(({ AttributeName = '' }) => [AttributeName]);
  if (keys.some((name) => item[name] === undefined)) return undefined;
  if (index.Projection?.ProjectionType === 'ALL') return item;
  const kept = new Set([
    ...keys,
    ...(table.KeySchema ?? []).map(({ AttributeName = '' }) => AttributeName),
    ...(index.Projection?.NonKeyAttributes ?? []),
  ]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => kept.has(name)));
}

/** An entry that comes, goes or changes costs one write; one that moves costs a deletion and a write. */
function indexUnits(index: Index, before: Item | undefined, after: Item | undefined): number {
  const units = (item: Item | undefined) => (item ? writeUnits(itemBytes(item)) : 0);
  if (!before || !after) return units(before) + units(after);
  const keys = (index.KeySchema ?? []).map(({ AttributeName = '' }) => AttributeName);
  const moved = keys.some((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (moved) return units(before) + units(after);
  return sorted(before) === sorted(after) ? 0 : Math.max(units(before), units(after));
}

function sorted(item: Item): string {
  return JSON.stringify(Object.entries(item).sort(([a], [b]) => a.localeCompare(b)));
}

/** What an item is, in our words. */
function whatIs(item: Item | undefined): string {
  if (!item) return '';
  const { type, item: sort, task, msg } = item;
  if (type?.S) return `entry: ${type.S}`;
  if (sort?.S === 'row') return 'row';
  if (sort?.S?.startsWith('mail#')) return `marker: ${msg ? 'sent' : 'claim'}`;
  return task ? 'waiting task' : '';
}

function consumed(call: Call, table?: string): { table: number; indexes: Record<string, number> } | undefined {
  const said = call.output?.ConsumedCapacity;
  const all: unknown[] = Array.isArray(said) ? said : [said];
  const one = all.find((each) => isRecord(each) && (table === undefined || each.TableName === table));
  if (!isRecord(one)) return undefined;
  const units = (of: unknown) => (isRecord(of) && typeof of.CapacityUnits === 'number' ? of.CapacityUnits : 0);
  const indexes = isRecord(one.GlobalSecondaryIndexes) ? Object.entries(one.GlobalSecondaryIndexes) : [];
  return {
    table: one.Table === undefined ? units(one) : units(one.Table),
    indexes: Object.fromEntries(indexes.map(([name, of]) => [name, units(of)])),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isItem(value: unknown): value is Record<string, AttributeValue> {
  return isRecord(value);
}

function itemOf(value: unknown): Item | undefined {
  return isItem(value) ? value : undefined;
}

function itemsIn(value: unknown): Item[] {
  return Array.isArray(value) ? value.filter(isItem) : [];
}

/** `countersign-RecordsAudit830C325F-…` is `Audit`. */
function shortName({ TableName = '' }: TableDescription): string {
  return /Records([A-Z][a-z]+)/.exec(TableName)?.[1] ?? TableName;
}
