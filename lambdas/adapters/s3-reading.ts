import { regionOf, signedFetch } from './signed-fetch.ts';

/** Where an object stands. Without `versionId`, its newest version. */
export interface ObjectPlace {
  bucket: string;
  key: string;
  versionId?: string;
}

/** Reads an object as UTF-8 text. Throws where it is missing, cannot be read or is not UTF-8. */
export type ReadObject = (place: ObjectPlace) => Promise<string>;

/** Milliseconds for up to a megabyte. */
const WITHIN = 3000;

export const readFromS3: ReadObject = async (place) => {
  const reply = await signedFetch({ service: 's3', url: urlOf(place), within: WITHIN });
  if ('failed' in reply || reply.status !== 200) {
    const why = 'failed' in reply ? reply.failed : `HTTP ${reply.status}`;
    throw new Error(`The object ${place.key} in ${place.bucket} could not be read (${why}).`);
  }
  // Exactly the bytes that were digested: nothing replaced, nothing dropped.
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(reply.bytes);
};

/** The object's address: by the bucket's own host on AWS, by path where an endpoint is given. */
export function urlOf({ bucket, key, versionId }: ObjectPlace, env: Record<string, string | undefined> = process.env) {
  const path = key.split('/').map(encodeURIComponent).join('/');
  const endpoint = env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  const base = endpoint
    ? `${endpoint.replace(/\/+$/, '')}/${bucket}`
    : `https://${bucket}.s3.${regionOf(env)}.amazonaws.com`;
  return `${base}/${path}${versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`}`;
}
