/** What is wrong with such a key, in words. */
export const keyTwice = 'stands there twice, and only one of the two would count';

/**
 * Where a JSON text gives one object the same key twice: keys and indexes, outermost first; undefined where it does not. Every
 * parser takes one of the two without a word, and not all the same, so that others could read something else than was shown.
 * The text must be one that `JSON.parse` reads: only nesting and keys are looked at.
 */
export function duplicateKey(json: string): string[] | undefined {
  const within: { keys?: Set<string>; at: string | number; keyIsNext?: boolean }[] = [];
  const mark = /["{}[\],]/g;
  for (let found = mark.exec(json); found; found = mark.exec(json)) {
    const inner = within.at(-1);
    switch (found[0]) {
      case '{':
        within.push({ keys: new Set(), at: '', keyIsNext: true });
        break;
      case '[':
        within.push({ at: 0 });
        break;
      case ',':
        if (typeof inner?.at === 'number') inner.at++;
        else if (inner) inner.keyIsNext = true;
        break;
      case '"': {
        const end = endOfText(json, found.index);
        mark.lastIndex = end;
        if (!inner?.keys || !inner.keyIsNext) break;
        inner.keyIsNext = false;
        const key = String(JSON.parse(json.slice(found.index, end)));
        inner.at = key;
        if (inner.keys.has(key)) return within.map(({ at }) => String(at));
        inner.keys.add(key);
        break;
      }
      default:
        within.pop();
    }
  }
  return undefined;
}

/** The place after the quote that ends the text which begins there. Not by a pattern: that gives out on a long text. */
function endOfText(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end + 1;
}

function isEscaped(json: string, place: number): boolean {
  let before = place;
  while (json[before - 1] === '\\') before--;
  return (place - before) % 2 === 1;
}
