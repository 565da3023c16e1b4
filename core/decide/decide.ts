import type { Request } from '../request.ts';
import { type Cancel, decideCancel } from './cancel.ts';
import { type Comment, decideComment } from './comment.ts';
import { type Decision, refused } from './decision.ts';
import { type Delegate, decideDelegate } from './delegate.ts';
import { decideFallDue, type FallDue } from './due.ts';
import { decideLeave, type Leave } from './leave.ts';
import {
  decideNoteAnswered,
  decideNoteNotNotified,
  decideNoteRefused,
  decideNoteReview,
  decideNoteUnreachable,
  type NoteAnswered,
  type NoteNotNotified,
  type NoteRefused,
  type NoteReview,
  type NoteUnreachable,
} from './note.ts';
import { decideOpen, type Open } from './open.ts';
import { decideOpenRound, type OpenRound } from './open-round.ts';
import { decideReissue, type Reissue } from './reissue.ts';
import { decideReport, type Report } from './report.ts';
import { type Cast, decideVote } from './vote.ts';
import { decideEndWindow, decideLetThrough, type EndWindow, type LetThrough } from './window.ts';
import { decideWithdraw, type Withdraw } from './withdraw.ts';

/** Everything that can be asked of a request. */
export type Command =
  | Open
  | Leave
  | Cast
  | Comment
  | Report
  | Delegate
  | Withdraw
  | Cancel
  | FallDue
  | Reissue
  | OpenRound
  | NoteAnswered
  | NoteNotNotified
  | NoteRefused
  | NoteReview
  | NoteUnreachable
  | LetThrough
  | EndWindow;

/** What a command comes to, given the request as its log says it is, and the time (UTC, ISO). Pure. */
export function decide(request: Request | undefined, command: Command, now: string): Decision {
  if (command.type === 'open') return decideOpen(request, command, now);
  if (!request) return refused('not_found');
  switch (command.type) {
    case 'leave':
      return decideLeave(request, command, now);
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
    case 'cancel':
      return decideCancel(request, command, now);
    case 'fall_due':
      return decideFallDue(request, command, now);
    case 'reissue':
      return decideReissue(request, command, now);
    case 'open_round':
      return decideOpenRound(request, command, now);
    case 'note_answered':
      return decideNoteAnswered(request, command, now);
    case 'note_not_notified':
      return decideNoteNotNotified(request, command, now);
    case 'note_refused':
      return decideNoteRefused(request, command, now);
    case 'note_unreachable':
      return decideNoteUnreachable(request, command, now);
    case 'note_review':
      return decideNoteReview(request, command, now);
    case 'let_through':
      return decideLetThrough(request, command, now);
    case 'end_window':
      return decideEndWindow(request, command, now);
  }
}
