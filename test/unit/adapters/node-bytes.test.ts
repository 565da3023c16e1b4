import * as noble from '@noble/hashes/utils.js';
import { base32nopad, base64urlnopad } from '@scure/base';
import fc from 'fast-check';
import * as ours from '../../../lambdas/adapters/node-bytes.ts';

const bytes = fc.uint8Array({ maxLength: 60 });

/** What comes of it: the bytes, or that it was refused. */
function read(decode: (text: string) => Uint8Array, text: string): number[] | 'refused' {
  try {
    return [...decode(text)];
  } catch {
    return 'refused';
  }
}

for (const [name, pure, own, alphabet] of [
  ['base64url', base64urlnopad, ours.base64urlnopad, 'AZaz09-_+/=.é '],
  ['base32', base32nopad, ours.base32nopad, 'ABYZ27a189=-'],
] as const)
  test(`a Lambda’s own ${name} writes what core’s does, and reads and refuses the same`, () => {
    fc.assert(
      fc.property(bytes, fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 20 }), (some, garbled) => {
        const text = pure.encode(some);
        expect(own.encode(some)).toBe(text);
        for (const one of [text, garbled, `${text}=`, text.slice(0, -1), `${text}A`])
          expect([one, read(own.decode, one)]).toEqual([one, read(pure.decode, one)]);
      }),
      { numRuns: 500 },
    );
  });

test('and so do its other ways with bytes', () => {
  fc.assert(
    fc.property(
      bytes,
      bytes,
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'0fFg ') }),
      (a, b, text, hex) => {
        expect(ours.bytesToHex(a)).toBe(noble.bytesToHex(a));
        expect(ours.concatBytes(a, b)).toEqual(noble.concatBytes(a, b));
        expect(ours.utf8ToBytes(text)).toEqual(noble.utf8ToBytes(text));
        expect([hex, read(ours.hexToBytes, hex)]).toEqual([hex, read(noble.hexToBytes, hex)]);
      },
    ),
  );
});
