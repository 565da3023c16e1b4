import { shortLine } from '../../core/visible.ts';

const longest = 120;

/** A subject: one line, nothing unseen in it, at most 120 characters. `after` is ours and always stays whole. */
export function subjectOf(before: string, theirs: string, after: string): string {
  // Once more over the whole, with its own bound: what naming unseen characters made longer is cut here.
  const room = longest - before.length - after.length - 1;
  const named = shortLine(theirs, room);
  return `${before}${named.length > room ? `${[...named].slice(0, room).join('')}…` : named}${after}`;
}
