import type { StageAnswer } from '../../core/gate.ts';
import { limits } from '../../core/limits.ts';
import { counted } from '../../core/review-words.ts';
import type { FormProblem, StageView, TypedForm } from '../../core/view.ts';
import { shortLine } from '../../core/visible.ts';
import { approves } from './answers.ts';
import { conditionsIn } from './form-body.ts';

/** What is wrong with what was typed beside `answer`, field by field. `answer` is undefined for a comment, or to hand on. */
export function formProblems(
  typed: TypedForm,
  stage: Pick<StageView, 'criteria' | 'comment'>,
  answer: StageAnswer | undefined,
  now: string,
): FormProblem[] {
  const approving = answer !== undefined && approves(answer);
  return [
    ...(approving ? criteriaProblems(typed, stage.criteria) : []),
    ...commentProblems(typed, answer && stage.comment, approving),
    ...conditionProblems(typed),
    ...(approving ? timeProblems(typed, now) : []),
  ];
}

function criteriaProblems({ confirmed = [] }: TypedForm, criteria: readonly string[]): FormProblem[] {
  const missing = criteria.filter((_, i) => !confirmed.includes(i)).map((one) => `“${shortLine(one, 120)}”`);
  if (missing.length === 0) return [];
  const message = `An approval confirms every criterion. Not confirmed: ${missing.join(', ')}.`;
  return [{ field: 'criteria', message }];
}

function commentProblems({ comment }: TypedForm, needed: StageView['comment'], approving: boolean): FormProblem[] {
  if (comment.length > limits.comment)
    return [
      { field: 'comment', message: `The comment has ${comment.length} characters; ${limits.comment} are allowed.` },
    ];
  if (comment !== '' || needed === undefined || (needed === 'unless_approved' && approving)) return [];
  return [{ field: 'comment', message: 'The policy asks that this answer says why: write a comment.' }];
}

function conditionProblems({ conditions }: TypedForm): FormProblem[] {
  const list = conditionsIn(conditions);
  const longest = Math.max(0, ...list.map((condition) => condition.length));
  const wrong = (message: string): FormProblem[] => [{ field: 'conditions', message }];
  if (list.length > limits.conditions)
    return wrong(`There are ${list.length} conditions; ${limits.conditions} are allowed.`);
  if (longest > limits.condition)
    return wrong(`A condition has ${longest} characters; ${limits.condition} are allowed in one line.`);
  return [];
}

function timeProblems({ notBefore = '', notAfter = '' }: TypedForm, now: string): FormProblem[] {
  const [from, until] = [utcTime(notBefore), utcTime(notAfter)];
  const unreadable = 'This is no date and time: write it as 2026-11-21T14:00, in UTC.';
  const latest = new Date(Date.parse(now) + limits.backstopSeconds * 1000).toISOString();
  const far = `That is too far off: no request waits longer than ${counted(limits.backstopSeconds / 86_400, 'day')}.`;
  const problems: FormProblem[] = [];
  if (notBefore !== '' && !from) problems.push({ field: 'not-before', message: unreadable });
  else if (from && from <= now)
    problems.push({ field: 'not-before', message: 'That time has passed. Leave it empty for at once.' });
  else if (from && from > latest) problems.push({ field: 'not-before', message: far });
  if (notAfter !== '' && !until) problems.push({ field: 'not-after', message: unreadable });
  else if (until && until <= now) problems.push({ field: 'not-after', message: 'That time has passed.' });
  else if (until && from && until <= from)
    problems.push({ field: 'not-after', message: 'It would end before it takes effect: choose a later time.' });
  return problems;
}

/** What a `datetime-local` field gives, read as UTC: an ISO time; undefined where it is none. */
export function utcTime(typed: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/.test(typed)) return undefined;
  const time = new Date(`${typed}Z`);
  // February 30th would become a day in March.
  return Number.isNaN(time.getTime()) || !time.toISOString().startsWith(typed.slice(0, 16))
    ? undefined
    : time.toISOString();
}
