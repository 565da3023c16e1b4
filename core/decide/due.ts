import { dueAt } from '../due.ts';
import type { Request } from '../request.ts';
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
  const due = dueAt(request, entryTime(request, now));
  if (!due) return request.status === 'settled' ? recorded(settlingEntry(request)) : refused('too_early');
  const { round, stage } = request.round;
  switch (due.type) {
    case 'expired': {
      const { deadline } = due;
      return append(
        request,
        { type: 'expired', commandId: `expire:${round}.${stage}`, round, stage, deadline, outcome: 'expired' },
        now,
      );
    }
    case 'took_effect':
      if (hold) return refused('gate_changed');
      return append(request, { type: 'took_effect', commandId: `effect:${round}`, outcome: due.outcome }, now);
    case 'window_announced':
      return append(request, { type: 'window_announced', commandId: 'announce' }, now);
    case 'window_ended':
      return append(request, { type: 'window_ended', commandId: endOfWindow }, now);
  }
}

/** A window ends once, whoever or whatever ends it. */
export const endOfWindow = 'end_of_window';
