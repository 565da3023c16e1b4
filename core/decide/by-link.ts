import type { Request } from '../request.ts';
import { type Comment, decideComment } from './comment.ts';
import { type Decision, refused } from './decision.ts';
import { type Delegate, decideDelegate } from './delegate.ts';
import { decideNoteRefused, type NoteRefused } from './note.ts';
import { decideOpenRound, type OpenRound } from './open-round.ts';
import { decideReissue, type Reissue } from './reissue.ts';
import { decideReport, type Report } from './report.ts';
import { type Cast, decideVote } from './vote.ts';
import { decideWithdraw, type Withdraw } from './withdraw.ts';

/** What comes of a page that a link opens. The function of that page holds these and no other command. */
export type LinkCommand = Cast | Comment | Report | Delegate | Withdraw | Reissue | OpenRound | NoteRefused;

export function decideByLink(request: Request | undefined, command: LinkCommand, now: string): Decision {
  if (!request) return refused('not_found');
  switch (command.type) {
    case 'vote':
      return decideVote(request, command, now);
    case 'comment':
      return decideComment(request, command, now);
    case 'report':
      return decideReport(request, command, now);
    case 'delegate':
      return decideDelegate(request, command, now);
    case 'withdraw':
      return decideWithdraw(request, command, now);
    case 'reissue':
      return decideReissue(request, command, now);
    case 'open_round':
      return decideOpenRound(request, command, now);
    case 'note_refused':
      return decideNoteRefused(request, command, now);
  }
}
