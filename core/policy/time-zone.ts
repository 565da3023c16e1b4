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

/** When a day (`2026-08-01`), or the one so many days after it, begins in a time zone, as ISO UTC time. */
export function dayStart(day: string, timeZone: string, daysLater = 0): string {
  const midnight = new Date(`${day}T00:00:00Z`).getTime() + daysLater * 86_400_000;
  // The offset at about that time first, then the one in force at the moment found: they differ on the day it changes.
  const about = midnight - offsetAt(midnight, timeZone);
  return new Date(midnight - offsetAt(about, timeZone)).toISOString();
}

/** How far a time zone's clocks are ahead of UTC at a time, in milliseconds. */
function offsetAt(time: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  } as const).formatToParts(time);
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
