import { DeleteItemCommand, DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { dynamoDigests } from '../../../lambdas/adapters/digests.ts';
import { ID } from './support.ts';

const dynamodb = mockClient(DynamoDBClient);
const digests = () => dynamoDigests(new DynamoDBClient({ region: 'us-east-1' }), 'Requests');
const ask = {
  person: '0123456789abcdef',
  id: ID,
  mail: 'ask/1/0/bob/1',
  source: 'events:demo.shop@000000000000',
  since: '2026-11-21T10:00:00.000Z',
};
const key = { id: { S: 'digest' }, item: { S: `0123456789abcdef/${ID}/ask/1/0/bob/1` } };

beforeEach(() => dynamodb.reset());

test('R42 what is left is kept under one key however often it is put, found again as it was, and removed', async () => {
  await digests().put(ask);
  await digests().put(ask);
  const puts = dynamodb.commandCalls(PutItemCommand).map(({ args }) => args[0].input.Item);
  expect(puts[0]).toMatchObject(key);
  expect(puts[1]).toEqual(puts[0]);
  expect(Number(puts[0]?.ttl?.N)).toBeGreaterThan(Date.parse(ask.since) / 1000 + 180 * 24 * 3600);
  dynamodb
    .on(QueryCommand)
    .resolvesOnce({ Items: puts[0] ? [puts[0]] : [], LastEvaluatedKey: key })
    .resolvesOnce({ Items: [] });
  const found = [];
  for await (const one of digests().waiting()) found.push(one);
  expect(found).toEqual([ask]);
  expect(dynamodb.commandCalls(QueryCommand)).toHaveLength(2);
  await digests().remove(ask);
  expect(dynamodb.commandCalls(DeleteItemCommand)[0]?.args[0].input).toMatchObject({ Key: key });
});
