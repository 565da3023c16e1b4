import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { limits } from '../../core/limits.ts';
import type { PayloadReader, PayloadStore } from '../services.ts';

/** Payloads in their versioned bucket: ours under `requests/`, callers' under `incoming/`. */
export function s3PayloadStore(client: S3Client, bucket: string, reader: PayloadReader): PayloadStore {
  return {
    async put(id, digest, text) {
      const key = `requests/${id}/${digest}.json`;
      const put = await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: 'application/json' }),
      );
      // Without a version, what an entry refers to could be replaced.
      if (!put.VersionId || put.VersionId === 'null') throw new Error(`The bucket ${bucket} keeps no versions.`);
      return { bucket, key, versionId: put.VersionId, digest };
    },

    get: (ref) => reader.get(ref),

    async fetchIncoming(key) {
      try {
        const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        if (!got.Body) return undefined;
        // Chunk by chunk: the size comes from the caller's upload, and memory is ours.
        const chunks: Uint8Array[] = [];
        let bytes = 0;
        for await (const chunk of got.Body.transformToWebStream()) {
          bytes += chunk.byteLength;
          if (bytes > limits.payload) return 'too_large';
          chunks.push(chunk);
        }
        return Buffer.concat(chunks).toString('utf8');
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}
