/** A tag as it stands in a page we made: our pages quote every attribute. */
export interface Tag {
  name: string;
  closes: boolean;
  attributes: Record<string, string>;
  at: number;
}

const tag = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*>/g;
const void_ = new Set(['meta', 'input', 'br']);

/** Every tag of a page. Throws where a `<` or `>` stands anywhere else, or where elements do not close in order. */
export function tagsOf(html: string): Tag[] {
  const body = html.replace(/^<!doctype html>/, '').replace(/<style>[^<]*<\/style>/, '');
  const stray = body.replace(tag, '').match(/.{0,60}[<>].{0,60}/s);
  if (stray) throw new Error(`a stray angle bracket: ${stray[0]}`);
  const open: string[] = [];
  return [...body.matchAll(tag)].map((match) => {
    const [, slash = '', name = '', rest = ''] = match;
    if (slash && open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    if (!slash && !void_.has(name)) open.push(name);
    const attributes = Object.fromEntries(
      [...rest.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [key, unescaped(value)]),
    );
    return { name, closes: slash === '/', attributes, at: match.index };
  });
}

/** What a reader reads: no tags, no style, entities as characters. */
export function readingOf(html: string): string {
  const text = html.replace(/<style>[^<]*<\/style>/, '').replace(/<\/?(?:a|b|bdi|span|time)\b[^>]*>/g, '');
  return unescaped(text.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ');
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
