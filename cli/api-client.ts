import { setTimeout as pause } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import * as z from 'zod/mini';
import { visible, visibleLine } from '../core/visible.ts';
import { RefusalBody } from './contract.ts';
import { fault, Refused } from './failure.ts';
import type { Credentials, Target } from './target.ts';

/** API Gateway gives up after 30 seconds. */
const PATIENCE_MS = 35_000;
const PAUSES_MS = [200, 600, 1_800];

export interface Call {
  method: 'GET' | 'POST' | 'PUT';
  /** With query. */
  path: string;
  body?: unknown;
  /** The same call made twice has one effect, so that it may be made again whenever its answer is lost. */
  repeatable: boolean;
}

export interface Api {
  /**
   * One signed call. Throws `Refused` where Countersign or IAM says no, a `Failure` (fault) where no answer could be had
   * after trying again, or where the answer is not what the contract says.
   */
  call<T>(call: Call, shape: z.ZodMiniType<T>): Promise<{ status: number; body: T }>;
}

/** The API of a target, signed as the AWS CLI would be: environment, profile, SSO, or the machine's role. */
export function apiOf(target: Target): Api {
  const credentials = credentialsOf(target);
  return {
    async call(call, shape) {
      const { status, text } = await answered(target, call, credentials);
      const body = jsonOr(text, () => fault(`${target.name} answered ${status} with something that is not JSON.`));
      if (status >= 400) throw refusedOrFault(target, call, status, body);
      if (fits(shape, body)) return { status, body };
      const issues = shape.safeParse(body).error?.issues ?? [];
      const where = issues.map((issue) => issue.path.join('.') || 'the whole').join(', ');
      throw fault(`${target.name} answered something this version does not understand (${where}).`);
    },
  };
}

/** The value itself is kept: a schema's copy has its keys in another order, and drops one such as `__proto__`. */
function fits<T>(shape: z.ZodMiniType<T>, value: unknown): value is T {
  return shape.safeParse(value).success;
}

interface Reply {
  status: number;
  text: string;
}

async function answered(target: Target, call: Call, credentials: () => Promise<Credentials>): Promise<Reply> {
  for (let attempt = 0; ; attempt++) {
    const reply = await sent(target, call, await credentials());
    const pauseMs = PAUSES_MS[attempt];
    if (!worthAnotherTry(reply, call) || pauseMs === undefined) {
      if ('status' in reply) return reply;
      throw fault(`${target.name} cannot be reached: ${visibleLine(reply.why)}`, hintsFor(target, reply.why));
    }
    await pause(pauseMs * (0.75 + Math.random() / 2));
  }
}

async function sent(
  target: Target,
  { method, path, body }: Call,
  credentials: Credentials,
): Promise<Reply | { why: string }> {
  const signer = new AwsV4Signer({
    method,
    url: target.apiUrl + path,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    ...credentials,
    service: 'execute-api',
    region: target.region,
  });
  const signed = await signer.sign();
  try {
    const response = await fetch(signed.url, {
      method: signed.method,
      headers: signed.headers,
      body: signed.body ?? null,
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { why: whyOf(error) };
  }
}

function worthAnotherTry(reply: Reply | { why: string }, { repeatable }: Call): boolean {
  if ('why' in reply) return repeatable || /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(reply.why);
  const code = codeOf(reply.text);
  if (code !== undefined) return code === 'unavailable' || code === 'policy_unavailable';
  return reply.status === 429 || (repeatable && reply.status >= 500);
}

function refusedOrFault(target: Target, { method, path }: Call, status: number, body: unknown): Error {
  const refusal = RefusalBody.safeParse(body);
  const said = refusal.success ? visible(refusal.data.message) : messageIn(body);
  if (refusal.success && (status < 500 || refusal.data.code === 'no_policy'))
    return new Refused(refusal.data.code, said, problemsOf(refusal.data), refusal.data.errors);
  if (refusal.success) return fault(said);
  if (status === 403)
    return new Refused('', `AWS does not allow this call: ${said || 'Forbidden'}`, [
      `Your role needs execute-api:Invoke on ${method} ${path.replace(/\?.*/, '')} of ${target.name}.`,
    ]);
  return fault(`${target.name} answered ${status}${said ? `: ${said}` : ''}.`);
}

/** The problems of a refusal, one a line, without the one that only repeats its message. */
function problemsOf({ message, errors = [] }: RefusalBody): string[] {
  return errors
    .filter((problem) => problem.path !== '' || problem.message !== message)
    .map((problem) => visibleLine(problem.path ? `${problem.path}: ${problem.message}` : problem.message));
}

function credentialsOf(target: Target): () => Promise<Credentials> {
  const given = target.client.credentials;
  if (given) return async () => given;
  let provider: (() => Promise<Credentials>) | undefined;
  return async () => {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
    provider ??= defaultProvider();
    const { accessKeyId, secretAccessKey, sessionToken } = await provider().catch((error: unknown) => {
      throw fault(`There are no AWS credentials to sign with: ${whyOf(error)}`, [
        'Log in as for the AWS CLI: `aws sso login`, AWS_PROFILE, or AWS_ACCESS_KEY_ID and its secret.',
      ]);
    });
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  };
}

function hintsFor(target: Target, why: string): string[] {
  if (/certificate|self.signed/i.test(why)) return ['Its certificate is not one this machine trusts.'];
  return target.client.endpoint === undefined
    ? []
    : ['Is the local cloud running? `npm start` brings it up; --stack names one on AWS.'];
}

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${PATIENCE_MS / 1000} seconds`;
  const { cause } = error;
  if (cause instanceof AggregateError) return cause.errors.map(whyOf).join(', ');
  return cause instanceof Error ? cause.message || cause.name : error.message;
}

function codeOf(text: string): string | undefined {
  const refusal = RefusalBody.safeParse(jsonOr(text, () => undefined));
  return refusal.success ? refusal.data.code : undefined;
}

/** API Gateway's own errors: `{"message": "..."}`. */
function messageIn(body: unknown): string {
  const read = z.looseObject({ message: z.string() }).safeParse(body);
  return read.success ? visibleLine(read.data.message) : '';
}

function jsonOr(text: string, otherwise: () => Error | undefined): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const error = otherwise();
    if (error) throw error;
    return undefined;
  }
}
