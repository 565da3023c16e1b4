import { type DueMail, mailsFor } from './due-mails.ts';
import type { TaskRef } from './entry.ts';
import { scopeOf } from './maintenance/window.ts';
import { type ReviewOf, reviewWanted } from './person/review.ts';
import type { MaintenanceWindow } from './policy/situation.ts';
import { type Milestone, nextDue, type Request, type SettledRequest, waitingTasks, windowInForce } from './request.ts';

/** An event that should be on the bus, for the entry `seq`. */
export type DueEvent = Milestone;

/**
 * What the outside should look like now, given what the request is now. Nothing of it says what was done already: markers,
 * the read model's row and AWS itself say that, and performing it twice comes to the same.
 */
export interface Reactions {
  /** Tasks to answer, all with the request's outcome. */
  resume: { request: SettledRequest; tasks: TaskRef[] } | undefined;
  mails: DueMail[];
  events: readonly DueEvent[];
  /** When the request's one schedule should fire; undefined: it should have none. */
  timer: string | undefined;
  /** The review to be opened because of this request. */
  review: ReviewOf | undefined;
  /** What is to stand among the maintenance windows because of this request, since which entry; undefined where it asks for none. */
  window: DueWindow | undefined;
  /** Is there something left that the sweep has to look at? */
  open: boolean;
}

/**
 * - `asked`: listed, and nothing is let through
 * - `in_force`: requests are let through
 * - `over`: gone from the list; `validation` is still to be opened where it was in force
 */
export interface DueWindow {
  state: 'asked' | 'in_force' | 'over';
  window: MaintenanceWindow;
  since: number;
  validation: boolean;
}

export function reactionsTo(request: Request): Reactions {
  const waiting = waitingTasks(request);
  const review = reviewWanted(request);
  const window = windowOf(request);
  const validation = window?.validation ?? false;
  return {
    resume: request.status === 'settled' && waiting.length > 0 ? { request, tasks: waiting } : undefined,
    mails: mailsFor(request),
    events: request.milestones,
    timer: nextDue(request),
    review,
    window,
    open:
      request.status !== 'settled' ||
      waiting.length > 0 ||
      review !== undefined ||
      window?.state === 'in_force' ||
      validation,
  };
}

function windowOf(request: Request): DueWindow | undefined {
  const { maintenance, id } = request;
  if (!maintenance) return undefined;
  const window = scopeOf(id, maintenance.window);
  const { ended } = maintenance;
  if (ended) return { state: 'over', window, since: ended.seq, validation: request.review === undefined };
  if (request.status !== 'settled') return { state: 'asked', window, since: 1, validation: false };
  const state = windowInForce(request) ? 'in_force' : 'over';
  return { state, window, since: request.settledSeq, validation: false };
}
