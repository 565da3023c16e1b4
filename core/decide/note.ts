import { limits } from '../limits.ts';
import type { Link } from '../link.ts';
import type { RefusalCode } from '../refusal.ts';
import type { Request } from '../request.ts';
import { append, type Decision, recorded, refused } from './decision.ts';
import { seatOf } from './seat.ts';
import { linkKeyOf, type Reached } from './vote.ts';

/** What became of answering a waiting task. */
export interface NoteAnswered {
  type: 'note_answered';
  task: string;
  result: 'delivered' | 'gone' | 'superseded' | 'unknown';
}

export function decideNoteAnswered(request: Request, command: NoteAnswered, now: string): Decision {
  const commandId = `answered:${command.task}`;
  const before = request.commands.get(commandId);
  if (before) return recorded(before);
  const task = request.tasks.find((known) => known.key === command.task);
  if (!task) return refused('not_found', 'This request has no such waiting task.');
  if (request.status !== 'settled') return refused('too_early', 'A task is answered when its request is settled.');
  return append(request, { type: 'task_answered', commandId, task: command.task, result: command.result }, now);
}

/** A mail could not be handed over. */
export interface NoteNotNotified {
  type: 'note_not_notified';
  mail: string;
  to: string;
  channel: string;
  reason: string;
}

export function decideNoteNotNotified(request: Request, command: NoteNotNotified, now: string): Decision {
  const commandId = `not_notified:${command.mail}`;
  const before = request.commands.get(commandId);
  if (before) return recorded(before);
  if (request.seq >= limits.entries) return refused('too_many');
  const { mail, to, channel, reason } = command;
  return append(
    request,
    { type: 'not_notified', commandId, mail, to, channel, reason: reason.slice(0, limits.reason) },
    now,
  );
}

/** People have left the directory, and the gate can no longer be met. */
export interface NoteUnreachable {
  type: 'note_unreachable';
  commandId: string;
  problems: readonly string[];
}

export function decideNoteUnreachable(request: Request, command: NoteUnreachable, now: string): Decision {
  const { commandId } = command;
  const before = request.commands.get(commandId);
  if (before) return recorded(before);
  if (request.status === 'settled') return refused('already_settled');
  const problems = command.problems.slice(0, limits.stages).map((problem) => problem.slice(0, limits.reason));
  return append(request, { type: 'found_unreachable', commandId, round: request.round.round, problems }, now);
}

/** The request that reviews this one afterwards is open. */
export interface NoteReview {
  type: 'note_review';
  review: string;
}

export function decideNoteReview(request: Request, { review }: NoteReview, now: string): Decision {
  const commandId = `reviewed_by:${review}`;
  const before = request.commands.get(commandId);
  if (before) return recorded(before);
  if (request.status !== 'settled') return refused('too_early', 'A review comes after its request is settled.');
  return append(request, { type: 'review_opened', commandId, review }, now);
}

/** Somebody with a valid link was refused. Bounded by link and by request, so that no link can fill the log. */
export interface NoteRefused {
  type: 'note_refused';
  commandId: string;
  link: Link;
  attempted: string;
  code: RefusalCode;
  reached: Reached;
}

export function decideNoteRefused(request: Request, command: NoteRefused, now: string): Decision {
  const before = request.commands.get(command.commandId);
  if (before) return recorded(before);
  const seat = seatOf(request, command.link);
  if (!seat) return refused('forged');
  const { link, commandId, attempted, code, reached } = command;
  const { person, address: by } = seat.approver;
  const ofLink = request.refusals[`${link.round}/${link.stage}/${person}`] ?? 0;
  const ofAll = Object.values(request.refusals).reduce((sum, count) => sum + count, 0);
  if (ofLink >= limits.refusalsPerLink || ofAll >= limits.refusalsPerRequest || request.seq >= limits.entries)
    return refused('too_many');
  const { round, stage } = link;
  return append(
    request,
    {
      type: 'attempt_refused',
      commandId,
      round,
      stage,
      person,
      by,
      attempted,
      code,
      linkKey: linkKeyOf(link),
      ...reached,
    },
    now,
  );
}
