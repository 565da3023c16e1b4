import * as z from 'zod/mini';
import { line } from '../../intake/text.ts';
import { limits } from '../../limits.ts';
import { Key, listed, mailbox, mapping, pattern, said, text } from './words.ts';

/** Who can be asked. */

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const days = weekdays.join('|');
const aRange = 'must be weekdays: a list such as [mon, wed], or a range such as mon-fri';
const Days = z.union(
  [
    z.array(z.enum(weekdays)).check(z.minLength(1, aRange)),
    z.string().check(z.regex(new RegExp(`^(?:${days})(?:-(?:${days}))?$`), aRange)),
  ],
  { error: aRange },
);

function timeOfDay() {
  const message = "must be a time of day such as '09:00'";
  return z.string({ error: message }).check(z.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, message));
}

/** JavaScript takes the 30th of February for the 2nd of March. */
function isInCalendar(day: string): boolean {
  return new Date(Date.parse(`${day}T00:00:00Z`) || 0).toISOString().startsWith(day);
}

function moment() {
  const message = "must be a day such as '2026-08-01', or a time such as '2026-08-01T09:00:00Z'";
  return z.string({ error: message }).check(
    z.regex(/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/, message),
    z.refine((written) => !Number.isNaN(Date.parse(written)) && isInCalendar(written.slice(0, 10)), message),
  );
}

const Hours = mapping({
  days: said('Weekdays, as a list (`[mon, wed]`) or a range (`mon-fri`).', Days),
  from: said("Beginning, as `'09:00'`.", timeOfDay()),
  to: said("End, as `'17:00'`; after the beginning.", timeOfDay()),
});

export const AbsenceInFile = mapping({
  from: said('First day, or a time with its zone.', moment()),
  to: said('Last day, or a time with its zone.', moment()),
  cover: z.optional(said('Who sits in: a person. They are asked instead, and four eyes hold for both.', text())),
});

export const PersonInFile = mapping({
  name: said('As colleagues read it. One line.', line(limits.name)),
  email: said(
    "Where requests are sent. Plain ASCII (an international domain as `xn--…`), a full domain, one person's alone.",
    mailbox(),
  ),
  aliases: z.optional(
    said(
      'Other addresses of the same human: they count once, and four eyes know them all.',
      listed(mailbox(), 'mail addresses').check(z.maxLength(20, 'must not have more than 20 items')),
    ),
  ),
  principals: z.optional(
    said(
      'The IAM principals that are this person: `{role, session}` or `{user}`, with `*` for any characters.',
      listed(
        z.union([mapping({ role: pattern(), session: pattern() }), mapping({ user: pattern() })], {
          error: 'must be `{role: …, session: …}` or `{user: …}`',
        }),
        'principals: `{role: …, session: …}` or `{user: …}`',
      ),
    ),
  ),
  roles: z.optional(
    said(
      'What they are asked as: `technical_lead`. A role is the group of those who have it.',
      listed(text(), 'roles'),
    ),
  ),
  hours: z.optional(said('When they work; left out: always. Who is at work is asked first.', Hours)),
  time_zone: z.optional(said('Where their hours and days are: `Europe/Berlin`. Left out: UTC.', text())),
  out_of_office: z.optional(said('Absences.', listed(AbsenceInFile, 'absences: `{from: …, to: …, cover: …}`'))),
});

export const GroupInFile = listed(text(), 'people, groups and roles').check(z.minLength(1, 'must have a member'));

export const DirectoryInFile = mapping({
  people: said(
    'The people. The key names them in gates, links and the audit log: keep it when the name changes, and never give it to somebody else.',
    z.record(Key, PersonInFile),
  ),
  groups: z.optional(
    said(
      "People, roles and other groups. A group cannot contain itself; its key cannot be a person's. One with the key of a role is merged with it.",
      z.record(Key, GroupInFile),
    ),
  ),
});
