import { prettyNumber } from './pretty.ts';

/**
 * Makes other people's text safe to look at: what a reader could not see, or what would move other text about, is named
 * in its place (`⟦U+202E⟧`). Escaping for HTML is another matter and comes after.
 */

/** Characters a joiner belongs between: scripts that are misspelt without it. */
const joining =
  '[\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mongolian}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}]';
const pictograph = '\\p{Extended_Pictographic}';

/** What has no shape of its own and is still needed: inside emoji, and joiners between letters that take them. */
const needed = [
  `(?<=${pictograph}[\\ufe0f\\p{Emoji_Modifier}]?)\\u200d(?=${pictograph})`,
  `(?<=${pictograph})[\\ufe0e\\ufe0f]`,
  '(?<=[0-9#*])\\ufe0f(?=\\u20e3)',
  `(?<=${joining})[\\u200c\\u200d](?=${joining})`,
].join('|');

/** Controls, format characters (bidi, zero width, tags), lone surrogates, private and unassigned ones, blank letters. */
const unseen = '[[\\p{C}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800]--[\\n\\t]]+';

/** Marks piled on one letter would reach over the lines around it. */
const piled = /(\p{M}{4})(\p{M}+)/gu;
const namedInARow = 8;

/**
 * Letters and signs that certainly need nothing named: Latin, Cyrillic, punctuation, kana, CJK. Most text is only these, and
 * compiling the properties of all of Unicode takes a cold start longer than the page itself.
 */
const plain =
  /^[\n\t -~\u00a0-\u00ac\u00ae-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]*$/;
let unseenInText: RegExp | undefined;

/** Text of several lines with nothing unseen in it. Line breaks and tabs stay. */
export function visible(text: string): string {
  if (plain.test(text)) return text;
  unseenInText ??= new RegExp(`${needed}|(${unseen})`, 'gv');
  return text
    .replace(/\r\n/g, '\n')
    .replace(piled, (_, kept: string, more: string) => `${kept}⟦${[...more].length} more marks⟧`)
    .replace(unseenInText, (all: string, run?: string) => (run === undefined ? all : named(run)));
}

/** The same on one line: line breaks and tabs are named too. */
export function visibleLine(text: string): string {
  return visible(text).replace(/[\n\t]+/g, named);
}

/** The beginning of a text, and how many characters (code points) it leaves out. */
export function beginning(text: string, length: number): { text: string; left: number } {
  // Characters are at most two units long: no need to take a long text apart to see that it is long.
  if (text.length <= length) return { text, left: 0 };
  const head = [...text.slice(0, 2 * length)].slice(0, length).join('');
  const left = [...text.slice(head.length)].length;
  return { text: head, left };
}

/** At most `length` characters, then an ellipsis, with nothing unseen, on one line. */
export function shortLine(text: string, length: number): string {
  const { text: head, left } = beginning(text, length);
  return visibleLine(head) + (left > 0 ? '…' : '');
}

function named(run: string): string {
  const characters = [...run];
  const names = characters.slice(0, namedInARow).map(nameOf);
  const left = characters.length - names.length;
  return `⟦${names.join(' ')}${left > 0 ? ` and ${prettyNumber(left)} more unseen characters` : ''}⟧`;
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
