import { randomUUID } from 'node:crypto';
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { digestOf } from '../../core/canonical.ts';
import type { PolicyPointer } from '../../core/policy/policy.ts';
import type { PolicyPublisher } from '../services.ts';
import { fromItem, type Item, toItem } from './attributes.ts';
import { isPersonItem, keyOf, LEASE, POINTER, personItem, pointerItem, pointerOf } from './policy-items.ts';
import { versionKey } from './policy-versions.ts';

/** Longer than the publishing function may run, so that a lease ends after its holder did. */
const LEASE_SECONDS = 120;
/** Writes one BatchWriteItem takes. */
const BATCH = 25;
/** How often what DynamoDB left out is written again before it is a fault. */
const ATTEMPTS = 4;

/**
 * Publishes policies: immutable versions in S3 under `policies/<digest>.json`, the directory's people and the pointer in
 * the `Policy` table. Needs GetItem, PutItem, DeleteItem, BatchWriteItem and Scan there, PutObject on `policies/*`.
 */
export function policyPublisher(
  client: DynamoDBClient,
  table: string,
  versions: { client: S3Client; bucket: string },
): PolicyPublisher {
  return {
    async alone(now, work) {
      const by = randomUUID();
      if (!(await lease(client, table, by, now))) return 'busy';
      try {
        return await work();
      } finally {
        await giveBack(client, table, by);
      }
    },

    async pointer() {
      const got = await client.send(
        new GetItemCommand({ TableName: table, Key: keyOf(POINTER), ConsistentRead: true }),
      );
      return pointerOf(got.Item);
    },

    async putVersion(digest, text) {
      try {
        await versions.client.send(
          new PutObjectCommand({
            Bucket: versions.bucket,
            Key: versionKey(digest),
            Body: text,
            ContentType: 'application/json',
            IfNoneMatch: '*',
          }),
        );
      } catch (error) {
        // The name is the content's digest: what is there already is the same, and readers check.
        if (!(error instanceof S3ServiceException && error.name === 'PreconditionFailed')) throw error;
      }
    },

    async putPeople(people) {
      const there = new Map<string, Item>();
      for (const item of await peopleItems(client, table)) there.set(item.key?.S ?? '', item);
      const wanted = new Map(people.map((person) => [personItem(person).key?.S ?? '', personItem(person)]));
      if (wanted.size < people.length) throw new Error('The directory names somebody twice.');
      const changed = [...wanted].filter(([key, item]) => !same(item, there.get(key)));
      const removed = [...there.keys()].filter((key) => !wanted.has(key));
      // Removals first: should this stop half-way, it has refused too many and not too few.
      await writeAll(
        client,
        table,
        removed.map((key) => ({ DeleteRequest: { Key: keyOf(key) } })),
      );
      await writeAll(
        client,
        table,
        changed.map(([, item]) => ({ PutRequest: { Item: item } })),
      );
      return { written: changed.length, removed: removed.length };
    },

    async movePointer(next, previous) {
      try {
        await client.send(new PutItemCommand({ TableName: table, Item: pointerItem(next), ...ifStill(previous) }));
        return 'moved';
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // The reply to our own write may have been lost, and this be its second attempt.
        return error.Item && same(error.Item, pointerItem(next)) ? 'moved' : 'overtaken';
      }
    },
  };
}

/** Holds as long as the pointer is, attribute by attribute, what was read. */
function ifStill(previous: PolicyPointer | undefined) {
  const always = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  const parts = previous ? Object.entries(toItem(previous)) : [];
  if (parts.length === 0) {
    return {
      ...always,
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': 'key' },
    };
  }
  return {
    ...always,
    ConditionExpression: parts.map(([name]) => `#${name} = :${name}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(parts.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(parts.map(([name, value]) => [`:${name}`, value])),
  };
}

async function lease(client: DynamoDBClient, table: string, by: string, now: Date): Promise<boolean> {
  const seconds = Math.floor(now.getTime() / 1000);
  try {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: { ...keyOf(LEASE), by: { S: by }, until: { N: String(seconds + LEASE_SECONDS) } },
        ConditionExpression: 'attribute_not_exists(#key) OR #until < :now OR #by = :by',
        ExpressionAttributeNames: { '#key': 'key', '#until': 'until', '#by': 'by' },
        ExpressionAttributeValues: { ':now': { N: String(seconds) }, ':by': { S: by } },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

async function giveBack(client: DynamoDBClient, table: string, by: string): Promise<void> {
  try {
    await client.send(
      new DeleteItemCommand({
        TableName: table,
        Key: keyOf(LEASE),
        ConditionExpression: '#by = :by',
        ExpressionAttributeNames: { '#by': 'by' },
        ExpressionAttributeValues: { ':by': { S: by } },
      }),
    );
  } catch {
    // It ends by itself, and what was published stays published: this must not turn a success into a fault.
  }
}

async function peopleItems(client: DynamoDBClient, table: string): Promise<Item[]> {
  const items: Item[] = [];
  let from: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ...(from ? { ExclusiveStartKey: from } : {}) }),
    );
    items.push(...(page.Items ?? []).filter(isPersonItem));
    from = page.LastEvaluatedKey;
  } while (from);
  return items;
}

async function writeAll(client: DynamoDBClient, table: string, writes: WriteRequest[]): Promise<void> {
  for (let at = 0; at < writes.length; at += BATCH) {
    let left: WriteRequest[] = writes.slice(at, at + BATCH);
    for (let tries = 0; left.length > 0; tries++) {
      if (tries === ATTEMPTS) throw new Error('DynamoDB does not take all of the directory at the moment.');
      const done = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
      left = done.UnprocessedItems?.[table] ?? [];
    }
  }
}

function same(a: Item, b: Item | undefined): boolean {
  return b !== undefined && digestOf(fromItem(a)) === digestOf(fromItem(b));
}
