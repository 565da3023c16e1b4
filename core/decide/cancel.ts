import type { Verified } from '../claim.ts';
import type { Request } from '../request.ts';
import { append, type Decision, recorded, refused, settlingEntry } from './decision.ts';

/** Take a request back. */
export interface Cancel {
  type: 'cancel';
  commandId: string;
  /** Who says so, as it will be read. */
  by: string;
  /** The source it came through. */
  source: string;
  verified: Verified;
  /** The policy names them among those who may cancel this source's requests. */
  named: boolean;
  reason: string;
}

/** For the verified requester, or where nobody is verified the same source; and for whom the policy names. */
export function decideCancel(request: Request, command: Cancel, now: string): Decision {
  // One source can be a whole company's single sign-on: where AWS knows who asked, it takes that person.
  const requester = request.verified.person;
  const isTheirs = requester === undefined ? command.source === request.source : command.verified.person === requester;
  if (!isTheirs && !command.named) return refused('not_yours');
  if (request.status === 'settled') {
    // Cancelled is cancelled, by this command before or by another.
    return request.outcome === 'cancelled' ? recorded(settlingEntry(request)) : refused('already_settled');
  }
  const { commandId, by, verified, reason } = command;
  return append(request, { type: 'cancelled', commandId, by, verified, reason, outcome: 'cancelled' }, now);
}
