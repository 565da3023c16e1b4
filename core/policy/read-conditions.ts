import { isName, type OwnConditions, ownNamed, readCondition } from './conditions.ts';
import { conditionName } from './file.ts';
import { fitsPattern } from './pattern.ts';
import type { Condition, Policy } from './policy.ts';
import { type Comparable, checkComparisons } from './read-comparisons.ts';
import { isMapping, type Path, type Reading } from './reading.ts';

/** What conditions may speak of in this policy. */
export interface ConditionsKnow {
  own: OwnConditions;
  /** Patterns of the facts that some source may state; undefined where the policy registers no source. */
  facts: readonly string[] | undefined;
  /** What environment and source may be compared with. */
  comparable: Comparable;
  /** What was read so far. */
  heard: Heard;
}

/** What the conditions of a policy ask for, to find what is mistyped. */
export interface Heard {
  /** The policy's own conditions that something uses. */
  used: Set<string>;
  /** Facts, each time one is asked for: by its name (`no_` left out), or in an expression. */
  facts: { fact: string; path: Path; text: string; byName: boolean }[];
}

/** The policy's own names. */
export function readOwnConditions(
  reading: Reading,
  value: unknown,
  known: Pick<ConditionsKnow, 'facts' | 'comparable'>,
): ConditionsKnow {
  const own = new Map<string, string>();
  const all = { ...known, own, heard: { used: new Set<string>(), facts: [] } };
  if (value === undefined) return all;
  const what = 'each condition under a name of letters, digits and `_`, beginning with a small letter';
  const entries = reading.entries(value, ['conditions'], what, conditionName) ?? [];
  const names = new Set(entries.map(([name]) => name));
  for (const [name, text] of entries) {
    const path = ['conditions', name];
    const written = typeof text === 'string' && isName(text) ? text.replace(/^no_(?=.)/, '') : undefined;
    const later = written === undefined || ownNamed(written, own) ? undefined : ownNamed(written, names);
    const twin = ownNamed(name, own);
    if (twin !== undefined) reading.warn(path, `differs from '${twin}' in number alone`, { onKey: true });
    if (later !== undefined) {
      all.heard.used.add(later);
      reading.say(path, `'${later}' has to stand above what uses it`);
      continue;
    }
    const condition = readOne(reading, text, path, all);
    if (condition) own.set(name, condition.expression);
  }
  return all;
}

/** The conditions that stand under a key of a piece, whatever else is wrong with the piece. */
export function readConditions(
  reading: Reading,
  piece: unknown,
  key: string,
  path: Path,
  known: ConditionsKnow,
): Condition[] {
  const held = isMapping(piece) ? piece[key] : undefined;
  const listed: [unknown, Path][] = Array.isArray(held)
    ? held.map((text: unknown, i): [unknown, Path] => [text, [...path, key, i]])
    : [[held, [...path, key]]];
  return listed.flatMap(([text, at]) => {
    const condition = typeof text === 'string' && text !== '' ? readOne(reading, text, at, known) : undefined;
    return condition ? [condition] : [];
  });
}

function readOne(reading: Reading, text: unknown, path: Path, known: ConditionsKnow): Condition | undefined {
  if (typeof text !== 'string' || text.trim() === '') {
    reading.say(path, 'must be a condition: a name or an expression, as text');
    return undefined;
  }
  const read = readCondition(text, known.own);
  if ('problem' in read) {
    reading.say(path, read.problem, read.meant === undefined ? {} : { suggestion: read.meant });
    return undefined;
  }
  if (read.own !== undefined) known.heard.used.add(read.own);
  const byName = isName(text.trim());
  if (!byName) checkComparisons(reading, text.trim(), path, known.comparable);
  const { facts } = known;
  for (const fact of read.facts) {
    if (!facts || fact.some((name) => facts.some((pattern) => fitsPattern(pattern, name))))
      known.heard.facts.push({ fact: fact[0] ?? '', path, text: text.trim(), byName });
    else reading.warn(path, `no source may state the fact '${fact[0]}'`, reading.meant(text, candidates(known, facts)));
  }
  return read.condition;
}

/** Names that could have been meant: the policy's own, and the facts that sources may state. */
function candidates({ own }: ConditionsKnow, facts: readonly string[]): string[] {
  const stated = facts.filter((pattern) => !pattern.includes('*'));
  return [...own.keys(), ...stated, ...stated.map((fact) => `no_${fact}`)];
}

/** Patterns of the facts that sources may state. */
export function factsOf(sources: Policy['sources'] | undefined): readonly string[] | undefined {
  return sources && [...new Set(Object.values(sources).flatMap(({ facts }) => facts))];
}
