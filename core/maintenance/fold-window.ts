import { BrokenChain } from '../broken-chain.ts';
import { dueAt } from '../due.ts';
import type { EntryOf } from '../entry.ts';
import { type Request, windowInForce } from '../request.ts';
import type { Maintenance } from './window.ts';

/**
 * What has become of a maintenance window after one more entry of its request's log. Throws `BrokenChain` where it cannot be
 * of this window at that time.
 */
export function foldWindow(
  request: Request,
  entry: EntryOf<'window_announced' | 'let_through' | 'window_ended'>,
): Maintenance {
  const { seq, at } = entry;
  switch (entry.type) {
    case 'window_announced': {
      const { maintenance } = request;
      if (!maintenance || dueAt(request, at)?.type !== 'window_announced')
        throw new BrokenChain(seq, 'announces a window that is none, or when it was not due');
      return { ...maintenance, announced: { seq, at } };
    }
    case 'let_through': {
      const maintenance = windowInForce(request);
      if (!maintenance || at < maintenance.window.from || at >= maintenance.window.to)
        throw new BrokenChain(seq, 'lets a request through while no window is in force');
      const { request: id, title } = entry;
      return { ...maintenance, through: [...maintenance.through, { request: id, title, at }] };
    }
    case 'window_ended': {
      const { by, reason } = entry;
      const maintenance = windowInForce(request);
      if (!maintenance) throw new BrokenChain(seq, 'ends a window that is not in force');
      if (by === undefined && at < maintenance.window.to)
        throw new BrokenChain(seq, 'ends a window before its time, and says not who ended it');
      const ended = { seq, at, ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
      return { ...maintenance, ended };
    }
  }
}
