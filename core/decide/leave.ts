import type { Request } from '../request.ts';
import { append, type Decision, recorded, refused } from './decision.ts';

/** A waiting task's execution has ended without an answer. */
export interface Leave {
  type: 'leave';
  commandId: string;
  /** The task's key. */
  task: string;
  reason: 'aborted' | 'timed_out' | 'failed' | 'ended';
}

/**
 * The task leaves; the request is cancelled with the last task that held it open. One that was opened without a task (by the
 * API) waits for nobody's execution: whoever joined it later and goes takes nothing back.
 */
export function decideLeave(request: Request, command: Leave, now: string): Decision {
  const before = request.commands.get(command.commandId);
  if (before) return recorded(before);
  const task = request.tasks.find((known) => known.key === command.task);
  if (!task) return refused('not_found', 'This request has no such waiting task.');
  if (task.state !== 'waiting') return refused('already_settled', 'This task is not waiting any more.');
  const stillHeld = request.tasks.some((other) => other.key !== task.key && other.holds && other.state === 'waiting');
  const cancels = request.status !== 'settled' && task.holds && !stillHeld && openedWithTask(request);
  const { commandId, reason } = command;
  return append(
    request,
    { type: 'left', commandId, task: task.key, reason, ...(cancels && { outcome: 'cancelled' }) },
    now,
  );
}

function openedWithTask({ commands }: Request): boolean {
  for (const entry of commands.values()) if (entry.type === 'opened') return entry.tasks.length > 0;
  return true;
}
