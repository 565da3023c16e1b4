import * as z from 'zod/mini';
import { runCommand } from '../commands/run-command.ts';
import type { Services } from '../services.ts';

/** `Step Functions Execution Status Change`, as far as it matters here. */
export const ExecutionEnded = z.object({
  source: z.literal('aws.states'),
  detail: z.object({ executionArn: z.string(), status: z.enum(['ABORTED', 'TIMED_OUT', 'FAILED']) }),
});
export type ExecutionEnded = z.infer<typeof ExecutionEnded>;

const reasons = { ABORTED: 'aborted', TIMED_OUT: 'timed_out', FAILED: 'failed' } as const;

/**
 * An execution has ended: its tasks leave their requests. The event is only a hint, and AWS is asked whether it is so;
 * an event that lies changes nothing. Returns how many tasks left.
 */
export async function executionEnded(
  services: Pick<Services, 'log' | 'clock' | 'waiting' | 'executions'>,
  event: ExecutionEnded,
): Promise<number> {
  const { executionArn } = event.detail;
  const tasks = await services.waiting.ofExecution(executionArn);
  if (tasks.length === 0) return 0;
  const execution = await services.executions.describe(executionArn);
  const status = execution?.status;
  if (status !== 'ABORTED' && status !== 'TIMED_OUT' && status !== 'FAILED') return 0;
  const answered = answeredId(execution?.error, execution?.cause);
  let left = 0;
  for (const { id, key } of tasks) {
    if (id === answered) continue;
    const done = await runCommand(services, id, {
      type: 'leave',
      commandId: `left:${key}`,
      task: key,
      reason: reasons[status],
    });
    if (done.kind === 'appended') left++;
  }
  return left;
}

/** The request whose own answer an execution failed with: it has been answered, not abandoned. */
function answeredId(error: string | undefined, cause: string | undefined): string | undefined {
  if (!error?.startsWith('Approval.') || error === 'Approval.Refused' || cause === undefined) return undefined;
  try {
    return z.object({ id: z.string() }).safeParse(JSON.parse(cause)).data?.id;
  } catch {
    return undefined;
  }
}
