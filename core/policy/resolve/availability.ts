import type { Person, Policy } from '../policy.ts';

type People = Policy['directory']['people'];

/**
 * Is this person away, and until when? `now` is ISO. Of absences at the same time, the first that names a cover: one
 * without must not keep somebody from sitting in.
 */
export function absenceOf(person: Person, now: string): NonNullable<Person['outOfOffice']>[number] | undefined {
  const at = Date.parse(now);
  const away = person.outOfOffice?.filter(({ from, to }) => Date.parse(from) <= at && at < Date.parse(to)) ?? [];
  return away.find(({ cover }) => cover !== undefined) ?? away[0];
}

/**
 * Who sits in for somebody who is away: the first along the chain of covers who is there, and those they sit in for,
 * oldest first. Undefined where the chain ends, or comes back to itself, with nobody there.
 */
export function coverOf(people: People, person: string, now: string): { person: string; via: string[] } | undefined {
  const via: string[] = [];
  let key = person;
  for (;;) {
    const known = Object.hasOwn(people, key) ? people[key] : undefined;
    if (!known) return undefined;
    const absence = absenceOf(known, now);
    if (!absence) return via.length === 0 ? undefined : { person: key, via };
    via.push(key);
    if (absence.cover === undefined || via.includes(absence.cover)) return undefined;
    key = absence.cover;
  }
}

/** Is it within their working hours? Who states none works always. */
export function isWorking({ hours, timeZone }: Person, now: string): boolean {
  if (!hours) return true;
  const { day, time } = localTime(new Date(now), timeZone ?? 'UTC');
  return hours.days.includes(day) && hours.from <= time && time < hours.to;
}

/** Making a formatter costs more than all else here, and there are few time zones. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Weekday (`mon`) and time of day (`09:05`) in a time zone. */
function localTime(at: Date, timeZone: string): { day: string; time: string } {
  const format =
    formatters.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  formatters.set(timeZone, format);
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: parts.get('weekday')?.toLowerCase() ?? '',
    time: `${parts.get('hour') ?? ''}:${parts.get('minute') ?? ''}`,
  };
}
