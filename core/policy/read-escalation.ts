import { EscalationLevelInFile, lastResort } from './file/escalation.ts';
import { aKey, keyPattern } from './file/words.ts';
import type { Policy } from './policy.ts';
import { isMapping, type Reading } from './reading.ts';

/** Escalation levels: checked, and kept as they are written. */
export function readEscalation(reading: Reading, value: unknown): Policy['escalationLevels'] {
  if (value === undefined) return undefined;
  const entries = reading.entries(value, ['escalation_levels'], `each level under ${aKey}`, keyPattern) ?? [];
  const next = new Set([...entries.map(([name]) => name), lastResort]);
  const levels: NonNullable<Policy['escalationLevels']> = {};
  for (const [name, entry] of entries) {
    const path = ['escalation_levels', name];
    const written = isMapping(entry) ? entry.escalation : undefined;
    if (typeof written === 'string')
      reading.refersTo(next, written, [...path, 'escalation'], `escalation level, and not ${lastResort}`);
    if (reading.read(EscalationLevelInFile, entry, path) && isMapping(entry)) levels[name] = { ...entry };
  }
  for (const name of Object.keys(levels))
    if (goesRound(levels, name))
      reading.say(['escalation_levels', name, 'escalation'], `leads back to '${name}', so it would never end`);
  reading.warn(['escalation_levels'], 'is recorded, and this version does not act on it', { onKey: true });
  return levels;
}

function goesRound(levels: NonNullable<Policy['escalationLevels']>, from: string): boolean {
  const passed = new Set<string>();
  let at: unknown = levels[from]?.escalation;
  while (typeof at === 'string' && !passed.has(at)) {
    if (at === from) return true;
    passed.add(at);
    at = levels[at]?.escalation;
  }
  return false;
}
