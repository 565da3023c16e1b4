/*
 * Node's own ways with bytes in place of the libraries that core is written against, as in `node-hashes.ts`: what core uses
 * of `@scure/base` and of `@noble/hashes/utils`, as strict in what they read. A test compares both.
 */

/** Throws where the text is not what `encode` makes of some bytes. */
export const base64urlnopad = {
  encode: (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url'),
  decode(text: string): Uint8Array {
    const bytes = new Uint8Array(Buffer.from(text, 'base64url'));
    if (base64urlnopad.encode(bytes) !== text) throw new Error('this is no base64url');
    return bytes;
  },
};

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Throws where the text is not what `encode` makes of some bytes. */
export const base32nopad = {
  encode: (bytes: Uint8Array): string =>
    regrouped([...bytes], 8, 5, true)
      .map((at) => letters[at])
      .join(''),
  decode(text: string): Uint8Array {
    const bytes = Uint8Array.from(
      regrouped(
        [...text].map((letter) => letters.indexOf(letter)),
        5,
        8,
        false,
      ),
    );
    if (base32nopad.encode(bytes) !== text) throw new Error('this is no base32');
    return bytes;
  },
};

/** Numbers of `from` bits each as numbers of `to` bits; `whole`: what is left at the end is filled up with zeros. */
function regrouped(numbers: readonly number[], from: number, to: number, whole: boolean): number[] {
  const regrouped: number[] = [];
  let bits = 0;
  let held = 0;
  for (const number of numbers) {
    held = ((held << from) | number) & 0xffff;
    bits += from;
    while (bits >= to) {
      bits -= to;
      regrouped.push((held >> bits) & (2 ** to - 1));
    }
  }
  if (whole && bits > 0) regrouped.push((held << (to - bits)) & (2 ** to - 1));
  return regrouped;
}

export const utf8ToBytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const bytesToHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const concatBytes = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** Throws where the text is no hexadecimal digits. */
export function hexToBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(text, 'hex'));
  if (bytesToHex(bytes) !== text.toLowerCase()) throw new Error('this is no hexadecimal number');
  return bytes;
}
