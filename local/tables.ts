import { DescribeTableCommand, type DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

const SHOWN = 200;
const HIDDEN = '(hidden: whoever holds it can answer for the workflow)';

/** What the tables page shows of one table. */
export interface TableView {
  name: string;
  keys: string[];
  items: Record<string, unknown>[];
  /** Whether there are more items than are shown. */
  more: boolean;
}

/** The names of all tables. */
export async function tableNames(client: DynamoDBClient): Promise<string[]> {
  const { TableNames } = await client.send(new ListTablesCommand({}));
  return TableNames ?? [];
}

/** The first items of a table, in key order, with every token hidden; nothing if there is no such table. */
export async function readTable(client: DynamoDBClient, name: string): Promise<TableView | undefined> {
  if (!(await tableNames(client)).includes(name)) return undefined;
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  const keys = (Table?.KeySchema ?? []).flatMap(({ AttributeName }) => AttributeName ?? []);
  const page = await client.send(new ScanCommand({ TableName: name, Limit: SHOWN, ConsistentRead: true }));
  const items = (page.Items ?? []).map((item) => hideTokens(unmarshall(item)));
  const order = (item: Record<string, unknown>) => keys.map((key) => sortable(item[key])).join('\u0000');
  items.sort((a, b) => order(a).localeCompare(order(b)));
  return { name, keys, items, more: page.LastEvaluatedKey !== undefined };
}

/** The same attributes, with every one that is named a token replaced, however deep it is. */
export function hideTokens(item: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, /token$/i.test(name) ? HIDDEN : hide(value)]),
  );
}

function hide(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hide);
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (value instanceof Set) return [...value].map(hide);
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'object' && value !== null ? hideTokens(Object.fromEntries(Object.entries(value))) : value;
}

function sortable(value: unknown): string {
  return typeof value === 'number' ? String(value).padStart(16, '0') : String(value);
}
