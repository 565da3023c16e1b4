import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { dynamoAlikeRequests } from '../../../lambdas/adapters/alike-requests.ts';
import { toItem } from '../../../lambdas/adapters/attributes.ts';
import { dynamoStanding } from '../../../lambdas/adapters/standing.ts';
import { meta } from './support.ts';

const dynamodb = mockClient(DynamoDBClient);
const standing = dynamoStanding(new DynamoDBClient({ region: 'us-east-1' }), 'Requests');
beforeEach(() => dynamodb.reset());

const window = {
  ...{ id: 'w', from: '2026-11-21T10:00:00.000Z', to: '2026-11-21T12:00:00.000Z' },
  ...{ environments: ['production'], sources: ['*'] },
};

test('load, windows and past waits are read in one round trip', async () => {
  dynamodb.on(BatchGetItemCommand).resolves({
    Responses: {
      Requests: [
        { id: { S: 'load#bob' }, waiting: { SS: ['a', 'b'] }, last: { S: '2026-11-21T10:00:00.000Z' } },
        { id: { S: 'windows' }, ...toItem({ windows: { w: window } }) },
        { id: { S: 'history#production/peer_review' }, ...toItem({ waits: [{ id: 'x', seconds: 40 }], version: 3 }) },
      ],
    },
  });
  await expect(
    standing.read({ people: ['bob', 'carol'], histories: ['production/peer_review', 'production/automatic'] }),
  ).resolves.toEqual({
    load: { bob: { open: 2, last: '2026-11-21T10:00:00.000Z' }, carol: { open: 0 } },
    windows: [window],
    waits: { 'production/peer_review': [40], 'production/automatic': [] },
  });
  expect(dynamodb.calls()).toHaveLength(1);
});

test('a group of more than one call takes is looked at in part, in one call', async () => {
  dynamodb.on(BatchGetItemCommand).resolves({ Responses: { Requests: [] } });
  await standing.read({ people: Array.from({ length: 500 }, (_, i) => `p${i}`), histories: ['x'] });
  const [call] = dynamodb.commandCalls(BatchGetItemCommand);
  expect(call?.args[0].input.RequestItems?.Requests?.Keys).toHaveLength(100);
});

test('nothing known is nothing: no load, no window, no history', async () => {
  dynamodb.on(BatchGetItemCommand).resolves({ Responses: {} });
  await expect(standing.read({ people: ['bob'] })).resolves.toEqual({
    load: { bob: { open: 0 } },
    windows: [],
    waits: {},
  });
});

test('R23 what waits for somebody is a set: saying it again changes nothing', async () => {
  dynamodb.on(UpdateItemCommand).resolves({});
  await standing.waitsFor('bob', 'r1', true, '2026-11-21T10:00:00.000Z');
  await standing.waitsFor('bob', 'r1', false, '2026-11-21T10:00:00.000Z');
  const [add, remove] = dynamodb.commandCalls(UpdateItemCommand).map(({ args }) => args[0].input);
  expect(add).toMatchObject({ UpdateExpression: 'SET #last = :at ADD #open :id' });
  expect(remove).toMatchObject({ UpdateExpression: 'DELETE #open :id' });
  expect(remove?.ExpressionAttributeValues).toEqual({ ':id': { SS: ['r1'] } });
});

test('W10 a wait is noted once, the latest twenty are kept', async () => {
  const waits = Array.from({ length: 20 }, (_, i) => ({ id: `r${i}`, seconds: i }));
  dynamodb.on(GetItemCommand).resolves({ Item: toItem({ waits, version: 7 }) });
  dynamodb.on(PutItemCommand).resolves({});
  await standing.took('production/peer_review', 'r3', 99);
  expect(dynamodb.commandCalls(PutItemCommand)).toHaveLength(0);
  await standing.took('production/peer_review', 'new', 99);
  const [put] = dynamodb.commandCalls(PutItemCommand);
  expect(put?.args[0].input).toMatchObject({
    ConditionExpression: 'attribute_not_exists(#id) OR #version = :version',
    ExpressionAttributeValues: { ':version': { N: '7' } },
    Item: toItem({ waits: [...waits.slice(1), { id: 'new', seconds: 99 }], version: 8 }),
  });
});

test('a wait that another one overtook is left out; any other failure is a fault', async () => {
  dynamodb.on(GetItemCommand).resolves({});
  dynamodb
    .on(PutItemCommand)
    .rejectsOnce(new ConditionalCheckFailedException({ message: 'no', ...meta(400) }))
    .rejects(new Error('down'));
  await expect(standing.took('k', 'r', 1)).resolves.toBeUndefined();
  await expect(standing.took('k', 'r', 1)).rejects.toThrow('down');
});

test('a window asked for is listed; in force it is in the map as well; over, it is in neither', async () => {
  dynamodb.on(UpdateItemCommand).resolves({});
  await standing.windowIs('asked', window);
  await standing.windowIs('in_force', window);
  await standing.windowIs('over', window);
  const changes = dynamodb.commandCalls(UpdateItemCommand).map(({ args }) => args[0].input);
  expect(changes.map(({ UpdateExpression }) => UpdateExpression)).toEqual([
    'SET #windows = if_not_exists(#windows, :none) ADD #asked :id',
    'SET #windows = if_not_exists(#windows, :none) ADD #asked :id',
    'SET #windows.#id = :window',
    'SET #windows = if_not_exists(#windows, :none) DELETE #asked :id',
    'REMOVE #windows.#id',
  ]);
  expect(changes[2]).toMatchObject({
    Key: { id: { S: 'windows' }, item: { S: 'standing' } },
    ExpressionAttributeNames: { '#windows': 'windows', '#id': 'w' },
    ExpressionAttributeValues: toItem({ ':window': window }),
  });
  expect(changes[4]).not.toHaveProperty('ExpressionAttributeValues');
});

test('windows that are asked for are a set, empty where there never was one; beside them the map is read as ever', async () => {
  const asked = { id: { S: 'windows' }, asked: { SS: ['w', 'x'] } };
  dynamodb
    .on(BatchGetItemCommand)
    .resolvesOnce({ Responses: {} })
    .resolves({ Responses: { Requests: [asked] } });
  await expect(standing.windowsAsked()).resolves.toEqual([]);
  await expect(standing.windowsAsked()).resolves.toEqual(['w', 'x']);
  await expect(standing.read({ people: [] })).resolves.toMatchObject({ windows: [] });
});

test('W7 which requests are alike is an item each, that goes an hour after the request’s time if nobody takes it away', async () => {
  dynamodb.on(PutItemCommand).resolves({});
  dynamodb.on(DeleteItemCommand).resolves({});
  await standing.isAlike('l', 'a', '2026-11-21T10:00:00.000Z');
  await standing.isAlike('l', 'a', undefined);
  const key = { id: { S: 'alike#l' }, item: { S: 'a' } };
  const ttl = { N: String(Date.parse('2026-11-21T11:00:00.000Z') / 1000) };
  expect(dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input).toEqual({
    TableName: 'Requests',
    Item: { ...key, ttl },
  });
  expect(dynamodb.commandCalls(DeleteItemCommand)[0]?.args[0].input).toEqual({ TableName: 'Requests', Key: key });
});

test('W7 those that are alike are found by one query that reads no more than is wanted', async () => {
  const query = jest.fn().mockResolvedValue({
    Items: [{ id: { S: 'alike#l' }, item: { S: 'a' } }, { id: { S: 'alike#l' } }],
    LastEvaluatedKey: { id: { S: 'alike#l' }, item: { S: 'a' } },
  });
  await expect(dynamoAlikeRequests({ query }, 'Requests').find('l', 21)).resolves.toEqual(['a']);
  expect(query.mock.calls).toEqual([
    [expect.objectContaining({ Limit: 21, ExpressionAttributeValues: { ':id': { S: 'alike#l' } } })],
  ]);
});
