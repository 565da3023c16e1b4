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
  // The domain first, and lengths: most pairs are told apart before the long comparison.
  const [mine, theirs] = [split(one), split(other)];
  return couldBe(mine.domain, theirs.domain) && couldBe(mine.mailbox, theirs.mailbox);
}

function split(address: string): { mailbox: string[]; domain: string[] } {
  const at = address.lastIndexOf('@');
  return { mailbox: [...address.slice(0, Math.max(at, 0))], domain: [...address.slice(at + 1)] };
}

function couldBe(one: readonly string[], other: readonly string[]): boolean {
  const unknown = [...one, ...other].filter((letter) => letter === unreadable).length;
  if (unknown === 0) return one.length === other.length && one.every((letter, i) => letter === other[i]);
  return Math.abs(one.length - other.length) <= unknown && resembles(one, other);
}

/** Do four eyes exclude this person? `addresses` are canonical. */
export function isExcluded(excluded: Excluded, person: { person: string; addresses: readonly string[] }): boolean {
  return (
    excluded.people.includes(person.person) ||
    person.addresses.some((address) => excluded.addresses.some((out) => sameAddress(out, address)))
  );
}

function resembles(one: readonly string[], other: readonly string[]): boolean {
  // rows[i][j]: can the rest of `one` from i on be the rest of `other` from j on?
  const rows: boolean[][] = Array.from({ length: one.length + 1 }, () => []);
  const at = (i: number, j: number) => rows[i]?.[j] ?? false;
  const swallows = (text: readonly string[], from: number, count: number) =>
    from + count <= text.length && !text.slice(from, from + count).includes('@');
  for (let i = one.length; i >= 0; i--)
    for (let j = other.length; j >= 0; j--) {
      const [a, b] = [one[i], other[j]];
      let can = (a === undefined && b === undefined) || (a !== undefined && a === b && at(i + 1, j + 1));
      for (const count of [0, 1, 2]) {
        if (a === unreadable && swallows(other, j, count)) can ||= at(i + 1, j + count);
        if (b === unreadable && swallows(one, i, count)) can ||= at(i + count, j + 1);
      }
      const row = rows[i];
      if (row) row[j] = can;
    }
  return at(0, 0);
}
