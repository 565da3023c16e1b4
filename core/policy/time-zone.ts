const known = new Map<string, boolean>();

/** Is it the IANA name of a time zone? */
export function isTimeZone(name: string): boolean {
  const answer = known.get(name) ?? canBeUsed(name);
  if (known.size < 1_000) known.set(name, answer);
  return answer;
}

/** The names of time zones, to suggest one of. */
export function timeZones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')];
}

const oneDay = 86_400_000;

/** When a day (`2026-08-01`), or the one so many days after it, begins in a time zone, as ISO UTC time. */
export function dayStart(day: string, timeZone: string, daysLater = 0): string {
  const midnight = new Date(`${day}T00:00:00Z`).getTime() + daysLater * oneDay;
  // Where clocks change at midnight, only one of the two offsets around it leads into the day, or both do: the first is it.
  const moments = [midnight - oneDay, midnight + oneDay].map((near) => midnight - offsetAt(near, timeZone));
  const within = moments.filter((moment) => moment + offsetAt(moment, timeZone) >= midnight);
  return new Date(Math.min(...(within.length > 0 ? within : moments))).toISOString();
}

/** Making a formatter costs more than all else here. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const format =
    formatters.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    } as const);
  formatters.set(timeZone, format);
  return format;
}

/** How far a time zone's clocks are ahead of UTC at a time, in milliseconds. */
function offsetAt(time: number, timeZone: string): number {
  const parts = formatterOf(timeZone).formatToParts(time);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'), read('second')) - time;
}

function canBeUsed(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
