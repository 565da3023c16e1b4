import * as z from 'zod/mini';
import { canonicalJson } from '../canonical.ts';
import { Level } from '../claim.ts';
import type { Json } from '../json.ts';
import { limits } from '../limits.ts';
import { Address } from './address.ts';
import { inexactNumber } from './exact-numbers.ts';
import { isJson, keysFitDynamoDB, numbersFitDynamoDB, payloadProblem } from './payload.ts';
import { pointerSteps } from './pointer.ts';
import { line, name, notText, paragraphs } from './text.ts';

const required = (what: string) => (issue: { input?: unknown }) =>
  issue.input === undefined ? 'is required' : `must be ${what}`;
const list = <T extends z.ZodMiniType>(of: T, max: number) =>
  z.array(of, { error: 'must be a list' }).check(z.maxLength(max, `must not have more than ${max} items`));

const level = z.enum(Level.options, { error: 'must be low, medium, high or critical' });

const Url = z
  .string({ error: notText })
  .check(
    z.maxLength(limits.url, `must not be longer than ${limits.url} characters`),
    z.refine(isWebAddress, 'must be an http or https address without spaces, control characters or a password'),
  );

function isWebAddress(text: string): boolean {
  if (/[\p{C}\p{Z}]/u.test(text) || !/^https?:\/\/[^/\\]/i.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

/** Numbers that have been rounded on the way already, told by their place. */
const exact = z.check<Json>((payload) => {
  const found = payload.issues.length > 0 ? undefined : inexactNumber(payload.value);
  if (found) payload.issues.push({ code: 'custom', input: payload.value, ...found });
});

const Fact = z
  .custom<Json>((value) => isJson(value, 5), 'must be JSON, nested no deeper than five levels')
  .check(
    z.refine((value) => !isJson(value, 5) || canonicalJson(value).length <= limits.factText, {
      error: `must not be longer than ${limits.factText} characters`,
    }),
    z.refine(
      (value) => !isJson(value, 5) || numbersFitDynamoDB(value),
      'holds a number too large or too small to keep',
    ),
    z.refine(
      (value) => !isJson(value, 5) || keysFitDynamoDB(value),
      'holds an empty key or one called `__proto__`, which cannot be kept',
    ),
    exact,
  );

/** Kept as it came: copying would drop a key such as `__proto__`, and what is shown must be what was sent. */
const Payload = z.custom<Json>().check(
  z.check<Json>((payload) => {
    const message = payloadProblem(payload.value);
    if (message) payload.issues.push({ code: 'custom', input: payload.value, message });
  }),
  exact,
);

const Facts = z
  .record(name(limits.name), Fact, { error: 'must be an object' })
  .check(
    z.refine(
      (facts) => Object.keys(facts).length <= limits.factCount,
      `must not have more than ${limits.factCount} facts`,
    ),
  );

/** `Request Approval`, as the contract has it: an event's detail, the state machine's input, the API's body. */
export const RequestApproval = z.strictObject(
  {
    requestId: z.optional(line(limits.requestId)),
    title: line(limits.title),
    description: z.optional(paragraphs(limits.description)),
    requestedBy: z.optional(Address),
    authors: z.optional(list(Address, limits.authors)),
    environment: name(limits.name),
    priority: z._default(level, 'medium'),
    risk: z._default(level, 'high'),
    trigger: z.optional(name(limits.name)),
    checkpoint: z.optional(name(limits.name)),
    facts: z.optional(Facts),
    payload: z.optional(Payload),
    payloadRef: z.optional(
      z.strictObject(
        {
          key: line(1024),
          digest: z
            .string({ error: notText })
            .check(z.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 digest: 64 lower-case hex digits')),
        },
        { error: required('an object with `key` and `digest`') },
      ),
    ),
    revises: z.optional(line(limits.requestId)),
    /** Asks for an emergency override, and says why it cannot wait. */
    override: z.optional(
      z.strictObject(
        { justification: paragraphs(limits.reason) },
        { error: required('an object with a `justification`') },
      ),
    ),
    editable: z.optional(
      list(
        z.string({ error: notText }).check(
          z.maxLength(limits.url, `must not be longer than ${limits.url} characters`),
          z.refine((text) => pointerSteps(text) !== undefined, 'must be a JSON Pointer such as `/replicas`'),
        ),
        limits.editable,
      ).check(z.refine((pointers) => new Set(pointers).size === pointers.length, 'must not name one value twice')),
    ),
    evidence: z.optional(
      list(
        z.strictObject(
          { label: line(limits.evidenceLabel), url: Url },
          { error: 'must be an object with `label` and `url`' },
        ),
        limits.evidence,
      ),
    ),
    taskToken: z.optional(
      z
        .string({ error: 'must be text' })
        .check(z.regex(/^[\x21-\x7e]{1,2048}$/, `must be a task token of at most ${limits.taskToken} characters`)),
    ),
    /** Step Functions adds it to the input of a nested execution: not part of what is asked. */
    AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.optional(z.string({ error: 'must be text' })),
  },
  { error: required('an object') },
);
