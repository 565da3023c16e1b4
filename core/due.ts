import type { Outcome } from './gate.ts';
import {
  deadlineOf,
  isUnreachable,
  noticeOwed,
  type Request,
  type SettledRequest,
  windowInForce,
  windowOf,
} from './request.ts';

/** What time alone brings about. `deadline`: when what expires was over (ISO). */
export type Due =
  | { type: 'expired'; deadline: string }
  | { type: 'took_effect'; outcome: Outcome }
  | { type: 'window_announced' | 'window_ended' };

/** What is due by itself at a moment (ISO); undefined while nothing is. Whoever decides asks this, and whoever reads the log. */
export function dueAt(request: Request, at: string): Due | undefined {
  switch (request.status) {
    case 'pending': {
      const deadline = deadlineOf(request);
      return at < deadline ? undefined : { type: 'expired', deadline };
    }
    case 'granted': {
      const { until } = windowOf(request.round);
      // A window that ends before it begins is over at its end: nothing will come of it.
      if (until !== undefined && (until < at || (until === at && until < request.effectAt)))
        return { type: 'expired', deadline: until };
      if (at < request.effectAt) {
        const notice = noticeOwed(request);
        return notice === undefined || at < notice ? undefined : { type: 'window_announced' };
      }
      // Those who gave it have left, and too few are left to give it again.
      return isUnreachable(request)
        ? { type: 'expired', deadline: request.effectAt }
        : { type: 'took_effect', outcome: request.outcome };
    }
    case 'settled': {
      const ends = windowInForce(request)?.window.to;
      return ends === undefined || at < ends ? undefined : { type: 'window_ended' };
    }
  }
}

/** Has its time passed, though nothing has recorded that yet? No round opens what has expired. */
export function isOver(request: Exclude<Request, SettledRequest>, at: string): boolean {
  if (request.status === 'pending') return deadlineOf(request) <= at;
  const { until } = windowOf(request.round);
  return until !== undefined && until < at;
}
