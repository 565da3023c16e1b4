import { deadlineOf, type Request } from '../request.ts';
import { append, type Decision, entryTime, recorded, refused, settlingEntry } from './decision.ts';

/** Time has passed: expire what nobody answered, let a granted request take effect. */
export interface FallDue {
  type: 'fall_due';
}

export function decideFallDue(request: Request, _command: FallDue, now: string): Decision {
  const at = entryTime(request, now);
  switch (request.status) {
    case 'pending': {
      const deadline = deadlineOf(request);
      const { round, stage } = request.round;
      if (at < deadline) return refused('too_early');
      return append(
        request,
        { type: 'expired', commandId: `expire:${round}.${stage}`, round, stage, deadline, outcome: 'expired' },
        now,
      );
    }
    case 'granted':
      if (at < request.effectAt) return refused('too_early');
      return append(
        request,
        { type: 'took_effect', commandId: `effect:${request.round.round}`, outcome: request.outcome },
        now,
      );
    case 'settled':
      return recorded(settlingEntry(request));
  }
}
