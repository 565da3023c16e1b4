import * as z from 'zod/mini';
import { mailboxProblem } from '../intake/address.ts';
import { line } from '../intake/text.ts';
import { limits } from '../limits.ts';
import { parseDuration } from './duration.ts';

/** The pieces of a policy file as people write them. What spans pieces is checked where they are read together. */

/** Keys of people, groups and environments. */
export const keyPattern = /^[A-Za-z][A-Za-z0-9_.-]{0,99}$/;

/** A mapping without other keys. An unknown key's message lists the known ones, for `Reading` to choose a suggestion from. */
function mapping<S extends z.core.$ZodLooseShape>(shape: S) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : `must be a mapping with ${known}`),
  });
}

const listed = <T extends z.ZodMiniType>(of: T, what: string) => z.array(of, { error: `must be a list of ${what}` });
const text = z.string({ error: 'must be text' }).check(z.minLength(1, 'must not be empty'));
const pattern = text.check(
  z.maxLength(limits.address, `must not be longer than ${limits.address} characters`),
  z.regex(/^[\x21-\x7e]+$/, 'must be plain ASCII without spaces'),
);

const Mailbox = z.string({ error: 'must be a mail address' }).check(
  z.check<string>((payload) => {
    const message = mailboxProblem(payload.value);
    if (message) payload.issues.push({ code: 'custom', input: payload.value, message });
  }),
);

export const PersonInFile = mapping({
  name: line(limits.name),
  email: Mailbox,
  aliases: z.optional(listed(Mailbox, 'mail addresses').check(z.maxLength(20, 'must not have more than 20 items'))),
  principals: z.optional(
    listed(
      z.union([mapping({ role: pattern, session: pattern }), mapping({ user: pattern })], {
        error: 'must be `{role: …, session: …}` or `{user: …}`',
      }),
      'principals: `{role: …, session: …}` or `{user: …}`',
    ),
  ),
});
export type PersonInFile = z.output<typeof PersonInFile>;

export const GroupInFile = listed(text, 'people and groups').check(z.minLength(1, 'must have a member'));

export const SourceInFile = mapping({
  may_name: listed(
    pattern.check(
      z.refine(
        (value) => value === '*' || value.includes('@'),
        "must be a mail address or a pattern of one, such as '*@example.com' or '*'",
      ),
    ),
    "addresses or patterns, such as '*@example.com'",
  ),
  environments: listed(pattern, "environments or patterns, such as '*'"),
  facts: z._default(listed(pattern, "facts' names or patterns, such as '*'"), []),
  enforced: z.optional(z.boolean({ error: 'must be true or false' })),
  may_cancel: z.optional(listed(text, 'people and groups')),
});

const ruleError = 'must be all, any, or {quorum: n} with n from 1';
export const StageInFile = mapping({
  name: line(limits.name),
  approvers: listed(text, 'people and groups').check(z.minLength(1, 'must name somebody')),
  rule: z._default(
    z.union(
      [
        z.literal('all'),
        z.literal('any'),
        z.strictObject({ quorum: z.int(ruleError).check(z.positive(ruleError)) }, ruleError),
      ],
      {
        error: ruleError,
      },
    ),
    'all',
  ),
  timeout: z.pipe(
    z
      .unknown()
      .check(
        z.refine(
          (value) => typeof value === 'string' && parseDuration(value) !== undefined,
          'must be a duration such as 24_hours, 30_minutes, 45_seconds or 2_days',
        ),
      ),
    z.transform((value) => parseDuration(String(value)) ?? 0),
  ),
  criteria: z.optional(
    listed(line(limits.criterion), 'things to confirm').check(
      z.maxLength(limits.criteria, `must not have more than ${limits.criteria} items`),
    ),
  ),
});
