import type { Checkpoint } from './policy.ts';
import type { ConditionsKnow, Heard } from './read-conditions.ts';
import type { Reading } from './reading.ts';
import { singular, Typos } from './typos.ts';

/**
 * Warns of what is probably mistyped in conditions, once all of them were read: a fact that is nearly one of the policy's
 * own conditions or nearly another fact, and a condition of its own that nothing uses.
 */
export function warnOfMistyped(
  reading: Reading,
  { own, heard }: ConditionsKnow,
  checkpoints: readonly Checkpoint[] = [],
): void {
  const unused = [...own.keys()].filter((name) => !heard.used.has(name));
  const fewUnused = unused.length <= 10 ? unused : [];
  for (const name of unused) reading.warn(['conditions', name], 'is used nowhere', { onKey: true });
  const names = new Map([...own.keys()].map((name) => [singular(name), name]));
  const typos = new Typos(names.keys());
  const rest = heard.facts.filter(({ fact, path, text, byName }) => {
    const [near] = byName ? typos.of(singular(fact)) : [];
    // Further off is near enough for one that is not used. Where many are not, they wait for their rules.
    const meant = near === undefined ? byName && reading.meant(fact, fewUnused).suggestion : names.get(near);
    if (!meant) return true;
    const suggestion = text === fact ? meant : `no_${meant}`;
    reading.warn(path, `'${fact}' is none of \`conditions\`, and is asked for as a fact`, { suggestion });
    return false;
  });
  warnOfFacts(reading, rest, checkpoints);
}

/** Two facts one slip apart are probably one. The one that is asked for less often is told of, and never what triggers. */
function warnOfFacts(reading: Reading, asked: Heard['facts'], checkpoints: readonly Checkpoint[]): void {
  const often = new Map<string, { times: number; spelt: string; since: number }>();
  asked.forEach(({ fact }, since) => {
    const known = often.get(singular(fact)) ?? { times: 0, spelt: fact, since };
    often.set(singular(fact), { ...known, times: known.times + 1 });
  });
  for (const trigger of checkpoints.flatMap(({ triggers }) => triggers))
    often.set(singular(trigger), { times: Number.POSITIVE_INFINITY, spelt: trigger, since: 0 });
  const typos = new Typos(often.keys());
  for (const { fact, path } of asked) {
    const mine = often.get(singular(fact));
    const right = typos
      .of(singular(fact))
      .flatMap((other) => often.get(other) ?? [])
      .find(({ times, since }) => mine && (times > mine.times || (times === mine.times && since < mine.since)));
    if (right) reading.warn(path, `'${fact}' and '${right.spelt}' are two facts`, { suggestion: right.spelt });
  }
}
