/** Deeper than this, or grown by more than this, indentation hides what it should show. */
const deepest = 40;
const growth = 4;

/** A JSON text, indented for reading; one that indentation would bloat comes back as it is. */
export function prettyJson(text: string): string {
  if (depthOf(text) > deepest) return text;
  const pretty = JSON.stringify(JSON.parse(text), null, 2);
  return pretty.length > growth * text.length + 2000 ? text : pretty;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepestYet = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') deepestYet = Math.max(deepestYet, ++depth);
    else if (token === ']' || token === '}') depth--;
  }
  return deepestYet;
}

/** `12,345`, from a whole number. The platform's own formatting takes a cold start 20 ms to set up. */
export function prettyNumber(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
