import fc from 'fast-check';
import { isMailAddress, mailAddress, UnsafeAddress } from '../../../lambdas/mail/address.ts';

describe('a mail address', () => {
  it.each(['alice@example.com', 'a.b+tag@sub.example.co.uk', "o'neil_1@xn--bcher-kva.example"])(
    '%s is one',
    (address) => {
      expect(mailAddress(address)).toBe(address);
    },
  );

  it.each([
    'alice@example.com\r\nBcc: eve@example.com',
    'alice@example.com\n',
    'alice@example.com,eve@example.com',
    'alice@example.com;eve@example.com',
    'Alice <alice@example.com>',
    '<alice@example.com>',
    '"eve@example.com, x"@example.com',
    'alice(eve@example.com)@example.com',
    'alice@example.com (x)',
    '@relay.example:alice@example.com',
    'group:alice@example.com;',
    'alice @example.com',
    ' alice@example.com',
    'alice@example.com\u0000',
    'alice@example..com',
    'alice@-example.com',
    'alice@localhost',
    'alice@[127.0.0.1]',
    '.alice@example.com',
    'al..ice@example.com',
    'alice@@example.com',
    'älice@example.com',
    'alice@exаmple.com',
    'alice@example.com\u202E',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(60)}.com`,
    '',
    'ci-bot',
  ])('R30 %j is refused', (address) => {
    expect(isMailAddress(address)).toBe(false);
    expect(() => mailAddress(address)).toThrow(UnsafeAddress);
  });

  it('R30 what passes names exactly one recipient in any header (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
        const address = `${before}alice@example.com${after}`;
        if (isMailAddress(address)) expect(address).toMatch(/^[^\s,;:<>()[\]"\\@]+@[A-Za-z0-9.-]+$/);
      }),
    );
  });
});
