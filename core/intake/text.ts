import * as z from 'zod/mini';

/** CR, LF, tab and other control characters, line and paragraph separators. */
const control = /[\p{Cc}\p{Zl}\p{Zp}]/u;
/** The same without line feed, carriage return and tab, for text of several lines. */
const controlInText = /[^\P{Cc}\n\r\t]/u;

/** What is wrong with a value where text was expected. */
export function notText(issue: { input?: unknown }): string {
  return issue.input === undefined ? 'is required' : 'must be text';
}

function bounded(max: number, forbidden: RegExp, words: string) {
  return z.string({ error: notText }).check(
    z.refine((text) => text.trim().length > 0, 'must not be empty'),
    z.maxLength(max, `must not be longer than ${max} characters`),
    z.refine((text) => !forbidden.test(text), words),
    z.refine((text) => text.isWellFormed(), 'holds half a character (a lone surrogate)'),
  );
}

/** Text of one line: no control characters, so that it can stand in a mail's header. */
export function line(max: number) {
  return bounded(max, control, 'must be one line without control characters');
}

/** Text of several lines. */
export function paragraphs(max: number) {
  return bounded(max, controlInText, 'must not hold control characters');
}

/** The name of something in the policy: an environment, a fact, a trigger. */
const namePattern = /^[A-Za-z][A-Za-z0-9_.-]*$/;

export function name(max: number) {
  return z
    .string({ error: notText })
    .check(
      z.regex(namePattern, 'must be a name: letters, digits, `_`, `.` and `-`, beginning with a letter'),
      z.maxLength(max, `must not be longer than ${max} characters`),
    );
}
