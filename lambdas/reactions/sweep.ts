import { refusedCauseOf } from '../../core/answer.ts';
import type { RefusalCode } from '../../core/refusal.ts';
import type { Request } from '../../core/request.ts';
import { linksSince, waitingTasks } from '../../core/request.ts';
import { runCommand } from '../commands/run-command.ts';
import type { ReconcilingServices } from '../services.ts';
import { reconcile } from './reconcile.ts';

/** What one sweep looked at and put right. */
export interface Swept {
  looked: number;
  repaired: number;
  left: number;
  orphans: number;
  reissued: number;
  failed: number;
}

/** An opening is given this long to write its entry before its task counts as abandoned, in seconds. */
const abandonedAfter = 6 * 60;
/** Executions asked after in one sweep: DescribeExecution allows 15 a second for everybody. */
const askedAfter = 400;
/** Requests looked at side by side. */
const sideBySide = 8;

/**
 * Looks at everything that is open and everything begun in the last two hours, and puts right what a lost stream record,
 * a lost timer or a lost status event left undone. One request that fails does not keep the sweep from the others.
 */
export async function sweep(services: ReconcilingServices): Promise<Swept> {
  const swept: Swept = { looked: 0, repaired: 0, left: 0, orphans: 0, reissued: 0, failed: 0 };
  const now = services.clock();
  const pointer = await services.policy.pointer();
  const seen = new Set<string>();
  const executions = { asked: 0 };

  const look = async (id: string): Promise<void> => {
    if (seen.has(id)) return;
    seen.add(id);
    swept.looked++;
    const found = await reconcile(services, id, { by: 'sweep' });
    if (!found) return;
    if (found.repaired && secondsSince(found.request.at, now) > 60) {
      swept.repaired++;
      services.metrics.count('SweepRepaired');
    }
    swept.left += await leaveEnded(services, found.request, executions);
    const revoked = pointer?.revoked.filter(({ at }) => linksSince(found.request) < at) ?? [];
    for (const { epoch } of revoked) {
      const done = await runCommand(services, id, {
        type: 'reissue',
        commandId: `revoked:${epoch}`,
        by: 'countersign',
        reason: 'the link key was revoked',
      });
      if (done.kind === 'appended') swept.reissued++;
    }
  };

  await inParallel(services.rows.open(), async (id) => {
    await guarded(swept, id, () => look(id));
  });
  for (const hour of lastHours(now)) {
    await inParallel(services.waiting.begunIn(hour), async (begun) => {
      if (secondsSince(begun.since, now) < 60) return;
      await guarded(swept, begun.id, async () => {
        await look(begun.id);
        if (secondsSince(begun.since, now) >= abandonedAfter && (await answerAbandoned(services, begun)))
          swept.orphans++;
      });
    });
  }
  return swept;
}

/** A task whose opening never wrote its entry: nobody will decide it, so it is told so. */
async function answerAbandoned(
  services: ReconcilingServices,
  begun: { id: string; key: string; execution?: string },
): Promise<boolean> {
  const task = { key: begun.key, own: false, holds: false, ...(begun.execution && { execution: begun.execution }) };
  const item = await services.waiting.get(task);
  if (!item?.token) return false;
  const entries = await services.log.read(begun.id);
  const known = entries.some((entry) => 'tasks' in entry && entry.tasks.some((other) => other.key === begun.key));
  if (known) return false;
  const code: RefusalCode = 'unavailable';
  const errors = [{ path: '', message: 'The opening of this request did not finish. Send it again.' }];
  await services.answers.fail(item.token, 'Approval.Refused', refusedCauseOf({ source: '', code, errors }));
  await services.waiting.remove(item);
  return true;
}

/** Executions that ended while their status event was lost. */
async function leaveEnded(
  services: ReconcilingServices,
  request: Request,
  counted: { asked: number },
): Promise<number> {
  let left = 0;
  if (request.status === 'settled') return left;
  for (const task of waitingTasks(request)) {
    if (!task.execution || counted.asked >= askedAfter) continue;
    counted.asked++;
    const execution = await services.executions.describe(task.execution);
    const reason = execution === undefined ? 'ended' : endings[execution.status];
    if (!reason) continue;
    await runCommand(services, request.id, { type: 'leave', commandId: `left:${task.key}`, task: task.key, reason });
    left++;
  }
  return left;
}

const endings = {
  ABORTED: 'aborted',
  TIMED_OUT: 'timed_out',
  FAILED: 'failed',
  SUCCEEDED: 'ended',
  RUNNING: undefined,
  PENDING_REDRIVE: undefined,
} as const;

async function guarded(swept: Swept, id: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (fault) {
    swept.failed++;
    console.error({
      message: 'the sweep could not put a request right; the next one tries again',
      id,
      fault: String(fault),
    });
  }
}

async function inParallel<T>(items: AsyncIterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const running = new Set<Promise<void>>();
  for await (const item of items) {
    const one = work(item).finally(() => running.delete(one));
    running.add(one);
    if (running.size >= sideBySide) await Promise.race(running);
  }
  await Promise.all(running);
}

/** This hour and the two before it, as `begunIn` names them. */
function lastHours(now: Date): string[] {
  return [0, 1, 2].map((back) => new Date(now.getTime() - back * 3600_000).toISOString().slice(0, 13));
}

function secondsSince(at: string, now: Date): number {
  return (now.getTime() - Date.parse(at)) / 1000;
}
