import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { type Item, toItem } from '../../../lambdas/adapters/attributes.ts';
import { dynamoMailMarkers } from '../../../lambdas/adapters/mail-markers.ts';
import { ID, meta } from './support.ts';

const dynamodb = mockClient(DynamoDBClient);
const MAIL = 'request/1/0/bob';
const [T0, T1, T2] = ['2026-11-21T10:00:00.000Z', '2026-11-21T10:05:00.000Z', '2026-11-21T10:10:00.000Z'] as const;

const markers = () => dynamoMailMarkers(new DynamoDBClient({ region: 'us-east-1' }), 'Requests');
const failed = (there?: object) =>
  new ConditionalCheckFailedException({ message: 'no', ...(there ? { Item: toItem(there) } : {}), ...meta(400) });
const claimed = { id: ID, item: `mail#${MAIL}`, at: T0, by: 'somebody', n: 1 };

/** One item with DynamoDB's conditions on it, as far as markers use them. `lost`: replies that never arrive. */
function oneItem(lost: { put?: boolean; update?: boolean } = {}) {
  const held: { item?: Item } = {};
  const refuse = () => {
    throw new ConditionalCheckFailedException({
      message: 'no',
      ...(held.item ? { Item: held.item } : {}),
      ...meta(400),
    });
  };
  dynamodb.on(PutItemCommand).callsFake(({ Item: item }) => {
    if (held.item) refuse();
    held.item = item;
    if (lost.put) refuse();
  });
  dynamodb.on(UpdateItemCommand).callsFake(({ Key, UpdateExpression, ConditionExpression, ...e }) => {
    const at = held.item ?? {};
    const values = e.ExpressionAttributeValues;
    if (ConditionExpression) {
      if (at.msg || at.by?.S !== (values[':before'] ?? values[':by']).S) refuse();
      if (ConditionExpression.includes('#n = :one') && at.n?.N !== '1') refuse();
    }
    const set = UpdateExpression.replace('SET ', '')
      .split(', ')
      .map((part: string) => part.split(' = '));
    const written = set.map(([name, value]: string[]) => [e.ExpressionAttributeNames[name ?? ''], values[value ?? '']]);
    held.item = { ...Key, ...at, ...Object.fromEntries(written) };
    if (lost.update && ConditionExpression) refuse();
  });
  dynamodb.on(DeleteItemCommand).callsFake(({ ExpressionAttributeValues: values }) => {
    if (!held.item || held.item.msg || held.item.by?.S !== values[':by'].S) refuse();
    delete held.item;
  });
  return held;
}

beforeEach(() => dynamodb.reset());

test('R23 one claim wins; the others are told that somebody is at it, and after that that it was sent', async () => {
  const held = oneItem();
  const [mine, theirs] = [markers(), markers()];
  await expect(mine.claim(ID, MAIL, T0, 60)).resolves.toBe('claimed');
  await expect(theirs.claim(ID, MAIL, T0, 60)).resolves.toBe('held');
  await mine.sent(ID, MAIL, 'message-1', T0);
  await expect(theirs.claim(ID, MAIL, T2, 60)).resolves.toBe('sent');
  expect(held.item).toMatchObject({ item: { S: `mail#${MAIL}` }, msg: { S: 'message-1' }, n: { N: '1' } });
  expect(Number(held.item?.ttl?.N)).toBe(Date.parse(T0) / 1000 + 400 * 24 * 3600);
});

test('a claim that stayed unsent is given out once more, and then never again', async () => {
  oneItem();
  await markers().claim(ID, MAIL, T0, 60);
  await expect(markers().claim(ID, MAIL, '2026-11-21T10:01:00.000Z', 60)).resolves.toBe('held');
  await expect(markers().claim(ID, MAIL, T1, 60)).resolves.toBe('again');
  await expect(markers().claim(ID, MAIL, T1, 60)).resolves.toBe('held');
  await expect(markers().claim(ID, MAIL, T2, 60)).resolves.toBe('lost');
});

test('R55 a claim whose reply was lost is still ours, the first and the second', async () => {
  oneItem({ put: true, update: true });
  await expect(markers().claim(ID, MAIL, T0, 60)).resolves.toBe('claimed');
  await expect(markers().claim(ID, MAIL, T1, 60)).resolves.toBe('again');
});

test('of two who find the same stale claim, one sends', async () => {
  dynamodb.on(PutItemCommand).rejects(failed(claimed));
  dynamodb.on(UpdateItemCommand).rejects(failed({ ...claimed, by: 'the other', n: 2, at: T1 }));
  await expect(markers().claim(ID, MAIL, T1, 60)).resolves.toBe('held');
  dynamodb.on(UpdateItemCommand).rejects(failed({ ...claimed, msg: 'message-1' }));
  await expect(markers().claim(ID, MAIL, T1, 60)).resolves.toBe('sent');
  dynamodb.on(UpdateItemCommand).rejects(failed());
  await expect(markers().claim(ID, MAIL, T1, 60)).resolves.toBe('held');
});

test('R33 a claim that is given back can be claimed at once', async () => {
  oneItem();
  const mine = markers();
  await mine.claim(ID, MAIL, T0, 60);
  await mine.release(ID, MAIL);
  await expect(markers().claim(ID, MAIL, T0, 60)).resolves.toBe('claimed');
});

test('giving back the second try gives back that try only: two mails at most may have gone out', async () => {
  oneItem();
  await markers().claim(ID, MAIL, T0, 60);
  const second = markers();
  await expect(second.claim(ID, MAIL, T1, 60)).resolves.toBe('again');
  await second.release(ID, MAIL);
  await expect(markers().claim(ID, MAIL, T1, 60)).resolves.toBe('again');
  await expect(markers().claim(ID, MAIL, T2, 60)).resolves.toBe('lost');
});

test('a slow sender gives back nothing that is somebody else’s by now, nor what was sent', async () => {
  const held = oneItem();
  const slow = markers();
  await slow.claim(ID, MAIL, T0, 60);
  const other = markers();
  await other.claim(ID, MAIL, T1, 60);
  await slow.release(ID, MAIL);
  expect(held.item).toMatchObject({ n: { N: '2' } });
  await other.sent(ID, MAIL, 'message-2', T1);
  await other.release(ID, MAIL);
  expect(held.item).toMatchObject({ msg: { S: 'message-2' } });
  await markers().release(ID, MAIL);
  expect(held.item).toMatchObject({ msg: { S: 'message-2' } });
});

test('R42 what is left to a digest is noted once, and nothing of what was known is lost by it', async () => {
  const held = oneItem();
  dynamodb.on(GetItemCommand).callsFake(() => ({ Item: held.item }));
  await expect(markers().look(ID, MAIL)).resolves.toBeUndefined();
  await markers().leave(ID, MAIL, T0);
  await markers().leave(ID, MAIL, T1);
  await expect(markers().look(ID, MAIL)).resolves.toEqual({ at: T0, sent: false, left: true });
  await markers().sent(ID, MAIL, 'digest-1', T1);
  await expect(markers().look(ID, MAIL)).resolves.toEqual({ at: T0, sent: true, left: true });
  expect(dynamodb.commandCalls(GetItemCommand)[0]?.args[0].input.ConsistentRead).toBe(true);
});

test('R42 all that is known of a request’s mails, page by page, and of nothing else that stands beside its row', async () => {
  const [one, two] = [
    { id: ID, item: 'mail#ask/1/0/bob/1', at: T0, left: true },
    { id: ID, item: 'mail#outcome', at: T1, by: 'somebody', n: 1, msg: 'message-1' },
  ];
  dynamodb
    .on(QueryCommand)
    .resolvesOnce({ Items: [toItem(one)], LastEvaluatedKey: { id: { S: ID } } })
    .resolvesOnce({ Items: [toItem(two)] });
  await expect(markers().lookAt(ID)).resolves.toEqual(
    new Map([
      ['ask/1/0/bob/1', { at: T0, sent: false, left: true }],
      ['outcome', { at: T1, sent: true, left: false }],
    ]),
  );
  expect(dynamodb.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({
    ConsistentRead: true,
    KeyConditionExpression: '#id = :id AND begins_with(#item, :mail)',
    ExpressionAttributeValues: { ':id': { S: ID }, ':mail': { S: 'mail#' } },
  });
});

test('R42 markers are counted to the last page, after every write that came before', async () => {
  const from = { id: { S: 'asks#bob' }, item: { S: 'mail#a' } };
  dynamodb.on(QueryCommand).resolvesOnce({ Count: 7, LastEvaluatedKey: from }).resolvesOnce({ Count: 5 });
  await expect(markers().countIn('asks#bob')).resolves.toBe(12);
  const [first, second] = dynamodb.commandCalls(QueryCommand).map(({ args }) => args[0].input);
  expect(first).toMatchObject({ Select: 'COUNT', ConsistentRead: true });
  expect(first?.ExclusiveStartKey).toBeUndefined();
  expect(second?.ExclusiveStartKey).toEqual(from);
});
