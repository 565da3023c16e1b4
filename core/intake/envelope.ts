import * as z from 'zod/mini';
import type { JsonObject } from '../json.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { invalid } from './ask.ts';
import { problemsOf } from './problems.ts';

/** An EventBridge event, as far as we read it. AWS fills `account` in; `source` and `resources` are the sender's word. */
export const Envelope = z.object(
  {
    id: z.string('is required'),
    source: z.string('is required'),
    account: z.string('is required').check(z.regex(/^\d{12}$/, 'must be an account id of 12 digits')),
    'detail-type': z.string('is required'),
    resources: z._default(z.array(z.string()), []),
    detail: z.custom<JsonObject>(
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      'must be an object',
    ),
  },
  'must be an event',
);
export type Envelope = z.infer<typeof Envelope>;

/** Reads an event; refuses with `invalid` what is none. */
export function parseEnvelope(input: unknown): Envelope | Refusal {
  const read = Envelope.safeParse(input);
  return read.success ? read.data : invalid(problemsOf(read.error.issues, []));
}

const executionArn = /^arn:aws[a-z-]*:states:[a-z0-9-]+:(\d{12}):(?:execution|express):[^:]+:.+$/;

/** The account of an execution's ARN; undefined where it is no such ARN. */
export function accountOfExecution(arn: string): string | undefined {
  return executionArn.exec(arn)?.[1];
}

/** The execution that sent an event: Step Functions lists it, beside its state machine, under `resources`. */
export function callerExecutionOf(envelope: Pick<Envelope, 'resources'>): string | undefined {
  return envelope.resources.find((resource) => executionArn.test(resource));
}

/**
 * A token is opaque, so whose it is shows only around it: the account an event came from, the account of the execution it
 * is said to belong to. Refuses with `foreign_token` where either is not ours, with `invalid` where the ARN is none.
 */
export function checkTaskAccount(
  ours: string,
  task: { callerAccount?: string; execution?: string },
): Refusal | undefined {
  if (task.callerAccount !== undefined && task.callerAccount !== ours)
    return refuse('foreign_token', undefined, 'taskToken');
  if (task.execution === undefined) return undefined;
  const account = accountOfExecution(task.execution);
  if (account === undefined)
    return invalid([
      { path: 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID', message: 'must be the ARN of an execution' },
    ]);
  return account === ours ? undefined : refuse('foreign_token', undefined, 'taskToken');
}
