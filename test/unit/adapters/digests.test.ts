import { DeleteItemCommand, DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { dynamoDigests } from '../../../lambdas/adapters/digests.ts';
import type { LeftMail } from '../../../lambdas/services.ts';
import { ID } from './support.ts';

const dynamodb = mockClient(DynamoDBClient);
const digests = () => dynamoDigests(new DynamoDBClient({ region: 'us-east-1' }), 'Requests');
const ask = {
  kind: 'ask' as const,
  whose: '0123456789abcdef',
  id: ID,
  mail: 'ask/1/0/bob/1',
  source: 'events:demo.shop@000000000000',
  since: '2026-11-21T10:00:00.000Z',
};
const key = { id: { S: 'digest' }, item: { S: `0123456789abcdef/${ID}/ask/1/0/bob/1` } };

beforeEach(() => dynamodb.reset());

async function everything(): Promise<LeftMail[]> {
  const found: LeftMail[] = [];
  for await (const one of digests().waiting()) found.push(one);
  return found;
}

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
    .resolvesOnce({ Items: [] })
    .resolvesOnce({ Items: [] });
  await expect(everything()).resolves.toEqual([ask]);
  expect(dynamodb.commandCalls(QueryCommand)).toHaveLength(3);
  await digests().remove(ask);
  expect(dynamodb.commandCalls(DeleteItemCommand)[0]?.args[0].input).toMatchObject({ Key: key });
});

test('R42 what tells an outcome is kept apart from what asks: an earlier version reads only that, and drops what asks nobody', async () => {
  const tell = { ...ask, kind: 'tell' as const, mail: 'settled/bob' };
  await digests().put(tell);
  const item = dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input.Item;
  expect(item).toMatchObject({ id: { S: 'digest-tells' }, item: { S: `0123456789abcdef/${ID}/settled/bob` } });
  dynamodb
    .on(QueryCommand)
    .resolves({ Items: [] })
    .on(QueryCommand, { ExpressionAttributeValues: { ':id': { S: 'digest-tells' } } })
    .resolves({ Items: item ? [item] : [] });
  await expect(everything()).resolves.toEqual([tell]);
  await digests().remove(tell);
  expect(dynamodb.commandCalls(DeleteItemCommand)[0]?.args[0].input.Key).toMatchObject({ id: { S: 'digest-tells' } });
});
