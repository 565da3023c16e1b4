import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { personLogId } from '../../../core/canonical.ts';
import type { Entry, EntryOf } from '../../../core/entry.ts';
import type { PersonEntry } from '../../../core/person/entry.ts';
import { dynamoAuditLog } from '../../../lambdas/adapters/audit-log.ts';
import { itemsBySdk } from '../../../lambdas/adapters/items-by-sdk.ts';
import { dynamoPersonLog } from '../../../lambdas/adapters/person-log.ts';
import type { AuditLog } from '../../../lambdas/services.ts';
import { clientConfig, output } from '../aws.ts';

let theClient: DynamoDBClient | undefined;
export const dynamodb = () => {
  theClient ??= new DynamoDBClient(clientConfig());
  return theClient;
};

/** The log itself, under the account's root, who may do what no role may: what tests cannot reach otherwise. */
export function auditLog(): AuditLog {
  return dynamoAuditLog(itemsBySdk(dynamodb()), output('AuditTableName'));
}

/** What the audit table holds of one request, in order. */
export async function entriesOf(id: string): Promise<Entry[]> {
  return await auditLog().read(id);
}

/** What the audit table holds of one person, by directory key or canonical address, in order. */
export async function personEntriesOf(person: string): Promise<PersonEntry[]> {
  return await dynamoPersonLog(itemsBySdk(dynamodb()), output('AuditTableName')).read(personLogId(person));
}

/** Its entries of one type. */
export async function entriesOfType<T extends Entry['type']>(id: string, type: T): Promise<EntryOf<T>[]> {
  return (await entriesOf(id)).filter((entry): entry is EntryOf<T> => entry.type === type);
}

/** Every item of a table, by the name of the stack's output. */
export async function wholeTable(outputName: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  for (let ExclusiveStartKey: Record<string, AttributeValue> | undefined; ; ) {
    const page = await dynamodb().send(
      new ScanCommand({
        TableName: output(outputName),
        ConsistentRead: true,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    items.push(...(page.Items ?? []).map((item) => unmarshall(item)));
    if (page.LastEvaluatedKey === undefined) return items;
    ExclusiveStartKey = page.LastEvaluatedKey;
  }
}
