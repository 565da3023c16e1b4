import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { personTag } from '../../../core/link.ts';
import type { PolicyPerson, PolicyPointer } from '../../../core/policy/policy.ts';
import { personItem, pointerItem } from '../../../lambdas/adapters/policy-items.ts';
import { policyPublisher } from '../../../lambdas/adapters/policy-publishing.ts';
import { meta } from './support.ts';

const dynamodb = mockClient(DynamoDBClient);
const s3 = mockClient(S3Client);
const region = 'us-east-1';
const publisher = policyPublisher(new DynamoDBClient({ region }), 'Policy', {
  client: new S3Client({ region }),
  bucket: 'policies-bucket',
});
const person = (key: string, email = `${key}@example.com`): PolicyPerson => ({
  person: key,
  name: key,
  email,
  addresses: [email],
});
const pointer: PolicyPointer = {
  version: 'a'.repeat(64),
  publishedAt: '2026-11-21T10:00:00.000Z',
  publishedBy: 'somebody',
  epoch: 1,
  revoked: [],
};
const next: PolicyPointer = { ...pointer, version: 'b'.repeat(64), publishedAt: '2026-11-21T11:00:00.000Z' };
const now = new Date('2026-11-21T10:00:00.000Z');
const conditionFailed = (more: object = {}) =>
  new ConditionalCheckFailedException({ message: 'no', ...more, ...meta(400) });

beforeEach(() => {
  dynamodb.reset();
  s3.reset();
});

test('a version is never written over; the same one again changes nothing', async () => {
  s3.on(PutObjectCommand)
    .resolvesOnce({})
    .rejectsOnce(
      new S3ServiceException({ name: 'PreconditionFailed', message: 'there', $fault: 'client', ...meta(412) }),
    );
  await publisher.putVersion('d1', '{}');
  await publisher.putVersion('d1', '{}');
  expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
    Bucket: 'policies-bucket',
    Key: 'policies/d1.json',
    Body: '{}',
    IfNoneMatch: '*',
  });
});

test('a version that S3 does not take is a fault', async () => {
  s3.on(PutObjectCommand).rejects(
    new S3ServiceException({ name: 'AccessDenied', message: 'denied', $fault: 'client', ...meta(403) }),
  );
  await expect(publisher.putVersion('d1', '{}')).rejects.toThrow('denied');
});

test('R18 the directory becomes exactly what was published: removals first, then what changed, nothing else', async () => {
  dynamodb
    .on(ScanCommand)
    .resolvesOnce({ Items: [personItem(person('bob')), pointerItem(pointer)], LastEvaluatedKey: { key: { S: 'x' } } })
    .resolvesOnce({ Items: [personItem(person('carol')), personItem(person('dan'))] });
  dynamodb.on(BatchWriteItemCommand).resolves({});
  const wanted = [person('bob'), person('carol', 'carol@example.org'), person('erin')];
  await expect(publisher.putPeople(wanted)).resolves.toEqual({ written: 2, removed: 1 });
  const writes = dynamodb.commandCalls(BatchWriteItemCommand).map((call) => call.args[0].input.RequestItems?.Policy);
  expect(writes).toEqual([
    [{ DeleteRequest: { Key: { key: { S: `person#${personTag('dan')}` } } } }],
    [
      { PutRequest: { Item: personItem(person('carol', 'carol@example.org')) } },
      { PutRequest: { Item: personItem(person('erin')) } },
    ],
  ]);
});

test('R7 a directory that names one person twice is not published', async () => {
  dynamodb.on(ScanCommand).resolves({ Items: [] });
  await expect(publisher.putPeople([person('bob'), person('bob', 'b@example.com')])).rejects.toThrow('twice');
  expect(dynamodb.commandCalls(BatchWriteItemCommand)).toHaveLength(0);
});

test('people that DynamoDB left out are written again, and a directory it does not take whole is a fault', async () => {
  const left = [{ PutRequest: { Item: personItem(person('bob')) } }];
  dynamodb.on(ScanCommand).resolves({ Items: [] });
  dynamodb
    .on(BatchWriteItemCommand)
    .resolvesOnce({ UnprocessedItems: { Policy: left } })
    .resolvesOnce({});
  await expect(publisher.putPeople([person('bob')])).resolves.toEqual({ written: 1, removed: 0 });
  dynamodb.on(BatchWriteItemCommand).resolves({ UnprocessedItems: { Policy: left } });
  await expect(publisher.putPeople([person('bob')])).rejects.toThrow('does not take all of the directory');
});

test('the pointer moves only from what was read, every attribute of it', async () => {
  dynamodb.on(PutItemCommand).resolves({});
  await expect(publisher.movePointer(next, pointer)).resolves.toBe('moved');
  const input = dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input;
  expect(input?.Item).toEqual(pointerItem(next));
  for (const name of Object.keys(pointer)) expect(input?.ConditionExpression).toContain(`#${name} = :${name}`);
  expect(input?.ExpressionAttributeValues).toMatchObject({ ':epoch': { N: '1' }, ':revoked': { L: [] } });
});

test('the first pointer is put only where there is none', async () => {
  dynamodb.on(PutItemCommand).resolves({});
  await publisher.movePointer(next, undefined);
  expect(dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input.ConditionExpression).toBe(
    'attribute_not_exists(#key)',
  );
});

test('of two publishers one is told that it was overtaken; R55 one whose reply was lost is not', async () => {
  dynamodb.on(PutItemCommand).rejects(conditionFailed({ Item: pointerItem({ ...next, epoch: 2 }) }));
  await expect(publisher.movePointer(next, pointer)).resolves.toBe('overtaken');
  dynamodb.on(PutItemCommand).rejects(conditionFailed({ Item: pointerItem(next) }));
  await expect(publisher.movePointer(next, pointer)).resolves.toBe('moved');
});

test('one publishes at a time, and the lease is given back whatever happens', async () => {
  dynamodb.on(PutItemCommand).resolves({});
  dynamodb.on(DeleteItemCommand).resolves({});
  await expect(publisher.alone(now, async () => 'done')).resolves.toBe('done');
  await expect(publisher.alone(now, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(dynamodb.commandCalls(DeleteItemCommand)).toHaveLength(2);
  const lease = dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input;
  expect(lease?.Item?.until).toEqual({ N: String(now.getTime() / 1000 + 120) });
  expect(lease?.ConditionExpression).toContain('#until < :now');
  dynamodb.on(PutItemCommand).rejects(conditionFailed());
  await expect(publisher.alone(now, () => Promise.reject(new Error('not reached')))).resolves.toBe('busy');
});

test('a lease that cannot be given back does not undo what was published', async () => {
  dynamodb.on(PutItemCommand).resolves({});
  dynamodb.on(DeleteItemCommand).rejects(new Error('gone'));
  await expect(publisher.alone(now, async () => 'done')).resolves.toBe('done');
});
