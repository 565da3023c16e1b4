import { AwsClient } from 'aws4fetch';

/** Where an object stands. Without `versionId`, its newest version. */
export interface ObjectPlace {
  bucket: string;
  key: string;
  versionId?: string;
}

/** Reads an object as UTF-8 text. Throws where it is missing or cannot be read. */
export type ReadObject = (place: ObjectPlace) => Promise<string>;

/** Milliseconds an attempt may take, and how many there are: a page waits for it, and a read can be repeated. */
const WITHIN = process.env.AWS_ENDPOINT_URL ? 20_000 : 3000;
const ATTEMPTS = 3;

let client: AwsClient | undefined;

/**
 * Reads from S3 with a signed `fetch`: the SDK's S3 client would be two thirds of the function that takes the vote.
 * Credentials, region and endpoint come from where the SDK takes them in a Lambda: the environment.
 */
export const readFromS3: ReadObject = async (place) => {
  const url = urlOf(place);
  const named = `The object ${place.key} in ${place.bucket}`;
  let why = '';
  for (let tries = 0; tries < ATTEMPTS; tries++) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** tries));
    try {
      const response = await signed().fetch(url, { signal: AbortSignal.timeout(WITHIN) });
      if (response.ok)
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await response.arrayBuffer());
      why = `HTTP ${response.status}`;
      // Read to its end, so that the connection can be used again.
      await response.arrayBuffer();
      if (response.status < 500 && response.status !== 429) break;
    } catch (error) {
      why = error instanceof Error ? error.name : 'unknown';
    }
  }
  throw new Error(`${named} could not be read (${why}).`);
};

function signed(): AwsClient {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION } = process.env;
  client ??= new AwsClient({
    accessKeyId: AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '',
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    region: AWS_REGION ?? 'us-east-1',
    service: 's3',
    // Ours are the loop's: its own repeat server errors only, not a connection that broke.
    retries: 0,
  });
  return client;
}

/** The object's address: by the bucket's own host on AWS, by path where an endpoint is given. */
export function urlOf({ bucket, key, versionId }: ObjectPlace, env: Record<string, string | undefined> = process.env) {
  const path = key.split('/').map(encodeURIComponent).join('/');
  const endpoint = env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  const base = endpoint
    ? `${endpoint.replace(/\/+$/, '')}/${bucket}`
    : `https://${bucket}.s3.${env.AWS_REGION ?? 'us-east-1'}.amazonaws.com`;
  return `${base}/${path}${versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`}`;
}
