import type { Request, Task } from '../../core/request.ts';
import { runCommand } from '../commands/run-command.ts';
import type { ReconcilingServices } from '../services.ts';

/** A waiting task, and the request it holds. */
export interface Candidate {
  request: Request;
  task: Task;
}

/**
 * Executions asked after in one sweep. DescribeExecution allows 15 a second for the whole account, from a bucket of some
 * hundreds; where there are more, chance decides, so that each comes up in the end.
 */
const atMost = 400;

/** What an ended execution's task leaves for. AWS not knowing one is no end: its reads lag, and a caller's ARN is a claim. */
const endings = {
  ABORTED: 'aborted',
  TIMED_OUT: 'timed_out',
  FAILED: 'failed',
  SUCCEEDED: 'ended',
  RUNNING: undefined,
  PENDING_REDRIVE: undefined,
} as const;

/** Lets tasks leave whose execution ended while its status event was lost. Returns how many; what AWS will not say now waits. */
export async function askAfterExecutions(services: ReconcilingServices, candidates: Candidate[]): Promise<number> {
  let left = 0;
  for (const { request, task } of drawn(candidates, services)) {
    if (!task.execution) continue;
    try {
      const execution = await services.executions.describe(task.execution);
      const reason = execution && endings[execution.status];
      if (!reason) continue;
      const commandId = `left:${task.key}`;
      const done = await runCommand(services, request.id, { type: 'leave', commandId, task: task.key, reason });
      if (done.kind === 'appended') left++;
    } catch (fault) {
      const { execution } = task;
      console.error({ message: 'an execution could not be asked after now', execution, fault: String(fault) });
    }
  }
  return left;
}

function drawn(candidates: Candidate[], { ids }: Pick<ReconcilingServices, 'ids'>): Candidate[] {
  if (candidates.length <= atMost) return candidates;
  const lots = candidates.map((candidate) => ({ candidate, lot: Buffer.from(ids.random(6)).readUIntBE(0, 6) }));
  return lots
    .sort((a, b) => a.lot - b.lot)
    .slice(0, atMost)
    .map(({ candidate }) => candidate);
}
