import * as z from 'zod/mini';
import { mailboxProblem } from '../../intake/address.ts';
import { limits } from '../../limits.ts';
import { parseDuration } from '../duration.ts';

/** What the pieces of a policy file are made of. */

/** Keys of people, groups, roles, environments, checkpoints and workflows. */
export const keyPattern = /^[A-Za-z][A-Za-z0-9_.-]{0,99}$/;
export const aKey = 'a key of letters, digits, `_`, `.` and `-`, beginning with a letter';
export const Key = z.string().check(z.regex(keyPattern));

/** What the reference and editors say of a piece. */
export const described = z.registry<{ description: string }>();

/** A piece of the file with the words the reference has for it. */
export function said<T extends z.ZodMiniType>(description: string, piece: T): T {
  described.add(piece, { description });
  return piece;
}

/** A mapping without other keys. An unknown key's message lists the known ones, for `Reading` to choose a suggestion from. */
export function mapping<S extends z.core.$ZodLooseShape>(shape: S) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : `must be a mapping with ${known}`),
  });
}

export function listed<T extends z.ZodMiniType>(of: T, what: string) {
  return z.array(of, { error: `must be a list of ${what}` });
}

export function text() {
  return z.string({ error: 'must be text' }).check(z.minLength(1, 'must not be empty'));
}

export function pattern() {
  return text().check(
    z.maxLength(limits.address, `must not be longer than ${limits.address} characters`),
    z.regex(/^[\x21-\x7e]+$/, 'must be plain ASCII without spaces'),
  );
}

export function mailbox() {
  return z.string({ error: 'must be a mail address' }).check(
    z.check<string>((payload) => {
      const message = mailboxProblem(payload.value);
      if (message) payload.issues.push({ code: 'custom', input: payload.value, message });
    }),
  );
}

export function yesOrNo() {
  return z.boolean({ error: 'must be true or false' });
}

export function oneOf<const T extends readonly [string, ...string[]]>(words: T, message?: string) {
  return z.enum(words, { error: message ?? `must be ${inWords(words)}` });
}

/** A name, or a list of them. */
export function names(what: string) {
  const message = `must name ${what}: a name or a list of names`;
  return z.union([text(), z.array(text()).check(z.minLength(1, message))], { error: message });
}

/** What is said of a duration that is none. */
export const aDuration = 'must be a duration such as 24_hours, 30_minutes, 45_seconds or 2_days';
/** Seconds, written as `24_hours`. */
export function duration() {
  return z.pipe(
    z
      .string({ error: aDuration })
      .check(z.regex(/^[1-9]\d{0,8}_(?:second|minute|hour|day|week)s?$/, { error: aDuration, abort: true })),
    z.transform((written) => parseDuration(written) ?? 0),
  );
}

/** A condition: a name or an expression. What it says is checked where its own names are known. */
export function condition() {
  return z
    .string({ error: 'must be a condition: a name or an expression, as text' })
    .check(
      z.minLength(1, 'must not be empty'),
      z.maxLength(limits.expression, `must not be longer than ${limits.expression} characters`),
    );
}

export function conditions() {
  return listed(condition(), 'conditions: names or expressions');
}

function inWords(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
