import { createHmac } from 'node:crypto';
import { base64urlnopad } from '@scure/base';
import fc from 'fast-check';
import {
  deriveKeys,
  epochMessage,
  epochOf,
  equalInConstantTime,
  type Link,
  mintLink,
  personTag,
  verifyLink,
} from '../../../core/link.ts';
import { id } from '../../support/core-fixtures.ts';

const secret = (of: number) => new Uint8Array(32).fill(of);
const keys = deriveKeys(7, secret(7));
const seat = { id, round: 2, stage: 1, generation: 3, person: 'bob', expires: 1_800_000_000 };
const token = mintLink(seat, keys);
const bytes = base64urlnopad.decode(token);

describe('a link', () => {
  test('stands for one seat: request, round, stage, person, generation, until when', () => {
    const { person, ...rest } = seat;
    expect(verifyLink(token, keys)).toEqual({ ...rest, epoch: 7, person: personTag(person) });
    expect(epochOf(token)).toBe(7);
  });

  test('fits a path, and names nobody', () => {
    expect(token).toMatch(/^[A-Za-z0-9_-]{88}$/);
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('bob');
  });

  test('R43 is read byte by byte as it was first written: links that are out there stay valid', () => {
    expect(Buffer.from(bytes.subarray(0, 42)).toString('hex')).toBe(
      `010007${Buffer.from(bytes.subarray(3, 23)).toString('hex')}00020100033bcb1a8f6b3aa1356b49d2000000`,
    );
    expect(personTag('bob')).toBe('3bcb1a8f6b3aa135');
    const linkKey = createHmac('sha256', secret(7)).update('link').digest();
    const mac = createHmac('sha256', linkKey).update(bytes.subarray(0, 42)).digest().subarray(0, 24);
    expect(token.slice(56)).toBe(mac.toString('base64url'));
    expect(mintLink(seat, deriveKeys(7, secret(7)))).toBe(token);
  });

  test('comes back as it was made, whatever it stands for', () => {
    fc.assert(
      fc.property(
        fc.record({
          id: fc.array(fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'), { minLength: 32, maxLength: 32 }),
          round: fc.integer({ min: 0, max: 65_535 }),
          stage: fc.integer({ min: 0, max: 255 }),
          generation: fc.integer({ min: 0, max: 65_535 }),
          person: fc.string(),
          expires: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
          epoch: fc.integer({ min: 0, max: 65_535 }),
        }),
        ({ epoch, ...of }) => {
          const theirs = deriveKeys(epoch, secret(1));
          const link: Omit<Link, 'epoch'> = { ...of, id: of.id.join('') };
          const minted = mintLink(link, theirs);
          expect(verifyLink(minted, theirs)).toEqual({ ...link, epoch, person: personTag(of.person) });
          expect(epochOf(minted)).toBe(epoch);
        },
      ),
    );
  });
});

describe('R10 R11 a link that was not made by us is nothing at all, without a hint which part is wrong', () => {
  test('with any single bit flipped', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verifyLink(base64urlnopad.encode(flipped), keys)).toBeUndefined();
    }
  });

  test('cut or lengthened, anywhere', () => {
    for (let length = 0; length < token.length; length++) {
      expect(verifyLink(token.slice(0, length), keys)).toBeUndefined();
      expect(epochOf(token.slice(0, length))).toBeUndefined();
    }
    for (const more of ['A', '=', 'AA', token]) expect(verifyLink(token + more, keys)).toBeUndefined();
  });

  test('in another spelling of the same bytes', () => {
    const inBase64 = Buffer.from(bytes).toString('base64');
    const respelt = [
      inBase64,
      `${token}=`,
      ` ${token}`,
      `${token}\n`,
      token.toUpperCase(),
      encodeURIComponent(inBase64),
    ];
    const plus = token.replace('-', '+').replace('_', '/');
    for (const one of [...respelt.filter((text) => text !== token), ...(plus === token ? [] : [plus])])
      expect(verifyLink(one, keys)).toBeUndefined();
  });

  test('with a character that base64url does not have, where one of it stood', () => {
    for (const odd of ['+', '/', '=', '.', '%', ' ', '\n', '\u0000', 'é', '\ud800'])
      for (const place of [0, 40, 87]) {
        const spoilt = token.slice(0, place) + odd + token.slice(place + 1);
        expect(verifyLink(spoilt, keys)).toBeUndefined();
        expect(epochOf(spoilt)).toBeUndefined();
      }
  });

  test('garbage, up to 8 KB', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary', maxLength: 8192 })),
        (garbage) => {
          expect(verifyLink(garbage, keys)).toBeUndefined();
          expect(() => epochOf(garbage)).not.toThrow();
        },
      ),
    );
    expect(verifyLink('A'.repeat(8192), keys)).toBeUndefined();
    expect(verifyLink('A'.repeat(88), keys)).toBeUndefined();
  });

  test('R22 signed under another epoch’s key, or with the right key and another epoch’s number', () => {
    expect(verifyLink(token, deriveKeys(7, secret(8)))).toBeUndefined();
    expect(verifyLink(token, deriveKeys(8, secret(8)))).toBeUndefined();
    expect(verifyLink(token, { ...keys, epoch: 8 })).toBeUndefined();
  });

  test('of another version', () => {
    const other = Uint8Array.from(bytes);
    other[0] = 2;
    expect(epochOf(base64urlnopad.encode(other))).toBeUndefined();
  });

  test('signed with a form’s key', () => {
    expect(verifyLink(mintLink(seat, { ...keys, link: keys.form }), keys)).toBeUndefined();
  });

  test('and any field of a link is under its signature', () => {
    const others = [
      { ...seat, id: id.replace(/^./, (first) => (first === 'a' ? 'b' : 'a')) },
      { ...seat, round: 1 },
      { ...seat, stage: 0 },
      { ...seat, generation: 4 },
      { ...seat, person: 'carol' },
      { ...seat, expires: seat.expires + 1 },
    ];
    const signature = token.slice(56);
    for (const other of others) {
      const minted = mintLink(other, keys);
      expect(minted.slice(56)).not.toBe(signature);
      expect(verifyLink(minted.slice(0, 56) + signature, keys)).toBeUndefined();
    }
  });
});

describe('keys', () => {
  test('links and forms have keys of their own, and every epoch others', () => {
    const all = [keys, deriveKeys(7, secret(8))].flatMap(({ link, form }) => [link, form]).map((key) => key.join());
    expect(new Set(all).size).toBe(4);
    expect(new TextDecoder().decode(epochMessage(3))).toBe('countersign link key, epoch 3');
  });

  test('bytes are equal where all of them are', () => {
    const of = (...all: number[]) => Uint8Array.from(all);
    expect(equalInConstantTime(of(1, 2, 3), of(1, 2, 3))).toBe(true);
    expect(equalInConstantTime(of(), of())).toBe(true);
    for (const other of [of(1, 2, 4), of(0, 2, 3), of(1, 2), of(1, 2, 3, 0), of(1, 3, 2), of(1, 2, 2)])
      expect(equalInConstantTime(of(1, 2, 3), other)).toBe(false);
    // Differences that cancel each other out are differences.
    expect(equalInConstantTime(of(1, 1), of(2, 2))).toBe(false);
  });
});
