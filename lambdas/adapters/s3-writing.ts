import { type ObjectPlace, urlOf } from './s3-reading.ts';
import { signedFetch } from './signed-fetch.ts';

/** Writes an object of JSON text; returns the version it became. Throws where it is not written, or the bucket keeps no versions. */
export type WriteObject = (place: Pick<ObjectPlace, 'bucket' | 'key'>, text: string) => Promise<string>;

/** Milliseconds for up to a megabyte. */
const WITHIN = 3000;

export const writeToS3: WriteObject = async ({ bucket, key }, text) => {
  const url = urlOf({ bucket, key });
  const headers = { 'content-type': 'application/json' };
  const reply = await signedFetch({ service: 's3', method: 'PUT', url, within: WITHIN, headers, body: text });
  if ('failed' in reply || reply.status !== 200) {
    const why = 'failed' in reply ? reply.failed : `HTTP ${reply.status}`;
    throw new Error(`The object ${key} in ${bucket} could not be written (${why}).`);
  }
  const version = reply.headers.get('x-amz-version-id');
  // Without a version, what an entry refers to could be replaced.
  if (!version || version === 'null') throw new Error(`The bucket ${bucket} keeps no versions.`);
  return version;
};
