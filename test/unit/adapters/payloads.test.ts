import { Readable } from 'node:stream';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { sdkStreamMixin } from '@smithy/core/serde';
import { mockClient } from 'aws-sdk-client-mock';
import { sha256Hex } from '../../../core/canonical.ts';
import { limits } from '../../../core/limits.ts';
import { payloadReader } from '../../../lambdas/adapters/payload-reader.ts';
import { s3PayloadStore } from '../../../lambdas/adapters/payload-store.ts';
import { ID, meta } from './support.ts';

const s3 = mockClient(S3Client);
const text = '{"replicas":4}';
const digest = sha256Hex(text);
const ref = { bucket: 'payload-bucket', key: `requests/${ID}/${digest}.json`, versionId: 'v1', digest };
const store = s3PayloadStore(
  new S3Client({ region: 'us-east-1' }),
  'payload-bucket',
  payloadReader(async () => text),
);
const bodyOf = (body: string) => sdkStreamMixin(Readable.from(Buffer.from(body)));

beforeEach(() => s3.reset());

test('R44 a payload is put under its request and digest, and referred to by its version', async () => {
  s3.on(PutObjectCommand).resolves({ VersionId: 'v1' });
  await expect(store.put(ID, digest, text)).resolves.toEqual(ref);
  expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({ Key: ref.key, Body: text });
});

test('R9 a bucket that keeps no versions is a fault: what is referred to could be replaced', async () => {
  s3.on(PutObjectCommand).resolvesOnce({}).resolvesOnce({ VersionId: 'null' });
  await expect(store.put(ID, digest, text)).rejects.toThrow('keeps no versions');
  await expect(store.put(ID, digest, text)).rejects.toThrow('keeps no versions');
});

test('R9 a stored payload that is not the recorded one is a fault, never an answer', async () => {
  await expect(store.get(ref)).resolves.toBe(text);
  const tampered = payloadReader(async () => '{"replicas":40}');
  await expect(tampered.get(ref)).rejects.toThrow('not the one that was recorded');
});

test('a payload is read in the version that was recorded', async () => {
  const asked: unknown[] = [];
  const reader = payloadReader(async (place) => {
    asked.push(place);
    return text;
  });
  await reader.get(ref);
  expect(asked).toEqual([{ bucket: 'payload-bucket', key: ref.key, versionId: 'v1' }]);
});

test('what a caller put is read whole up to the limit, and refused above it', async () => {
  const largest = `"${'é'.repeat(limits.payload / 2 - 1)}"`;
  s3.on(GetObjectCommand, { Key: 'incoming/a' }).resolves({ Body: bodyOf(largest) });
  s3.on(GetObjectCommand, { Key: 'incoming/b' }).resolves({ Body: bodyOf(`${largest} `) });
  await expect(store.fetchIncoming('incoming/a')).resolves.toBe(largest);
  await expect(store.fetchIncoming('incoming/b')).resolves.toBe('too_large');
});

test('what is not there is undefined; what cannot be read is a fault', async () => {
  s3.on(GetObjectCommand)
    .rejectsOnce(new NoSuchKey({ message: 'none', ...meta(404) }))
    .rejectsOnce(new Error('denied'));
  await expect(store.fetchIncoming('incoming/c')).resolves.toBeUndefined();
  await expect(store.fetchIncoming('incoming/c')).rejects.toThrow('denied');
});
