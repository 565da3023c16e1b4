import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { dynamoPastRequests } from '../../../lambdas/adapters/past-requests.ts';

const dynamodb = mockClient(DynamoDBClient);
const past = dynamoPastRequests(new DynamoDBClient({ region: 'us-east-1' }), 'Requests');
const rows = (...ids: string[]) => ids.map((id) => ({ id: { S: id } }));
const key = (id: string, item: string) => ({ id: { S: id }, item: { S: item } });
const started = () => dynamodb.commandCalls(ScanCommand).map(({ args }) => args[0].input.ExclusiveStartKey);

beforeEach(() => dynamodb.reset());

test('every request opened since then is found, page after page of the table, and nothing that is none', async () => {
  dynamodb
    .on(ScanCommand)
    .resolvesOnce({ Items: [], LastEvaluatedKey: key('a', 'mail#1') })
    .resolvesOnce({ Items: rows('a', 'b') });
  expect(await past.since('2026-11-01T00:00:00.000Z', 5)).toEqual({ ids: ['a', 'b'] });
  expect(started()).toEqual([undefined, key('a', 'mail#1')]);
  expect(dynamodb.commandCalls(ScanCommand)[0]?.args[0].input).toMatchObject({
    FilterExpression: '#item = :row AND #openedAt >= :at',
    ExpressionAttributeValues: { ':row': { S: 'row' }, ':at': { S: '2026-11-01T00:00:00.000Z' } },
  });
});

test('where a page holds more than is wanted, the next begins after the last one that was', async () => {
  dynamodb.on(ScanCommand).resolves({ Items: rows('a', 'b', 'c'), LastEvaluatedKey: key('d', 'row') });
  expect(await past.since('2026', 2)).toEqual({ ids: ['a', 'b'], next: 'b' });
  await past.since('2026', 2, 'b');
  expect(started()).toEqual([undefined, key('b', 'row')]);
});

test('a call that found nothing in eight pages says where to go on, within a request too', async () => {
  dynamodb.on(ScanCommand).resolves({ Items: [], LastEvaluatedKey: key('asks#x', 'z/ask 1') });
  const page = await past.since('2026', 2);
  expect(page).toEqual({ ids: [], next: 'asks#x z/ask 1' });
  expect(started()).toHaveLength(8);
  dynamodb.reset();
  dynamodb.on(ScanCommand).resolves({ Items: [] });
  expect(await past.since('2026', 2, page.next)).toEqual({ ids: [] });
  expect(started()).toEqual([key('asks#x', 'z/ask 1')]);
});
