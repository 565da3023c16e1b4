import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ThrottlingException,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { hashOf } from '../../../core/entry.ts';
import { toItem } from '../../../lambdas/adapters/attributes.ts';
import { dynamoAuditLog } from '../../../lambdas/adapters/audit-log.ts';
import { itemsBySdk } from '../../../lambdas/adapters/items-by-sdk.ts';
import { entry, ID, meta } from './support.ts';

const dynamodb = mockClient(DynamoDBClient);
const log = dynamoAuditLog(itemsBySdk(new DynamoDBClient({ region: 'us-east-1' })), 'Audit');
const taken = (by: object) =>
  new ConditionalCheckFailedException({ message: 'The conditional request failed', Item: toItem(by), ...meta(400) });

beforeEach(() => dynamodb.reset());

test('an entry is put as its own attributes, only where its id and number are free', async () => {
  dynamodb.on(PutItemCommand).resolves({});
  await expect(log.append(entry())).resolves.toBe('appended');
  const [put] = dynamodb.commandCalls(PutItemCommand);
  expect(put?.args[0].input).toMatchObject({
    TableName: 'Audit',
    Item: { id: { S: ID }, seq: { N: '2' }, comment: { S: 'looks fine' } },
    ConditionExpression: 'attribute_not_exists(#id)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
});

test('R55 a write whose reply was lost finds its own entry', async () => {
  dynamodb.on(PutItemCommand).rejects(taken(entry()));
  await expect(log.append(entry())).resolves.toBe('ours');
});

test.each([
  ['another command', entry({ commandId: 'page:nonce-2' })],
  ['the same command with other content', entry({ comment: 'no' })],
  ['something that is no entry', { id: ID, seq: 2, commandId: 'page:nonce-1' }],
])('R4 a number that is taken by %s is taken', async (_what, there) => {
  dynamodb.on(PutItemCommand).rejects(taken(there));
  await expect(log.append(entry())).resolves.toBe('taken');
});

test('R37 a write that failed for any other reason is a fault', async () => {
  dynamodb.on(PutItemCommand).rejects(new ThrottlingException({ message: 'slow down', ...meta(400) }));
  await expect(log.append(entry())).rejects.toThrow('slow down');
});

test('a log is read to its last page, strongly consistent, with its hashes', async () => {
  const [one, two] = [entry(), entry({ seq: 3 })];
  dynamodb
    .on(QueryCommand)
    .resolvesOnce({ Items: [toItem(one)], LastEvaluatedKey: { id: { S: ID }, seq: { N: '2' } } })
    .resolvesOnce({ Items: [toItem(two)] });
  const read = await log.read(ID);
  expect(read.map(hashOf)).toEqual([hashOf(one), hashOf(two)]);
  const calls = dynamodb.commandCalls(QueryCommand).map((call) => call.args[0].input);
  expect(calls).toMatchObject([
    { ConsistentRead: true },
    { ConsistentRead: true, ExclusiveStartKey: { id: { S: ID }, seq: { N: '2' } } },
  ]);
});

test('an entry with attributes of a later version keeps them, so that its hash holds', async () => {
  const later = { ...entry(), invented: { later: [1] } };
  dynamodb.on(QueryCommand).resolves({ Items: [toItem(later)] });
  const [read] = await log.read(ID);
  expect(read).toEqual(later);
});

test('R34 an item that is no entry is a fault, and the message names it', async () => {
  dynamodb.on(QueryCommand).resolves({ Items: [toItem({ id: ID, seq: 7, type: 'nonsense' })] });
  await expect(log.read(ID)).rejects.toThrow(`${ID} / 7`);
});
