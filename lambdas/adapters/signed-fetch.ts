import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';

/** One signed call. `within` is milliseconds an attempt may take. */
export interface SignedCall {
  service: 's3' | 'kms' | 'dynamodb';
  url: string;
  within: number;
  method?: 'GET' | 'POST' | 'PUT';
  headers?: Record<string, string>;
  body?: string;
}

type Sent = Pick<SignedCall, 'method' | 'headers' | 'body'>;

/** What AWS answered, whatever its status; `failed` names what kept it from answering. */
export type SignedReply = { status: number; bytes: Uint8Array; headers: Headers } | { failed: string };

/** Attempts in all: whatever is called this way reads, or writes under a condition, so that it may be repeated; a person waits. */
const ATTEMPTS = 3;
/** A local cloud shares its cores with whatever drives it. */
const patience = process.env.AWS_ENDPOINT_URL ? 10 : 1;

/**
 * Calls AWS with a signed `fetch`: the function that takes the vote has no client of the SDK
 * (docs/decisions/0006).
 * Credentials come from where the SDK takes them in a Lambda: the environment. Repeats server errors, throttling and broken
 * connections.
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

async function attempt(service: string, url: string, call: Sent, within: number): Promise<SignedReply> {
  try {
    const headers = await signed(service, url, call);
    const response = await fetch(new Request(url, { ...call, headers, signal: AbortSignal.timeout(within) }));
    // Read to its end whatever it is, so that the connection can be used again.
    const { status, headers: answered } = response;
    return { status, bytes: new Uint8Array(await response.arrayBuffer()), headers: answered };
  } catch (error) {
    return { failed: error instanceof Error ? error.name : 'unknown' };
  }
}

function isPassing({ status, bytes }: Exclude<SignedReply, { failed: string }>): boolean {
  if (status >= 500 || status === 429) return true;
  return status === 400 && /Throttling|ThroughputExceeded|RequestLimitExceeded/.test(new TextDecoder().decode(bytes));
}

/** Signing keys by day, region and service: derived once in a process. */
const signingKeys = new Map<string, ArrayBuffer>();

async function signed(service: string, url: string, { method = 'GET', headers = {}, body }: Sent): Promise<Headers> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  const signer = new AwsV4Signer({
    ...{ service, url, method, region: regionOf(process.env), allHeaders: true, cache: signingKeys },
    // Said here, for otherwise the signer leaves what S3 is sent out of the signature.
    headers: {
      ...headers,
      'x-amz-content-sha256': createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
    },
    accessKeyId: AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '',
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  });
  return (await signer.sign()).headers;
}

export function regionOf(env: Record<string, string | undefined>): string {
  return env.AWS_REGION ?? 'us-east-1';
}
