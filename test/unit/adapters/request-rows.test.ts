import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { Item } from '../../../lambdas/adapters/attributes.ts';
import { dynamoRequestRows } from '../../../lambdas/adapters/request-rows.ts';
import type { RequestRow } from '../../../lambdas/services.ts';
import { ID, meta } from './support.ts';

const dynamodb = mockClient(DynamoDBClient);
const rows = dynamoRequestRows(new DynamoDBClient({ region: 'us-east-1' }), 'Requests');
const row: RequestRow = {
  id: ID,
  seq: 3,
  source: 'events:demo.shop@000000000000',
  requestId: 'deploy-42',
  title: 'Deploy shop',
  requestedBy: 'alice@example.com',
  environment: 'production',
  risk: 'high',
  status: 'pending',
  openedAt: '2026-11-21T10:00:00.000Z',
  linksSince: '2026-11-21T10:00:00.000Z',
  dueAt: '2026-11-22T10:00:00.000Z',
  open: true,
  votes: '0 of 2',
};

beforeEach(() => dynamodb.reset());

async function itemOf(put: RequestRow): Promise<Item> {
  dynamodb.on(PutItemCommand).resolves({});
  await rows.put(put);
  return dynamodb.commandCalls(PutItemCommand).at(-1)?.args[0].input.Item ?? {};
}

test('a row comes back as it was put, open or not', async () => {
  const { dueAt: _, ...rest } = row;
  const settled: RequestRow = { ...rest, status: 'settled', outcome: 'approved', settledAt: row.openedAt, open: false };
  for (const put of [row, settled]) {
    dynamodb.on(GetItemCommand).resolves({ Item: await itemOf(put) });
    await expect(rows.get(ID)).resolves.toEqual(put);
  }
});

test('only open rows stand in the index, spread over its partitions', async () => {
  const ids = [...'abcdefghijklmnop234567'].map((last) => `${ID.slice(0, -1)}${last}`);
  const shards = new Set<string | undefined>();
  for (const id of ids) shards.add((await itemOf({ ...row, id })).open?.S);
  expect(shards).toEqual(new Set(['y0', 'y1', 'y2', 'y3']));
  expect(await itemOf({ ...row, open: false })).not.toHaveProperty('open');
});

test('R25 a newer row is not replaced by an older one', async () => {
  dynamodb.on(PutItemCommand).rejects(new ConditionalCheckFailedException({ message: 'newer', ...meta(400) }));
  await expect(rows.put(row)).resolves.toBeUndefined();
  expect(dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input).toMatchObject({
    ConditionExpression: 'attribute_not_exists(#seq) OR #seq < :seq',
    ExpressionAttributeValues: { ':seq': { N: '3' } },
  });
});

test('R56 the sweep sees every open row: all partitions, all pages', async () => {
  dynamodb.on(QueryCommand).callsFake(({ ExpressionAttributeValues: values, ExclusiveStartKey: from }) => {
    const shard = values[':open'].S;
    return from
      ? { Items: [{ id: { S: `${shard}-b` } }] }
      : { Items: [{ id: { S: `${shard}-a` } }], LastEvaluatedKey: { id: { S: `${shard}-a` } } };
  });
  const found = [];
  for await (const id of rows.open()) found.push(id);
  expect(found).toEqual(['y0', 'y1', 'y2', 'y3'].flatMap((shard) => [`${shard}-a`, `${shard}-b`]));
});

test('many rows are read a hundred at a time, and what DynamoDB left out is asked for again', async () => {
  const item = await itemOf(row);
  const ids = Array.from({ length: 101 }, (_, i) => `id-${i}`);
  const left = { Requests: { Keys: [{ id: { S: 'id-99' }, item: { S: 'row' } }] } };
  dynamodb
    .on(BatchGetItemCommand)
    .resolvesOnce({ Responses: { Requests: [item] }, UnprocessedKeys: left })
    .resolvesOnce({ Responses: { Requests: [item] } })
    .resolvesOnce({ Responses: { Requests: [] } });
  await expect(rows.getMany([...ids, 'id-0'])).resolves.toHaveLength(2);
  const asked = dynamodb
    .commandCalls(BatchGetItemCommand)
    .map((c) => c.args[0].input.RequestItems?.Requests?.Keys?.length);
  expect(asked).toEqual([100, 1, 1]);
});

test('rows that DynamoDB does not read are a fault, not rows that are not there', async () => {
  const left = { Requests: { Keys: [{ id: { S: ID }, item: { S: 'row' } }] } };
  dynamodb.on(BatchGetItemCommand).resolves({ Responses: {}, UnprocessedKeys: left });
  await expect(rows.getMany([ID])).rejects.toThrow('reads no rows');
});
