import * as z from 'zod/mini';
import { regionOf, signedFetch } from './signed-fetch.ts';

/** HMAC-SHA-256 of a message under a KMS key that never leaves KMS: 32 bytes. Throws where KMS gives none. */
export type MakeMac = (keyId: string, message: Uint8Array) => Promise<Uint8Array>;

const Made = z.object({ Mac: z.string() });
const Failed = z.object({ __type: z.string() });

export const macFromKms: MakeMac = async (keyId, message) => {
  const reply = await signedFetch({
    service: 'kms',
    url: process.env.AWS_ENDPOINT_URL_KMS ?? process.env.AWS_ENDPOINT_URL ?? kmsOf(process.env),
    within: 2000,
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.GenerateMac' },
    body: JSON.stringify({
      KeyId: keyId,
      MacAlgorithm: 'HMAC_SHA_256',
      Message: Buffer.from(message).toString('base64'),
    }),
  });
  if ('failed' in reply) throw new Error(`KMS did not answer (${reply.failed}).`);
  const answer = parsed(reply.bytes);
  const made = Made.safeParse(answer);
  // The answer itself stays out of every message: where it is no error, it holds the secret.
  if (reply.status !== 200 || !made.success) {
    const failed = Failed.safeParse(answer);
    throw new Error(`KMS made no MAC (${failed.success ? failed.data.__type : `HTTP ${reply.status}`}).`);
  }
  return new Uint8Array(Buffer.from(made.data.Mac, 'base64'));
};

function kmsOf(env: Record<string, string | undefined>): string {
  return `https://kms.${regionOf(env)}.amazonaws.com/`;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
