import { unreadable } from './four-eyes.ts';

/**
 * Letters of other scripts that pass for one ASCII letter, in lower or upper case (`В` is `в` in lower case). It need not
 * be complete: what is not here becomes `unreadable`, which stands for any letter. Letters that resemble two (`ν`: v or N,
 * `υ`: u or Y) are left out on purpose. `confusables` on npm will not do: it answers in either case (`н` is `H`), leaves
 * what it does not know as it is, and brings 12 KB.
 */
const alikes: Record<string, string> = {
  // Cyrillic
  ...pairs('авекмнорстухіјѕԁһԛԝьгӏпґѵ', 'abekmhopctyxijsdhqwbrlnrv'),
  // Greek
  ...pairs('αβεικορτχζγσω', 'abeikoptxzyow'),
  // Latin letters that do not decompose, and Armenian
  ...pairs('ıɩɡɑłøđħŧƅʏօոսզցհյ', 'iigalodhtbyonuqghj'),
  '。': '.',
};

function pairs(from: string, to: string): Record<string, string> {
  const targets = [...to];
  return Object.fromEntries([...from].map((character, i) => [character, targets[i] ?? unreadable]));
}

/**
 * A text as a reader would take it for plain ASCII in lower case: compatibility forms folded, invisible characters and
 * accents dropped, look-alikes replaced, `unreadable` for the rest.
 */
export function skeleton(text: string): string {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\p{M}\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, '');
  return [...plain].map((c) => (/[\x20-\x7e]/.test(c) ? c : (alikes[c] ?? unreadable))).join('');
}

/** A canonical address with the ASCII characters that pass for one another made one: i, l, 1 and |; o and 0. */
export function asSeen(canonical: string): string {
  return canonical.replace(/[l1|]/g, 'i').replaceAll('0', 'o');
}
