import type { Outcome } from '../core/gate.ts';

/** What the process ends with; scripts build on these. */
export const exitCodes = {
  /** Done; with `--wait`: approved, approved automatically, or let through by a bypass. */
  ok: 0,
  /** Rejected, or changes were requested. A check (`audit verify`, `policy check`, `doctor`) found something wrong. */
  rejected: 1,
  /** Expired or cancelled: nobody will decide any more. */
  ended: 2,
  /** No answer could be had: something failed, or the time to wait ran out. */
  fault: 3,
  /** Countersign, or AWS's permissions, refused it. */
  refused: 4,
  /** The command line, or a file it names, is wrong. Nothing was sent. */
  usage: 64,
  /** Ctrl-C. */
  interrupted: 130,
  terminated: 143,
} as const;

export function exitCodeOf(outcome: Outcome): number {
  switch (outcome) {
    case 'approved':
    case 'auto_approved':
    case 'bypassed':
      return exitCodes.ok;
    case 'rejected':
    case 'changes_requested':
      return exitCodes.rejected;
    case 'cancelled':
    case 'expired':
      return exitCodes.ended;
  }
}
