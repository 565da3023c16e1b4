import type * as z from 'zod/mini';
import { digestOf } from '../canonical.ts';
import { unreadableLetters } from '../identity.ts';
import { limits } from '../limits.ts';
import { type Problem, type Refusal, refuse } from '../refusal.ts';
import { incomingPrefix } from './payload.ts';
import { editableProblems } from './pointer.ts';
import { problemsOf } from './problems.ts';
import { RequestApproval } from './request-approval.ts';

const startedBy = 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID';

/**
 * What was asked, validated. One of `payload` and `payloadRef` is there. `requestedBy` is missing only where the caller
 * is verified. `risk` not stated is `high`, `priority` not stated `medium`.
 */
export type Ask = Omit<z.infer<typeof RequestApproval>, typeof startedBy>;

export interface AskOptions {
  /** The caller is not verified, so it must say who asks. */
  requestedByRequired: boolean;
  /** The source of the request: a payload by reference must stand under its prefix. */
  source: string;
}

/**
 * Reads a `Request Approval` from outside. `callerExecution` is the ARN that Step Functions adds to a nested execution's
 * input; it is no part of the ask. Refuses with `invalid` and every problem at once.
 */
export function parseAsk(input: unknown, options: AskOptions): { ask: Ask; callerExecution?: string } | Refusal {
  const read = RequestApproval.safeParse(input);
  const problems = read.success ? [] : problemsOf(read.error.issues, known);
  const wrong = new Set(problems.map((problem) => problem.path));
  problems.push(...acrossFields(input, options).filter((problem) => !wrong.has(problem.path)));
  if (!read.success || problems.length > 0) return invalid(problems);
  const { [startedBy]: callerExecution, ...ask } = read.data;
  return { ask, ...(callerExecution !== undefined && { callerExecution }) };
}

const known = Object.keys(RequestApproval.shape).filter((key) => key !== startedBy);

/** What no field shows alone. */
function acrossFields(input: unknown, { requestedByRequired, source }: AskOptions): Problem[] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return [];
  const fields = new Map<string, unknown>(Object.entries(input).filter(([, value]) => value !== undefined));
  const problems: Problem[] = [];
  const say = (path: string, message: string) => problems.push({ path, message });

  if (requestedByRequired && !fields.has('requestedBy')) say('requestedBy', 'is required');
  if (!fields.has('payload') && !fields.has('payloadRef')) say('payload', 'is required (or `payloadRef`)');
  if (fields.has('payload') && fields.has('payloadRef')) say('payloadRef', 'must not stand beside `payload`');
  if (fields.has('trigger') && fields.has('checkpoint')) say('checkpoint', 'must not stand beside `trigger`');

  const { shape } = RequestApproval;
  const facts = fields.get('facts');
  // A record's parser leaves this one key out without a word.
  if (typeof facts === 'object' && facts !== null && Object.hasOwn(facts, '__proto__'))
    say('facts.__proto__', 'must have another name');
  const ref = shape.payloadRef.safeParse(fields.get('payloadRef'));
  const prefix = incomingPrefix(source);
  if (ref.data && !(ref.data.key.startsWith(prefix) && ref.data.key.length > prefix.length))
    say('payloadRef.key', `must be under '${prefix}'`);
  const authors = shape.authors.safeParse(fields.get('authors')).data ?? [];
  const requester = shape.requestedBy.safeParse(fields.get('requestedBy')).data ?? '';
  if (unreadableLetters([requester, ...authors]) > limits.addressesUnreadable)
    say(
      'authors',
      `must not have more than ${limits.addressesUnreadable} letters of other scripts in all, requestedBy included`,
    );
  const payload = shape.payload.safeParse(fields.get('payload'));
  const editable = shape.editable.safeParse(fields.get('editable'));
  if (payload.data !== undefined && editable.data) problems.push(...editableProblems(editable.data, payload.data));
  return problems;
}

/** A refusal of an input, for all its problems (the first fifty: what is refused is answered in an event). */
export function invalid(all: Problem[]): Refusal {
  const problems = all.slice(0, 50).map(({ path, message }) => ({ path: path.slice(0, 200), message }));
  const said = problems.map(({ path, message }) => (path ? `'${path}' ${message}` : `the whole ${message}`));
  return refuse('invalid', `The request is not valid: ${said.join('; ')}.`.slice(0, 2_000), problems);
}

/**
 * Digest of everything asked: what tells a repeated opening from another one under the same key. Not in it: the key, the
 * task that waits, and where a payload by reference stood. Hand in the ask with its `requestedBy` filled in.
 */
export function contentDigestOf(ask: Ask, payloadDigest: string): string {
  const { requestId: _key, taskToken: _token, payload: _payload, payloadRef: _ref, ...content } = ask;
  return digestOf({ content, payloadDigest });
}
