import { errorOf } from '../answer.ts';
import type { Decided } from '../entry.ts';
import type { Stage, StageAnswer } from '../gate.ts';
import { limits } from '../limits.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { type PendingRequest, type Times, windowOf } from '../request.ts';
import { utcInWords } from '../review-words.ts';

/** What may be said with an answer. */
export interface Saying {
  comment?: string;
  conditions?: string[];
  /** Which of the stage's criteria are confirmed: indexes into them. An approval needs all of them. */
  confirmed?: number[];
  /** No earlier and no later than then is it to take effect: ISO times with an offset, of an approval only. */
  notBefore?: string;
  notAfter?: string;
  /** Ask them again about whatever request revises this one. */
  again?: boolean;
}

/** What an entry keeps of what was said with an answer. */
export type Said = Pick<Decided, 'comment' | 'conditions' | 'confirmed' | 'notBefore' | 'notAfter' | 'again'>;
export type Heard = { ok: true; said: Said } | { ok: false; refusal: Refusal };
type Answer = Exclude<StageAnswer, { effect: 'hand_on' }>;

const day = 24 * 3600;

/** What was said with an answer, where it is all that the stage asks for and nothing that cannot be. `at` is ISO. */
export function saidWith(request: PendingRequest, stage: Stage, answer: Answer, saying: Saying, at: string): Heard {
  const { comment, conditions, confirmed = [], again } = saying;
  const approves = answer.effect === 'count' ? answer.vote === 'for' : errorOf(answer.outcome) === undefined;
  const times = timesOf(approves ? saying : {});
  const refusal =
    commentTooLong(comment) ??
    tooManyConditions(conditions) ??
    unconfirmed(stage, confirmed, approves) ??
    commentMissing(stage, comment, approves) ??
    untimely(request, answer, times, at);
  if (refusal) return { ok: false, refusal };
  const items = [...new Set(confirmed)].sort((a, b) => a - b);
  return {
    ok: true,
    said: {
      ...(comment && { comment }),
      ...(conditions && conditions.length > 0 && { conditions }),
      ...(items.length > 0 && { confirmed: items }),
      ...times,
      ...(again && { again }),
    },
  };
}

/** The page says so while there is time to shorten it; a log is bounded whoever writes to it. */
export function commentTooLong(comment: string | undefined): Refusal | undefined {
  if (comment === undefined || comment.length <= limits.comment) return undefined;
  return refuse('too_large', `A comment has ${limits.comment} characters at most.`, 'comment');
}

/** Where the stage wants to be told why. */
export function commentMissing(stage: Stage, comment: string | undefined, approves: boolean): Refusal | undefined {
  const needed = stage.comment === 'always' || (stage.comment === 'unless_approved' && !approves);
  return needed && !comment?.trim() ? refuse('comment_missing', undefined, 'comment') : undefined;
}

function tooManyConditions(conditions: string[] = []): Refusal | undefined {
  if (conditions.length <= limits.conditions && conditions.every(({ length }) => length <= limits.condition))
    return undefined;
  const { conditions: count, condition: length } = limits;
  return refuse('too_large', `There are ${count} conditions at most, of ${length} characters each.`, 'conditions');
}

/** An approval confirms every item; whatever is confirmed is one of them. */
function unconfirmed({ criteria = [] }: Stage, confirmed: readonly number[], approves: boolean): Refusal | undefined {
  if (confirmed.some((index) => criteria[index] === undefined))
    return refuse('invalid', 'This stage’s checklist has no such item.', 'confirmed');
  const missing = criteria.flatMap((item, index) => (confirmed.includes(index) ? [] : [{ item, index }]));
  if (!approves || missing.length === 0) return undefined;
  return refuse(
    'criteria_missing',
    `To approve, confirm every item of the checklist. Not confirmed: ${missing.map(({ item }) => `“${item}”`).join(', ')}.`,
    missing.map(({ item, index }) => ({ path: `confirmed.${index}`, message: `“${item}” is not confirmed.` })),
  );
}

/** A time with its date and offset. The schema library's own costs the function that takes the vote 3 KB. */
function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** The times as entries keep them: UTC, with milliseconds, so that they compare as text. */
function timesOf({ notBefore, notAfter }: Times): Pick<Said, 'notBefore' | 'notAfter'> {
  const utc = (time: string) => (isTime(time) ? new Date(time).toISOString() : time);
  return {
    ...(notBefore !== undefined && { notBefore: utc(notBefore) }),
    ...(notAfter !== undefined && { notAfter: utc(notAfter) }),
  };
}

/** Why an approval cannot take effect as is asked for. */
function untimely(request: PendingRequest, answer: Answer, times: Times, at: string): Refusal | undefined {
  const asked = Object.entries(times).flatMap(([path, time]) => (time === undefined ? [] : [{ path, time }]));
  const last = asked.at(-1);
  if (!last) return undefined;
  if (answer.effect === 'settle') return refuse('invalid', 'This answer takes effect at once.', last.path);
  const latest = latestEffect(request, at);
  for (const { path, time } of asked) {
    if (!isTime(time))
      return refuse('invalid', 'Write a time with its date and offset, like 2026-11-21T14:00:00Z.', path);
    if (time <= at) return refuse('invalid', 'This time has passed already. Choose one still to come.', path);
    if (time > latest)
      return refuse('invalid', `This is too far off. Choose a time until ${utcInWords(latest)}.`, path);
  }
  const { from, until } = windowOf({ gate: request.round.gate, votes: [...request.round.votes, times] });
  if (from === undefined || until === undefined || from < until) return undefined;
  return refuse(
    'invalid',
    `So it could never take effect: not before ${utcInWords(from)}, and not after ${utcInWords(until)}.`,
    last.path,
  );
}

/** An approval waits for so long at most, and no longer than the work that asked. */
function latestEffect({ openedAt }: PendingRequest, at: string): string {
  const byWait = Date.parse(at) + limits.effectSeconds * 1000;
  const byWork = Date.parse(openedAt) + (limits.backstopSeconds - day) * 1000;
  return new Date(Math.min(byWait, byWork)).toISOString();
}
