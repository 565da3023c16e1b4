import { AwsClient } from 'aws4fetch';

/** One signed call. `within` is milliseconds an attempt may take. */
export interface SignedCall {
  service: 's3' | 'kms';
  url: string;
  within: number;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
}

/** What AWS answered, whatever its status; `failed` names what kept it from answering. */
export type SignedReply = { status: number; bytes: Uint8Array } | { failed: string };

/** Attempts in all: what is called this way reads only, so that it may be repeated, and a person waits. */
const ATTEMPTS = 3;
/** A local cloud shares its cores with whatever drives it. */
const patience = process.env.AWS_ENDPOINT_URL ? 10 : 1;

let client: AwsClient | undefined;

/**
 * Calls AWS with a signed `fetch`, for the two reads that the function that takes the vote makes beside DynamoDB: a client
 * of the SDK would cost it 170 KB for S3 and 30 for KMS. Credentials come from where the SDK takes them in a Lambda: the
 * environment. Repeats server errors, throttling and broken connections.
 */
export async function signedFetch({ service, url, within, ...init }: SignedCall): Promise<SignedReply> {
  let reply: SignedReply = { failed: 'not tried' };
  for (let tries = 0; tries < ATTEMPTS; tries++) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * 2 ** tries));
    reply = await attempt(service, url, init, within * patience);
    if (!('failed' in reply) && !isPassing(reply)) break;
  }
  return reply;
}

async function attempt(service: string, url: string, init: RequestInit, within: number): Promise<SignedReply> {
  try {
    const signal = AbortSignal.timeout(within);
    const response = await signer().fetch(url, { ...init, signal, aws: { service } });
    // Read to its end whatever it is, so that the connection can be used again.
    return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) };
  } catch (error) {
    return { failed: error instanceof Error ? error.name : 'unknown' };
  }
}

function isPassing({ status, bytes }: { status: number; bytes: Uint8Array }): boolean {
  if (status >= 500 || status === 429) return true;
  return status === 400 && new TextDecoder().decode(bytes).includes('Throttling');
}

function signer(): AwsClient {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  client ??= new AwsClient({
    accessKeyId: AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '',
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    region: regionOf(process.env),
    // The loop above repeats: this one would not repeat a connection that broke.
    retries: 0,
  });
  return client;
}

export function regionOf(env: Record<string, string | undefined>): string {
  return env.AWS_REGION ?? 'us-east-1';
}
