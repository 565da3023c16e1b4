const units = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800 } as const;

/** Seconds of a duration such as `24_hours`, `30_minutes`, `45_seconds`, `1_day`; undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  const [, count = '', unit = ''] = /^([1-9]\d{0,8})_([a-z]+?)s?$/.exec(text) ?? [];
  for (const [name, seconds] of Object.entries(units)) if (name === unit) return Number(count) * seconds;
  return undefined;
}

/** A duration in words: `36 hours`, `2 days`. */
export function durationInWords(seconds: number): string {
  const [unit, size] = Object.entries(units).findLast(([name, each]) => name !== 'week' && seconds % each === 0) ?? [
    'second',
    1,
  ];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
