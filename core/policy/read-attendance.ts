import { AbsenceInFile, PersonInFile, weekdays } from './file/directory.ts';
import type { Person } from './policy.ts';
import { namesUnder, type Path, type Reading } from './reading.ts';
import { dayStart, isTimeZone, timeZones } from './time-zone.ts';

type Attendance = Pick<Person, 'hours' | 'timeZone' | 'outOfOffice'>;

/** When somebody works, and when they are away and who sits in. `known`: their key, and everybody's. */
export function readAttendance(
  reading: Reading,
  fields: Readonly<Record<string, unknown>>,
  path: Path,
  known: { key: string; keys: ReadonlySet<string> },
): Attendance {
  const { shape } = PersonInFile;
  const hours = reading.read(shape.hours, fields.hours, [...path, 'hours']);
  const time_zone = reading.read(shape.time_zone, fields.time_zone, [...path, 'time_zone']);
  const absences = Array.isArray(fields.out_of_office) ? fields.out_of_office : undefined;
  if (!absences) reading.read(shape.out_of_office, fields.out_of_office, [...path, 'out_of_office']);
  if (time_zone !== undefined && !isTimeZone(time_zone))
    reading.say(
      [...path, 'time_zone'],
      `'${time_zone}' is no time zone such as Europe/Berlin`,
      reading.meant(time_zone, timeZones()),
    );
  if (hours && hours.to <= hours.from)
    reading.say([...path, 'hours', 'to'], 'must be after `from`: hours do not reach over midnight');
  const zone = time_zone !== undefined && isTimeZone(time_zone) ? time_zone : 'UTC';
  return {
    ...(hours && { hours: { days: daysOf(hours.days), from: hours.from, to: hours.to } }),
    ...(time_zone !== undefined && { timeZone: time_zone }),
    ...(absences && {
      outOfOffice: absences.flatMap(
        (absence: unknown, i) => readAbsence(reading, absence, [...path, 'out_of_office', i], zone, known) ?? [],
      ),
    }),
  };
}

/** Weekdays in their order; a range may go round the week's end. */
function daysOf(written: string | readonly string[]): string[] {
  if (typeof written !== 'string') return weekdays.filter((day) => written.includes(day));
  const [first = 0, last = first] = written
    .split('-')
    .map((day) => weekdays.findIndex((known) => known.startsWith(day)));
  return weekdays.filter((_, i) => (first <= last ? first <= i && i <= last : first <= i || i <= last));
}

function readAbsence(
  reading: Reading,
  entry: unknown,
  path: Path,
  zone: string,
  { key, keys }: { key: string; keys: ReadonlySet<string> },
): NonNullable<Person['outOfOffice']>[number] | undefined {
  const [written] = namesUnder(entry, 'cover');
  if (written?.name === key) reading.say([...path, 'cover'], 'nobody sits in for themselves');
  else if (written?.name) reading.refersTo(keys, written.name, [...path, 'cover'], 'person');
  const absence = reading.read(AbsenceInFile, entry, path);
  if (!absence) return undefined;
  const { from, to, cover } = absence;
  const begins = isDay(from) ? dayStart(from, zone) : new Date(from).toISOString();
  // The last day belongs to it.
  const ends = isDay(to) ? dayStart(to, zone, 1) : new Date(to).toISOString();
  if (ends <= begins) reading.say([...path, 'to'], 'must not be before `from`');
  return { from: begins, to: ends, ...(cover !== undefined && { cover }) };
}

function isDay(written: string): boolean {
  return !written.includes('T');
}
