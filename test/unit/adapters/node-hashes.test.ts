import { hmac as pureHmac } from '@noble/hashes/hmac.js';
import { sha256 as pureSha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { hmac, sha256 } from '../../../lambdas/adapters/node-hashes.ts';

const bytes = fc.uint8Array({ maxLength: 200 });

test('a Lambda’s own hashes are those that core is written against', () => {
  fc.assert(
    fc.property(bytes, bytes, (key, message) => {
      expect(sha256(message)).toEqual(pureSha256(message));
      expect(hmac(sha256, key, message)).toEqual(pureHmac(pureSha256, key, message));
    }),
  );
});
