/** Does a text fit a pattern in which `*` stands for any run of characters, the empty one included? Linear time. */
export function fitsPattern(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return pattern === text;
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false;
  let from = head.length;
  const end = text.length - tail.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at < 0 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}

/** Is there a text that fits both patterns? */
export function patternsOverlap(one: string, other: string): boolean {
  if (!one.includes('*')) return fitsPattern(other, one);
  if (!other.includes('*')) return fitsPattern(one, other);
  // Row i, column j: is there a text that fits both from i and j on?
  let below: boolean[] = [];
  for (let i = one.length; i >= 0; i--) {
    const row: boolean[] = [];
    for (let j = other.length; j >= 0; j--) {
      const a = one[i];
      const b = other[j];
      if (a === undefined && b === undefined) row[j] = true;
      else if (a === '*' || b === '*')
        row[j] = (a !== undefined && (below[j] ?? false)) || (b !== undefined && (row[j + 1] ?? false));
      else row[j] = a === b && (below[j + 1] ?? false);
    }
    below = row;
  }
  return below[0] ?? false;
}

/** How much a pattern says: its characters without `*`. */
export function literalLength(pattern: string): number {
  return pattern.replaceAll('*', '').length;
}
