import { canonicalJson } from '../canonical.ts';
import { limits } from '../limits.ts';
import { scopeOf } from '../maintenance/window.ts';
import type { MaintenanceWindow } from '../policy/situation.ts';
import { type Request, windowInForce } from '../request.ts';
import { append, type Decision, entryTime, recorded, refused } from './decision.ts';
import { endOfWindow } from './due.ts';

/** A request is about to be let through by the maintenance window that this request asked for. */
export interface LetThrough {
  type: 'let_through';
  /** `id` and title of what is let through. */
  request: string;
  title: string;
  /** The window as the opening was told of it. */
  window: MaintenanceWindow;
}

/**
 * Only while the window is in force by its own log, and only as it was approved. Refuses with `window_shut` otherwise, a
 * request that was noted before included: noted is not opened.
 */
export function decideLetThrough(request: Request, command: LetThrough, now: string): Decision {
  const maintenance = windowInForce(request);
  const at = entryTime(request, now);
  if (!maintenance || at < maintenance.window.from || at >= maintenance.window.to) return refused('window_shut');
  if (canonicalJson(scopeOf(request.id, maintenance.window)) !== canonicalJson(command.window))
    return refused('window_shut', 'This maintenance window was approved for something else.');
  const commandId = `through:${command.request}`;
  const before = request.commands.get(commandId);
  if (before) return recorded(before);
  if (maintenance.through.length >= limits.throughWindow)
    return refused('too_many', `A maintenance window lets no more than ${limits.throughWindow} requests through.`);
  return append(request, { type: 'let_through', commandId, request: command.request, title: command.title }, now);
}

/** Somebody ends a maintenance window before its time. Whether they may is not asked here. */
export interface EndWindow {
  type: 'end_window';
  by: string;
  reason: string;
}

export function decideEndWindow(request: Request, { by, reason }: EndWindow, now: string): Decision {
  const before = request.commands.get(endOfWindow);
  if (before) return recorded(before);
  if (!windowInForce(request)) return refused('window_shut');
  return append(request, { type: 'window_ended', commandId: endOfWindow, by, reason }, now);
}
