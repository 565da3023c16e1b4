import { BatchGetItemCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { canonicalJson, sha256Hex } from '../../../core/canonical.ts';
import { personTag } from '../../../core/link.ts';
import type { Policy, PolicyPerson, PolicyPointer } from '../../../core/policy/policy.ts';
import { itemsBySdk } from '../../../lambdas/adapters/items-by-sdk.ts';
import { dynamoPolicyInForce } from '../../../lambdas/adapters/policy-in-force.ts';
import { personItem, pointerItem } from '../../../lambdas/adapters/policy-items.ts';
import { policyVersions } from '../../../lambdas/adapters/policy-versions.ts';

const dynamodb = mockClient(DynamoDBClient);
const inForce = dynamoPolicyInForce(itemsBySdk(new DynamoDBClient({ region: 'us-east-1' })), 'Policy');
const pointer: PolicyPointer = {
  version: 'a'.repeat(64),
  publishedAt: '2026-11-21T10:00:00.000Z',
  publishedBy: 'arn:aws:sts::000000000000:assumed-role/publisher/me',
  epoch: 2,
  revoked: [{ epoch: 1, at: '2026-11-20T10:00:00.000Z' }],
};
const bob: PolicyPerson = { person: 'bob', name: 'Bob', email: 'bob@example.com', addresses: ['bob@example.com'] };

beforeEach(() => dynamodb.reset());

test('R18 pointer and person are read fresh and in one round trip', async () => {
  dynamodb.on(BatchGetItemCommand).resolves({ Responses: { Policy: [personItem(bob), pointerItem(pointer)] } });
  await expect(inForce.pointerAndPerson(personTag('bob'))).resolves.toEqual({ pointer, person: bob });
  const calls = dynamodb.calls();
  expect(calls).toHaveLength(1);
  expect(calls[0]?.args[0].input).toEqual({
    RequestItems: {
      Policy: { Keys: [{ key: { S: 'pointer' } }, { key: { S: `person#${personTag('bob')}` } }], ConsistentRead: true },
    },
  });
});

test('R18 somebody who is not in the directory any more is nobody', async () => {
  dynamodb.on(BatchGetItemCommand).resolves({ Responses: { Policy: [pointerItem(pointer)] } });
  await expect(inForce.pointerAndPerson(personTag('bob'))).resolves.toEqual({ pointer, person: undefined });
});

test('R18 people are read in one round trip, as many as one takes, and who has left is not among them', async () => {
  const dan = { ...bob, person: 'dan', groups: ['security'] };
  dynamodb.on(BatchGetItemCommand).resolves({ Responses: { Policy: [personItem(dan)] } });
  await expect(inForce.people(['bob', 'dan'])).resolves.toEqual([dan]);
  expect(dynamodb.calls()).toHaveLength(1);
  const many = Array.from({ length: 150 }, (_, i) => `person${i}`);
  await inForce.people(many);
  expect(
    dynamodb.commandCalls(BatchGetItemCommand).map(({ args }) => args[0].input.RequestItems?.Policy?.Keys?.length),
  ).toEqual([2, 100, 50]);
});

test('R14 keys that DynamoDB left out are asked for once more; what it still leaves out is a fault', async () => {
  const left = { Policy: { Keys: [{ key: { S: `person#${personTag('bob')}` } }], ConsistentRead: true } };
  dynamodb
    .on(BatchGetItemCommand)
    .resolvesOnce({ Responses: { Policy: [pointerItem(pointer)] }, UnprocessedKeys: left })
    .resolvesOnce({ Responses: { Policy: [personItem(bob)] } })
    .resolves({ Responses: {}, UnprocessedKeys: left });
  await expect(inForce.pointerAndPerson(personTag('bob'))).resolves.toEqual({ pointer, person: bob });
  await expect(inForce.pointerAndPerson(personTag('bob'))).rejects.toThrow('does not read the policy');
});

test('before the first publish there is no pointer', async () => {
  dynamodb.on(GetItemCommand).resolves({});
  await expect(inForce.pointer()).resolves.toBeUndefined();
  expect(dynamodb.commandCalls(GetItemCommand)[0]?.args[0].input.ConsistentRead).toBe(true);
});

test('a pointer that nobody published is a fault that names what is wrong', async () => {
  dynamodb.on(GetItemCommand).resolves({ Item: { key: { S: 'pointer' }, version: { S: 'x' } } });
  await expect(inForce.pointer()).rejects.toThrow(/pointer cannot be read: .*epoch/);
});

const policy: Policy = { directory: { people: {}, groups: {} }, sources: {}, environments: {} };
const textOf = (n: number) => canonicalJson({ ...policy, directory: { people: {}, groups: { g: [String(n)] } } });

test('a version is read once, and only the latest few stay in memory', async () => {
  const texts = new Map(Array.from({ length: 5 }, (_, n) => [sha256Hex(textOf(n)), textOf(n)]));
  const asked: string[] = [];
  const versions = policyVersions(async ({ bucket, key }) => {
    asked.push(`${bucket}/${key}`);
    return texts.get(key.slice('policies/'.length, -'.json'.length)) ?? '';
  }, 'policies-bucket');
  const digests = [...texts.keys()];
  for (const digest of [...digests, ...digests.slice(-3)]) await versions.version(digest);
  expect(asked).toEqual(digests.map((digest) => `policies-bucket/policies/${digest}.json`));
  await versions.version(digests[0] ?? '');
  expect(asked).toHaveLength(6);
});

test('R14 a version that is not what its digest says is never used', async () => {
  const versions = policyVersions(async () => textOf(2), 'policies-bucket');
  await expect(versions.version(sha256Hex(textOf(1)))).rejects.toThrow('not what its digest says');
});
