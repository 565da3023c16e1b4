import type { Approver } from '../gate.ts';
import type { Link } from '../link.ts';
import type { Request } from '../request.ts';
import { type Decision, refused } from './decision.ts';
import type { FreshPerson } from './seat.ts';
import type { Reached } from './vote.ts';

/**
 * Hand a seat on to somebody else. That the stage's `delegateTo` names `to`, in person or by a group, is for whoever reads
 * the directory to see; everything else is decided here.
 */
export interface Delegate {
  type: 'delegate';
  commandId: string;
  link: Link;
  holder: FreshPerson | undefined;
  /** The link's key epoch has been revoked. */
  revoked: boolean;
  /** Who is to decide instead, as the directory has them now; its `via` is not read. */
  to: Approver;
  /** Canonical forms of all their addresses. */
  toAddresses: string[];
  comment?: string;
  reached: Reached;
}

export function decideDelegate(_request: Request, _command: Delegate, _now: string): Decision {
  return refused('unknown_answer');
}
