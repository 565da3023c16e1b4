import type { Excluded } from './claim.ts';

/** In a canonical address: a character that is no ASCII letter and resembles none we know. It may stand for any. */
export const unreadable = '\uFFFD';

/**
 * Are these two canonical addresses the same, or could they be? An unreadable character stands for up to two others
 * (never `@`), so a look-alike that nobody listed excludes too many people rather than too few.
 */
export function sameAddress(one: string, other: string): boolean {
  if (one === other) return true;
  if (!one.includes(unreadable) && !other.includes(unreadable)) return false;
  const [mine, theirs] = [one.lastIndexOf('@'), other.lastIndexOf('@')];
  // The domain first: most pairs are told apart by it.
  return (
    couldBe(one.slice(mine + 1), other.slice(theirs + 1)) &&
    couldBe(one.slice(0, Math.max(mine, 0)), other.slice(0, Math.max(theirs, 0)))
  );
}

/** The same for a part of a canonical address, which is ASCII but for what cannot be read. */
export function couldBe(one: string, other: string): boolean {
  if (one === other) return true;
  const unknown = countUnreadable(one) + countUnreadable(other);
  if (unknown === 0 || Math.abs(one.length - other.length) > unknown) return false;
  // Most of what is left is told apart by how it begins or ends.
  return !differ(one[0], other[0]) && !differ(one.at(-1), other.at(-1)) && resembles(one, other);
}

function countUnreadable(text: string): number {
  let count = 0;
  for (let at = text.indexOf(unreadable); at >= 0; at = text.indexOf(unreadable, at + 1)) count++;
  return count;
}

/** Do four eyes exclude this person? `addresses` are canonical. */
export function isExcluded(excluded: Excluded, person: { person: string; addresses: readonly string[] }): boolean {
  return (
    excluded.people.includes(person.person) ||
    person.addresses.some((address) => excluded.addresses.some((out) => sameAddress(out, address)))
  );
}

/** Two letters that can be read, and are not the same. */
function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== unreadable && other !== unreadable && one !== other;
}

function resembles(one: string, other: string): boolean {
  const width = other.length + 1;
  // At i * width + j: can the rest of `one` from i on be the rest of `other` from j on?
  const can = new Uint8Array((one.length + 1) * width);
  can[can.length - 1] = 1;
  for (let i = one.length; i >= 0; i--) {
    for (let j = other.length; j >= 0; j--) {
      const here = i * width + j;
      const [a, b] = [one[i], other[j]];
      if (a !== undefined && a === b) can[here] ||= can[here + width + 1] ?? 0;
      if (a === unreadable) can[here] ||= swallowing(can, here + width, other, j, 1);
      if (b === unreadable) can[here] ||= swallowing(can, here + 1, one, i, width);
    }
    // A row looks at the two after it at most: nothing comes of two that are empty.
    if (!can.subarray(i * width, (i + 2) * width).includes(1)) return false;
  }
  return can[0] === 1;
}

/** Nothing, or one or two letters of a text from there on, none of them `@`, and then the rest. */
function swallowing(can: Uint8Array, rest: number, text: string, from: number, step: number): number {
  for (let count = 0; count <= 2; count++) {
    if (can[rest + count * step]) return 1;
    const next = text[from + count];
    if (next === undefined || next === '@') return 0;
  }
  return 0;
}
