import * as z from 'zod/mini';
import { requestIdentity, taskKeyOf } from '../../core/canonical.ts';
import type { Verified } from '../../core/claim.ts';
import { parseAsk } from '../../core/intake/ask.ts';
import { callerExecutionOf, checkTaskAccount, parseEnvelope } from '../../core/intake/envelope.ts';
import { limits } from '../../core/limits.ts';
import { sourceOf } from '../../core/policy/sources.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Incoming, IncomingTask } from './open-request.ts';

/** What the approval state machine hands its function; see statemachines/approval. */
const Handed = z.object({
  execution: z.string(),
  machine: z.string(),
  startedAt: z.string(),
  input: z.unknown(),
  taskToken: z.optional(z.string()),
  redriveCount: z.optional(z.number()),
  /** Set where the opening failed for good and is to be refused. */
  crashed: z.optional(z.object({ error: z.string(), cause: z.string() })),
});
export type Handed = z.infer<typeof Handed>;

/**
 * Reads what the machine hands over. One that cannot be read is logged, and thrown as the `$ZodError` it is: another try
 * would bring the same, so the machine refuses at once on that name, and does not repeat it.
 */
export function readHanded(event: unknown): Handed {
  const read = Handed.safeParse(event);
  if (read.success) return read.data;
  const { data: execution } = z.object({ execution: z.string() }).safeParse(event);
  const problems = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  console.error({ message: 'what the state machine handed over cannot be read', ...execution, problems });
  throw read.error;
}

/** Which machines only the bus's rules may start, and whose account this is. */
export interface Surroundings {
  eventMachines: readonly string[];
  account: string;
}

/** An ask as it came in through a state machine; or why it is refused, with as much as could be read of it. */
export type MachineAsk =
  | { ok: true; incoming: Incoming }
  | {
      ok: false;
      refusal: Refusal;
      source: string;
      requestId?: string;
      /** The `id` of the request that an earlier delivery of this may have opened. */
      id?: string;
      /** Tasks of the caller's that are to be told. */
      callers: readonly IncomingTask[];
    };

/**
 * Reads what a state machine was started with. Which way it came is the machine's own ARN's word, never the input's:
 * a machine that only the bus starts gets an event's envelope, any other the ask itself.
 */
export function machineAsk(handed: Handed, { eventMachines, account }: Surroundings): MachineAsk {
  return eventMachines.includes(handed.machine) ? fromEvent(handed, account) : fromExecution(handed, account);
}

function fromEvent(handed: Handed, account: string): MachineAsk {
  const envelope = parseEnvelope(handed.input);
  if ('code' in envelope) return { ok: false, refusal: envelope, source: 'events', callers: [] };
  const source = sourceOf({ via: 'event', eventSource: envelope.source, account: envelope.account });
  const verified: Verified = {
    via: 'event',
    account: envelope.account,
    eventId: envelope.id,
    execution: handed.execution,
  };
  const callerExecution = callerExecutionOf(envelope);
  return ask(handed, envelope.detail, {
    source,
    verified,
    account,
    fallbackKey: envelope.id,
    callerAccount: envelope.account,
    ...(callerExecution && { callerExecution }),
  });
}

function fromExecution(handed: Handed, account: string): MachineAsk {
  const machineName = handed.machine.split(':').at(-1) ?? '';
  const source = sourceOf({ via: 'execution', account, machineName });
  const verified: Verified = { via: 'execution', account, execution: handed.execution };
  const redriven = handed.redriveCount ? `#${handed.redriveCount}` : '';
  return ask(handed, handed.input, { source, verified, account, fallbackKey: `${handed.execution}${redriven}` });
}

interface Came {
  source: string;
  verified: Verified;
  account: string;
  fallbackKey: string;
  callerAccount?: string;
  callerExecution?: string;
}

function ask(handed: Handed, input: unknown, came: Came): MachineAsk {
  const read = parseAsk(input, { requestedByRequired: true, source: came.source });
  const said = saidIn(input);
  const execution = came.callerExecution ?? said.execution;
  const callers: IncomingTask[] = said.taskToken
    ? [{ token: said.taskToken, own: false, holds: true, ...(execution && { execution }) }]
    : [];
  const no = (refusal: Refusal, told = callers): MachineAsk => ({
    ok: false,
    refusal,
    source: came.source,
    id: requestIdentity(came.source, said.requestId ?? came.fallbackKey),
    ...(said.requestId && { requestId: said.requestId }),
    callers: told,
  });
  const notOurs = said.taskToken
    ? checkTaskAccount(came.account, { ...came, ...(execution && { execution }) })
    : undefined;
  // Before all else: whatever is wrong with the ask, another account's token is not ours to answer.
  if (notOurs?.code === 'foreign_token') return no(notOurs, []);
  if ('code' in read) return no(read);
  if (notOurs) return no(notOurs);
  const ownTask: IncomingTask[] = handed.taskToken
    ? [{ token: handed.taskToken, execution: handed.execution, own: true, holds: callers.length === 0 }]
    : [];
  return {
    ok: true,
    incoming: {
      source: came.source,
      verified: came.verified,
      ask: read.ask,
      requestedBy: read.ask.requestedBy ?? '',
      fallbackKey: came.fallbackKey,
      commandId: handed.taskToken ? `task:${taskKeyOf(handed.taskToken)}` : `execution:${handed.execution}`,
      tasks: [...ownTask, ...callers],
    },
  };
}

/** The little that is read of an ask that may be wrong, each by itself, so that whoever waits can be answered. */
function saidIn(input: unknown): { taskToken?: string; requestId?: string; execution?: string } {
  const text = (key: string): string | undefined => {
    const read = z.object({ [key]: z.string() }).safeParse(input);
    return read.success ? read.data[key] : undefined;
  };
  const taskToken = text('taskToken');
  const requestId = text('requestId');
  const execution = text('AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID');
  return {
    ...(taskToken && taskToken.length <= limits.taskToken && { taskToken }),
    ...(requestId && { requestId: requestId.slice(0, limits.requestId) }),
    ...(execution && { execution }),
  };
}

/** The `id` an ask has or would have. */
export function identityOf({ source, ask: { requestId }, fallbackKey }: Incoming): string {
  return requestIdentity(source, requestId ?? fallbackKey);
}
