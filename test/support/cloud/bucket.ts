import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { incomingPrefix } from '../../../core/intake/payload.ts';
import { output } from '../aws.ts';
import { root } from './clients.ts';

/** Puts a payload where its source may leave it; returns its key. */
export async function leave(source: string, name: string, text: string): Promise<string> {
  const Key = incomingPrefix(source) + name;
  await root.s3().send(new PutObjectCommand({ Bucket: output('PayloadBucketName'), Key, Body: text }));
  return Key;
}

/** Puts something else under the name of a stored payload. */
export async function replace(key: string, text: string): Promise<void> {
  await root.s3().send(new PutObjectCommand({ Bucket: output('PayloadBucketName'), Key: key, Body: text }));
}

/** Fetches what an answer's `payloadRef` points at. */
export async function fetchPayload(of: { bucket: string; key: string; versionId: string }): Promise<string> {
  const { bucket: Bucket, key: Key, versionId: VersionId } = of;
  const { Body } = await root.s3().send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return (await Body?.transformToString()) ?? '';
}
