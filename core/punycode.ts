/** RFC 3492: the Unicode text of a domain label that begins with `xn--`, undefined where it is not one. */
export function decodeLabel(label: string): string | undefined {
  if (!label.startsWith('xn--')) return undefined;
  const encoded = label.slice(4);
  const split = encoded.lastIndexOf('-');
  const points = [...encoded.slice(0, Math.max(split, 0))].map((c) => c.codePointAt(0) ?? 0);
  const digits = [...encoded.slice(split + 1)].map(digitOf);
  let [n, i, bias, first] = [128, 0, 72, true];
  for (let d = 0; d < digits.length; ) {
    const before = i;
    for (let weight = 1, k = 36; ; k += 36) {
      const digit = digits[d++];
      if (digit === undefined || digit < 0) return undefined;
      i += digit * weight;
      const threshold = Math.min(Math.max(k - bias, 1), 26);
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const count = points.length + 1;
    bias = adapt(i - before, count, first);
    first = false;
    n += Math.floor(i / count);
    i %= count;
    if (n > 0x10ffff) return undefined;
    points.splice(i++, 0, n);
  }
  return String.fromCodePoint(...points);
}

function digitOf(character: string): number {
  return 'abcdefghijklmnopqrstuvwxyz0123456789'.indexOf(character);
}

function adapt(difference: number, count: number, first: boolean): number {
  let delta = first ? Math.floor(difference / 700) : difference >> 1;
  delta += Math.floor(delta / count);
  let k = 0;
  for (; delta > 455; k += 36) delta = Math.floor(delta / 35);
  return k + Math.floor((36 * delta) / (delta + 38));
}
