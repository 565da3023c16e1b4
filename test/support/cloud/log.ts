import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { requestIdentity } from '../../../core/canonical.ts';
import type { Entry, EntryOf } from '../../../core/entry.ts';
import { output } from '../aws.ts';
import { dynamodb, entriesOf } from './audit.ts';
import { until } from './until.ts';

/** The source of what is emitted as `demo.shop`. */
export const shop = 'events:demo.shop@000000000000';

/** The `id` of a request asked for under this key by that source. */
export function idOf(requestId: string, source = shop): string {
  return requestIdentity(source, requestId);
}

/** Waits for an entry of this type in a request's log, and returns the first. */
export async function entryOf<T extends Entry['type']>(id: string, type: T): Promise<EntryOf<T>> {
  return await until(`an entry '${type}' of ${id}`, async () =>
    (await entriesOf(id)).find((entry): entry is EntryOf<T> => entry.type === type),
  );
}

/** A request's row of the read model. */
export async function rowOf(id: string): Promise<Record<string, unknown> | undefined> {
  const { Item } = await dynamodb().send(
    new GetItemCommand({ TableName: output('RequestsTableName'), Key: { id: { S: id }, item: { S: 'row' } } }),
  );
  return Item && unmarshall(Item);
}

/** Waits until nothing is left to be done about a request: its row has caught up with its log. */
export async function untilQuiet(id: string): Promise<Record<string, unknown>> {
  return await until(`everything done about ${id}`, async () => {
    const [entries, row] = await Promise.all([entriesOf(id), rowOf(id)]);
    return row !== undefined && row.seq === entries.at(-1)?.seq && row;
  });
}
