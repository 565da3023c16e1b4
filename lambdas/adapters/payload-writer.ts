import type { PayloadStore } from '../services.ts';
import type { WriteObject } from './s3-writing.ts';

/** Stores payloads under the request they belong to, where `payloadReader` finds them. */
export function payloadWriter(write: WriteObject, bucket: string): Pick<PayloadStore, 'put'> {
  return {
    async put(id, digest, text) {
      const key = `requests/${id}/${digest}.json`;
      return { bucket, key, versionId: await write({ bucket, key }, text), digest };
    },
  };
}
