import { deadlineOf, isUnreachable, noticeOwed, type Request, windowInForce, windowOf } from '../request.ts';
import { append, type Decision, entryTime, recorded, refused, settlingEntry } from './decision.ts';

/**
 * Time has passed: expire what nobody answered, let a granted request take effect, or end what comes too late to; announce
 * a maintenance window, or end it.
 */
export interface FallDue {
  type: 'fall_due';
  /** Somebody whose approval counts has left: no grant takes effect, though it may run out. */
  hold?: boolean;
}

export function decideFallDue(request: Request, { hold }: FallDue, now: string): Decision {
  const at = entryTime(request, now);
  switch (request.status) {
    case 'pending': {
      const deadline = deadlineOf(request);
      return at < deadline ? refused('too_early') : expired(request, deadline, now);
    }
    case 'granted': {
      const { until } = windowOf(request.round);
      // A window that ends before it begins is over at its end: nothing will come of it.
      if (until !== undefined && (until < at || (until === at && until < request.effectAt)))
        return expired(request, until, now);
      if (at < request.effectAt) {
        const notice = noticeOwed(request);
        if (notice === undefined || at < notice) return refused('too_early');
        return append(request, { type: 'window_announced', commandId: 'announce' }, now);
      }
      // Those who gave it have left, and too few are left to give it again.
      if (isUnreachable(request)) return expired(request, request.effectAt, now);
      if (hold) return refused('gate_changed');
      return append(
        request,
        { type: 'took_effect', commandId: `effect:${request.round.round}`, outcome: request.outcome },
        now,
      );
    }
    case 'settled': {
      const ends = windowInForce(request)?.window.to;
      if (ends === undefined || at < ends) return recorded(settlingEntry(request));
      return append(request, { type: 'window_ended', commandId: endOfWindow }, now);
    }
  }
}

/** A window ends once, whoever or whatever ends it. */
export const endOfWindow = 'end_of_window';

function expired(request: Request, deadline: string, now: string): Decision {
  const { round, stage } = request.round;
  return append(
    request,
    { type: 'expired', commandId: `expire:${round}.${stage}`, round, stage, deadline, outcome: 'expired' },
    now,
  );
}
