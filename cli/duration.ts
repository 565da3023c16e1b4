const units = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const longNames = { seconds: 's', minutes: 'm', hours: 'h', days: 'd' } as const;

/** Milliseconds of a duration such as `90s`, `30m`, `2h`, `1d`, or `24_hours` as policies write it; undefined where it is none. */
export function durationMs(text: string): number | undefined {
  const [, count, short, long] = /^(\d{1,6})(?:([smhd])|_(seconds|minutes|hours|days))$/.exec(text) ?? [];
  if (count === undefined) return undefined;
  const unit = isKey(units, short) ? short : isKey(longNames, long) ? longNames[long] : undefined;
  return unit && Number(count) > 0 ? Number(count) * units[unit] * 1000 : undefined;
}

function isKey<T extends object>(of: T, key: string | undefined): key is Extract<keyof T, string> {
  return key !== undefined && Object.hasOwn(of, key);
}
