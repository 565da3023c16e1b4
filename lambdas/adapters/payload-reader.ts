import { sha256Hex } from '../../core/canonical.ts';
import type { PayloadReader } from '../services.ts';
import type { ReadObject } from './s3-reading.ts';

/** Reads payloads that stand in the bucket. One that is not the recorded one is a fault: it is never shown, nor handed on. */
export function payloadReader(read: ReadObject): PayloadReader {
  return {
    async get({ bucket, key, versionId, digest }) {
      const text = await read({ bucket, key, versionId });
      if (sha256Hex(text) === digest) return text;
      throw new Error(`The payload ${key} (version ${versionId}) is not the one that was recorded.`);
    },
  };
}
