import microdiff from 'microdiff';
import { canonicalJson } from './canonical.ts';
import type { Json } from './json.ts';
import type { Difference } from './shown.ts';

/**
 * What is different between two payloads, given as JSON texts: JSON Pointers, with canonical JSON before and after.
 * List items are compared by their place. Throws a `SyntaxError` where a text is not JSON.
 */
export function differencesBetween(before: string, after: string): Difference[] {
  // One level deeper, so that a change of the whole value is a difference like any other.
  const found = microdiff({ '': bare(JSON.parse(before)) }, { '': bare(JSON.parse(after)) }, { cyclesFix: false });
  return found.map((one) => {
    const path = one.path.slice(1).map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`);
    return {
      path: path.join(''),
      kind: one.type === 'CREATE' ? 'added' : one.type === 'REMOVE' ? 'removed' : 'changed',
      ...(one.type !== 'CREATE' && { before: canonicalJson(one.oldValue) }),
      ...(one.type !== 'REMOVE' && { after: canonicalJson(one.value) }),
    };
  });
}

/** The value without prototypes: a key called `constructor` or `toString` must not seem to have been there before. */
function bare(value: Json): Json {
  if (Array.isArray(value)) return value.map(bare);
  if (value === null || typeof value !== 'object') return value;
  const copy: { [key: string]: Json } = Object.create(null);
  for (const [key, inner] of Object.entries(value)) copy[key] = bare(inner);
  return copy;
}
