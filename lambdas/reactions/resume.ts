import { answerOf, carriesPayload, causeOf, errorOf } from '../../core/answer.ts';
import type { NoteAnswered } from '../../core/decide/note.ts';
import type { TaskRef } from '../../core/entry.ts';
import type { Request, SettledRequest } from '../../core/request.ts';
import { runCommand } from '../commands/run-command.ts';
import { payloadOf } from '../commands/stored-payload.ts';
import type { PayloadReader, Services } from '../services.ts';

export type ResumeServices = Pick<Services, 'log' | 'clock' | 'waiting' | 'answers' | 'executions' | 'metrics'> & {
  payloads: PayloadReader;
};

/**
 * Answers every task that still waits for this outcome, and records what became of each. Returns the request after that.
 * Where AWS does not say what became of one, its word may only be late: unless this is the `last` try, that throws, after
 * the others were answered.
 */
export async function resume(
  services: ResumeServices,
  due: { request: SettledRequest; tasks: TaskRef[] },
  last: boolean,
): Promise<Request> {
  const { request } = due;
  const payload = carriesPayload(request) ? await payloadOf(services, request.round) : undefined;
  const answer = answerOf(request, payload);
  const error = errorOf(request.outcome);
  let after: Request = request;
  const unclear: string[] = [];
  for (const task of due.tasks) {
    const item = await services.waiting.get(task);
    const told =
      item === undefined
        ? 'closed'
        : error === undefined
          ? await services.answers.succeed(item.token, JSON.stringify(answer))
          : await services.answers.fail(item.token, error, causeOf(answer));
    const result = told === 'delivered' ? told : await whatBecameOf(services, request, task);
    if (result === 'unknown' && task.execution && !last) {
      unclear.push(task.key);
      continue;
    }
    if (result === 'gone') services.metrics.count('WorkGone');
    if (result === 'unknown') services.metrics.count('AnswerUnknown');
    const done = await runCommand(services, request.id, { type: 'note_answered', task: task.key, result });
    if (done.request) after = done.request;
  }
  if (unclear.length > 0) throw new Error(`AWS does not say yet what became of the tasks ${unclear.join(', ')}`);
  return after;
}

/** AWS says the task is closed: was it our own answer that closed it, or is the work gone? */
async function whatBecameOf(
  { executions }: Pick<Services, 'executions'>,
  request: SettledRequest,
  task: TaskRef,
): Promise<NoteAnswered['result']> {
  if (!task.execution) return 'unknown';
  const newer = request.tasks.slice(request.tasks.findIndex((known) => known.key === task.key) + 1);
  const superseded = newer.some((other) => other.execution === task.execution && other.own === task.own);
  if (!task.own) {
    const ended = await executions.endedWith(task.execution, request.id);
    if (ended === 'delivered') return 'delivered';
    if (superseded) return 'superseded';
    return ended ?? 'unknown';
  }
  const execution = await executions.describe(task.execution);
  if (!execution) return 'gone';
  switch (execution.status) {
    case 'SUCCEEDED':
      return mentions(execution.output, request.id) ? 'delivered' : superseded ? 'superseded' : 'unknown';
    case 'FAILED':
      return mentions(parsed(execution.cause), request.id) ? 'delivered' : superseded ? 'superseded' : 'gone';
    case 'ABORTED':
    case 'TIMED_OUT':
      return 'gone';
    case 'RUNNING':
    case 'PENDING_REDRIVE':
      return superseded ? 'superseded' : 'unknown';
  }
}

function mentions(answer: unknown, id: string): boolean {
  return typeof answer === 'object' && answer !== null && 'id' in answer && answer.id === id;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
