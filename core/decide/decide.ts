import type { Request } from '../request.ts';
import { decideByLink, type LinkCommand } from './by-link.ts';
import { type Cancel, decideCancel } from './cancel.ts';
import { type Decision, refused } from './decision.ts';
import { decideFallDue, type FallDue } from './due.ts';
import { decideLeave, type Leave } from './leave.ts';
import {
  decideNoteAnswered,
  decideNoteNotNotified,
  decideNoteReview,
  decideNoteUnreachable,
  type NoteAnswered,
  type NoteNotNotified,
  type NoteReview,
  type NoteUnreachable,
} from './note.ts';
import { decideOpen, type Open } from './open.ts';
import { decideEndWindow, decideLetThrough, type EndWindow, type LetThrough } from './window.ts';

/** Everything that can be asked of a request. */
export type Command =
  | Open
  | LinkCommand
  | Leave
  | Cancel
  | FallDue
  | NoteAnswered
  | NoteNotNotified
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
    case 'cancel':
      return decideCancel(request, command, now);
    case 'fall_due':
      return decideFallDue(request, command, now);
    case 'note_answered':
      return decideNoteAnswered(request, command, now);
    case 'note_not_notified':
      return decideNoteNotNotified(request, command, now);
    case 'note_unreachable':
      return decideNoteUnreachable(request, command, now);
    case 'note_review':
      return decideNoteReview(request, command, now);
    case 'let_through':
      return decideLetThrough(request, command, now);
    case 'end_window':
      return decideEndWindow(request, command, now);
    default:
      return decideByLink(request, command, now);
  }
}
