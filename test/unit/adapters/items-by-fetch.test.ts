import { hashOf } from '../../../core/entry.ts';
import { personTag } from '../../../core/link.ts';
import { toItem } from '../../../lambdas/adapters/attributes.ts';
import { dynamoAuditLog } from '../../../lambdas/adapters/audit-log.ts';
import { itemsByFetch } from '../../../lambdas/adapters/items-by-fetch.ts';
import { dynamoPolicyInForce } from '../../../lambdas/adapters/policy-in-force.ts';
import { personItem, pointerItem } from '../../../lambdas/adapters/policy-items.ts';
import { entry, ID } from './support.ts';

type Reply = { status: number; body: object } | Error;

/** What DynamoDB answers, one reply per call; the last again and again. */
function scripted(...replies: Reply[]): Request[] {
  const asked: Request[] = [];
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (request) => {
    asked.push(request as Request);
    const reply = replies[Math.min(asked.length, replies.length) - 1];
    if (reply instanceof Error) throw reply;
    return new Response(JSON.stringify(reply?.body), { status: reply?.status ?? 500 });
  });
  return asked;
}
const ok = (body: object): Reply => ({ status: 200, body });
const refused = (name: string, more: object = {}): Reply => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'secret of the message', ...more },
});

const kept = { ...process.env };
beforeEach(() => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE';
  process.env.AWS_SECRET_ACCESS_KEY = 'secret-of-tests';
  process.env.AWS_REGION = 'eu-west-1';
  delete process.env.AWS_ENDPOINT_URL;
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...kept };
});

const log = dynamoAuditLog(itemsByFetch, 'Audit');
const policy = dynamoPolicyInForce(itemsByFetch, 'Policy');

test('an entry is put under its condition, signed, at the region’s DynamoDB', async () => {
  const asked = scripted(ok({}));
  await expect(log.append(entry())).resolves.toBe('appended');
  const [put] = asked;
  expect(put?.url).toBe('https://dynamodb.eu-west-1.amazonaws.com/');
  expect(put?.headers.get('x-amz-target')).toBe('DynamoDB_20120810.PutItem');
  expect(put?.headers.get('authorization')).toMatch(/\/eu-west-1\/dynamodb\/aws4_request/);
  expect(await put?.json()).toMatchObject({
    TableName: 'Audit',
    Item: { id: { S: ID }, seq: { N: '2' } },
    ConditionExpression: 'attribute_not_exists(#id)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
});

test('R55 a write whose reply was lost is repeated and finds its own entry', async () => {
  const asked = scripted(
    new TypeError('fetch failed'),
    refused('ConditionalCheckFailedException', { Item: toItem(entry()) }),
  );
  await expect(log.append(entry())).resolves.toBe('ours');
  expect(asked).toHaveLength(2);
});

test('R4 a number that another entry has is taken, whichever way the error’s name is written', async () => {
  scripted(refused('ConditionalCheckFailedException', { Item: toItem(entry({ comment: 'no' })) }));
  await expect(log.append(entry())).resolves.toBe('taken');
  scripted({ status: 400, body: { __type: 'ConditionalCheckFailedException' } });
  await expect(log.append(entry())).resolves.toBe('taken');
});

test.each(['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded'])(
  'R14 %s passes: it is asked again',
  async (name) => {
    const asked = scripted(refused(name), ok({}));
    await expect(log.append(entry())).resolves.toBe('appended');
    expect(asked).toHaveLength(2);
  },
);

test.each<[string, Reply, string]>([
  ['what it refuses', refused('AccessDeniedException'), 'AccessDeniedException'],
  ['an answer that is none', { status: 404, body: {} }, 'HTTP 404'],
  ['being down', { status: 503, body: {} }, 'HTTP 503'],
  ['a lost connection', new TypeError('fetch failed'), 'TypeError'],
])(
  'R14 R37 %s is a fault, for a write and a read, that says nothing of what was sent',
  async (_what, reply, named) => {
    scripted(reply);
    for (const work of [() => log.append(entry()), () => log.read(ID), () => policy.pointer()]) {
      await expect(work()).rejects.toThrow(named);
      await expect(work()).rejects.not.toThrow(/secret of the message|looks fine/);
    }
  },
  20_000,
);

test('a log is read to its last page, with its hashes', async () => {
  const [one, two] = [entry(), entry({ seq: 3 })];
  const asked = scripted(
    ok({ Items: [toItem(one)], LastEvaluatedKey: { id: { S: ID }, seq: { N: '2' } } }),
    ok({ Items: [toItem(two)] }),
  );
  expect((await log.read(ID)).map(hashOf)).toEqual([hashOf(one), hashOf(two)]);
  expect(await asked[1]?.json()).toMatchObject({ ConsistentRead: true, ExclusiveStartKey: { seq: { N: '2' } } });
});

test('R14 a reading of the log that is not one is a fault, and not an empty log', async () => {
  scripted(ok({}));
  await expect(log.read(ID)).rejects.toThrow();
});

test('R18 pointer and person are read in one call; who is not there is nobody', async () => {
  const pointer = {
    ...{ version: 'a'.repeat(64), publishedAt: '2026-11-21T10:00:00.000Z', publishedBy: 'me', epoch: 1, revoked: [] },
  };
  const bob = { person: 'bob', name: 'Bob', email: 'bob@example.com', addresses: ['bob@example.com'] };
  const asked = scripted(
    ok({ Responses: { Policy: [personItem(bob), pointerItem(pointer)] }, UnprocessedKeys: {} }),
    ok({ Responses: { Policy: [pointerItem(pointer)] } }),
    ok({}),
  );
  await expect(policy.pointerAndPerson(personTag('bob'))).resolves.toEqual({ pointer, person: bob });
  expect(asked).toHaveLength(1);
  await expect(policy.pointerAndPerson(personTag('bob'))).resolves.toEqual({ pointer, person: undefined });
  await expect(policy.pointer()).resolves.toBeUndefined();
});
