import { limits } from '../limits.ts';
import { inNumber } from './conditions.ts';

/** A name without its number: `breaking_changes` is `breaking_change`. */
export function singular(name: string): string {
  return inNumber(name).reduce((shortest, each) => (each.length < shortest.length ? each : shortest), name);
}

/** Shorter names that differ by a letter are mostly two, and so are those whose words do: `region_a_down`, `is_new`. */
const shortest = { name: 6, word: 4 };

/** Do they differ by one slip: a letter too many, too few, another one, or two swapped? Never by digits alone. */
function oneSlipApart(one: string, other: string): boolean {
  if (one === other || Math.min(one.length, other.length) < shortest.name) return false;
  if (one.replaceAll(/\d/g, '') === other.replaceAll(/\d/g, '')) return false;
  const [words, others] = [one.split('_'), other.split('_')];
  const differ = words.flatMap((word, i) => (word === others[i] ? [] : [word, others[i] ?? '']));
  if (words.length === others.length && differ.some(({ length }) => length < shortest.word)) return false;
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  const [a, b] = [one.slice(same), other.slice(same)];
  const swapped = a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
  return swapped || a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1);
}

/** Finds names one slip apart without comparing each with each: such names are the same with a letter left out of them. */
export class Typos {
  readonly #byShortened = new Map<string, string[]>();

  constructor(names: Iterable<string>) {
    for (const name of new Set([...names].filter(({ length }) => length <= limits.name)))
      for (const each of shortened(name)) {
        const known = this.#byShortened.get(each);
        if (known) known.push(name);
        else this.#byShortened.set(each, [name]);
      }
  }

  /** The names one slip apart from this one. */
  of(name: string): string[] {
    const near = shortened(name).flatMap((each) => this.#byShortened.get(each) ?? []);
    return [...new Set(near)].filter((other) => oneSlipApart(name, other));
  }
}

function shortened(name: string): string[] {
  return [name, ...Array.from(name, (_, i) => name.slice(0, i) + name.slice(i + 1))];
}
