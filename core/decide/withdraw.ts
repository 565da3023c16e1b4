import type { Link } from '../link.ts';
import type { Request } from '../request.ts';
import { type Decision, refused } from './decision.ts';
import type { FreshPerson } from './seat.ts';
import type { Reached } from './vote.ts';

/** Take an approval back before it has taken effect. */
export interface Withdraw {
  type: 'withdraw';
  commandId: string;
  link: Link;
  holder: FreshPerson | undefined;
  /** The link's key epoch has been revoked. */
  revoked: boolean;
  comment?: string;
  reached: Reached;
}

export function decideWithdraw(_request: Request, _command: Withdraw, _now: string): Decision {
  return refused('unknown_answer');
}
