import type { Outcome } from './gate.ts';

/** An outcome as it stands in a sentence: "the request was …". */
export function outcomeInWords(outcome: Outcome): string {
  switch (outcome) {
    case 'approved':
      return 'approved';
    case 'auto_approved':
      return 'approved automatically';
    case 'bypassed':
      return 'let through by a bypass';
    case 'rejected':
      return 'rejected';
    case 'changes_requested':
      return 'sent back for changes';
    case 'cancelled':
      return 'cancelled';
    case 'expired':
      return 'left to expire';
  }
}
