import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { sha256Hex } from '../../../core/canonical.ts';
import { limits } from '../../../core/limits.ts';
import { toItem } from '../../../lambdas/adapters/attributes.ts';
import { dynamoWaitingTasks } from '../../../lambdas/adapters/waiting-tasks.ts';
import type { WaitingTask } from '../../../lambdas/services.ts';
import { ARN, ID, meta, shownBy, TOKEN } from './support.ts';

const dynamodb = mockClient(DynamoDBClient);
const waiting = dynamoWaitingTasks(new DynamoDBClient({ region: 'us-east-1' }), 'Waiting');
const task: WaitingTask = {
  key: 'task-key',
  execution: ARN,
  own: true,
  holds: true,
  token: TOKEN,
  id: ID,
  since: '2026-11-21T10:59:59.999Z',
};
const stored = { execution: sha256Hex(ARN), task: 'task-key', arn: ARN, own: true, holds: true, token: TOKEN, id: ID };

beforeEach(() => dynamodb.reset());

test('a task is put once: its execution hashed, its hour beside it, until after the longest wait', async () => {
  dynamodb.on(PutItemCommand).resolves({});
  await waiting.put(task);
  const input = dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input;
  const ttl = Math.ceil(Date.parse(task.since) / 1000) + limits.backstopSeconds + 7 * 24 * 3600;
  const { token: _, ...readable } = stored;
  expect(input?.Item).toEqual({
    ...toItem({ ...readable, since: task.since, hour: '2026-11-21T10', ttl }),
    token: { B: Buffer.from(TOKEN, 'base64') },
  });
  expect(input?.ConditionExpression).toBe('attribute_not_exists(#task)');
});

test('R21 putting the same task again changes nothing', async () => {
  dynamodb.on(PutItemCommand).rejects(new ConditionalCheckFailedException({ message: 'there', ...meta(400) }));
  await expect(waiting.put(task)).resolves.toBeUndefined();
});

test('a task whose execution is unknown has a partition of its own, and can be found and removed there', async () => {
  dynamodb.on(PutItemCommand).resolves({});
  dynamodb.on(GetItemCommand).resolves({});
  dynamodb.on(DeleteItemCommand).resolves({});
  const { execution: _, ...unknown } = task;
  await waiting.put(unknown);
  await waiting.get(unknown);
  await waiting.remove(unknown);
  const key = { execution: { S: sha256Hex('task-key') }, task: { S: 'task-key' } };
  expect(dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input.Item).toMatchObject(key);
  expect(dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input.Item).not.toHaveProperty('arn');
  expect(dynamodb.commandCalls(GetItemCommand)[0]?.args[0].input).toMatchObject({ Key: key, ConsistentRead: true });
  expect(dynamodb.commandCalls(DeleteItemCommand)[0]?.args[0].input.Key).toEqual(key);
});

test('a task is read as it was put', async () => {
  dynamodb.on(GetItemCommand).resolves({ Item: toItem({ ...stored, since: task.since, hour: 'h', ttl: 1 }) });
  await expect(waiting.get(task)).resolves.toEqual(task);
});

test.each([
  ['of base64, as AWS makes them, and its longest', `${'A'.repeat(2_044)}Bw==`, 2_048 * 0.75 - 2],
  ['of base64 that does not come back letter for letter', 'Bx==', undefined],
  ['of anything else', '0f0e-d1c2', undefined],
])('a token %s is answered with letter for letter', async (_, token, bytes) => {
  dynamodb.on(PutItemCommand).resolves({});
  await waiting.put({ ...task, token });
  const { Item } = dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input ?? {};
  expect(Item?.token?.B?.length).toBe(bytes);
  dynamodb.on(GetItemCommand).resolves({ Item: Item ?? {} });
  await expect(waiting.get(task)).resolves.toMatchObject({ token });
});

test('R12 an item that cannot be read is a fault that shows no token', async () => {
  dynamodb.on(GetItemCommand).resolves({ Item: toItem({ ...stored, own: 'yes' }) });
  const shown = await shownBy(waiting.get(task));
  expect(shown).toContain('task-key');
  expect(shown).not.toContain(TOKEN.slice(0, 20));
});

test('R12 the tasks of an execution are read without their tokens, as the asking role is held to', async () => {
  dynamodb
    .on(QueryCommand)
    .resolvesOnce({ Items: [toItem({ id: ID, task: 'a' })], LastEvaluatedKey: { task: { S: 'a' } } })
    .resolvesOnce({ Items: [toItem({ id: ID, task: 'b' })] });
  await expect(waiting.ofExecution(ARN)).resolves.toEqual([
    { id: ID, key: 'a' },
    { id: ID, key: 'b' },
  ]);
  expect(dynamodb.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({
    Select: 'SPECIFIC_ATTRIBUTES',
    ProjectionExpression: '#id, #task',
    ConsistentRead: true,
    ExpressionAttributeValues: { ':execution': { S: sha256Hex(ARN) } },
  });
});

test('R56 openings without a task are found by their hour as tasks are', async () => {
  dynamodb.on(PutItemCommand).resolves({});
  await waiting.noteOpening(ID, task.since);
  const item = dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input.Item ?? {};
  expect(item).toMatchObject({ execution: { S: `opening#${ID}` }, task: { S: '-' }, hour: { S: '2026-11-21T10' } });
  expect(item).not.toHaveProperty('token');
  dynamodb.on(QueryCommand).resolves({ Items: [item, toItem({ ...stored, since: task.since })] });
  const begun = [];
  for await (const one of waiting.begunIn('2026-11-21T10')) begun.push(one);
  expect(begun).toEqual([
    { id: ID, key: '-', since: task.since },
    { id: ID, key: 'task-key', since: task.since, execution: ARN },
  ]);
  expect(dynamodb.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({ IndexName: 'begun' });
});
