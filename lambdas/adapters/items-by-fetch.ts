import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { Items } from './items.ts';
import { regionOf, type SignedReply, signedFetch } from './signed-fetch.ts';

/** As it stands in DynamoDB's JSON. Binary attributes are text there, and no item of ours has one. */
const Value = z.custom<AttributeValue>((value) => typeof value === 'object' && value !== null && !('B' in value));
const ItemSchema = z.record(z.string(), Value);
const Queried = z.object({ Items: z.array(ItemSchema), LastEvaluatedKey: z.optional(ItemSchema) });
const Got = z.object({ Item: z.optional(ItemSchema) });
const Many = z.object({
  Responses: z.record(z.string(), z.array(ItemSchema)),
  UnprocessedKeys: z.optional(z.record(z.string(), z.object({ Keys: z.array(ItemSchema) }))),
});
/** `there` under either name: AWS writes it large. */
const Failed = z.object({ __type: z.string(), Item: z.optional(ItemSchema) });

/** Milliseconds an attempt may take: a person waits. */
const WITHIN = 1500;

/**
 * DynamoDB by signed fetch, repeated like the SDK repeats it: a write that is repeated after a lost reply is told, by its
 * own condition, that it is there. Half of what the SDK's client adds to a function's start (docs/decisions/0006).
 */
export const itemsByFetch: Items = {
  query: async (input) => Queried.parse(await done('Query', input)),
  get: async (input) => Got.parse(await done('GetItem', input)).Item,
  async batchGet(input) {
    const { Responses, UnprocessedKeys } = Many.parse(await done('BatchGetItem', input));
    return { Responses, ...(UnprocessedKeys === undefined ? {} : { UnprocessedKeys }) };
  },
  async put(input) {
    const reply = await call('PutItem', input);
    if (isDone(reply)) return 'written';
    const failed = failureOf(reply);
    if (failed && /(^|#)ConditionalCheckFailedException$/.test(failed.__type)) return { there: failed.Item };
    throw fault('PutItem', reply);
  },
};

async function done(operation: string, input: object): Promise<unknown> {
  const reply = await call(operation, input);
  if (!isDone(reply)) throw fault(operation, reply);
  return JSON.parse(textOf(reply.bytes));
}

function call(operation: string, input: object): Promise<SignedReply> {
  const { env } = process;
  return signedFetch({
    service: 'dynamodb',
    url: env.AWS_ENDPOINT_URL_DYNAMODB ?? env.AWS_ENDPOINT_URL ?? `https://dynamodb.${regionOf(env)}.amazonaws.com/`,
    within: WITHIN,
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${operation}` },
    body: JSON.stringify(input),
  });
}

function isDone(reply: SignedReply): reply is Exclude<SignedReply, { failed: string }> {
  return !('failed' in reply) && reply.status === 200;
}

function failureOf(reply: SignedReply) {
  if ('failed' in reply) return undefined;
  try {
    return Failed.parse(JSON.parse(textOf(reply.bytes)));
  } catch {
    return undefined;
  }
}

/** Names what went wrong and not what was sent. */
function fault(operation: string, reply: SignedReply): Error {
  const why = 'failed' in reply ? reply.failed : (failureOf(reply)?.__type.split('#').at(-1) ?? `HTTP ${reply.status}`);
  return new Error(`DynamoDB did not answer ${operation} (${why}).`);
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
