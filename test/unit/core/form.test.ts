import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { formLifetime, sealForm, unsealForm } from '../../../core/form.ts';
import { deriveKeys, mintLink } from '../../../core/link.ts';
import { id, shown } from '../../support/core-fixtures.ts';

const keys = deriveKeys(1, new Uint8Array(32).fill(1));
const linkFor = (person: string, round = 1) =>
  mintLink({ id, round, stage: 0, generation: 1, person, expires: 1_900_000_000 }, keys);
const madeAt = 1_790_000_000;
const template = '0123456789abcdef';
const random = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 250]);
const page = { token: linkFor('bob'), shownDigest: shown(1), template, madeAt, random };
const sealed = sealForm(page, keys);
const here = { token: page.token, shownDigest: page.shownDigest, now: madeAt };

describe('what a form carries', () => {
  test('says when its page was made, with which template, and names the command', () => {
    expect(unsealForm(sealed, here, keys)).toEqual({ madeAt, nonce: 'AQIDBAUGBwj6', template, stale: false });
    expect(sealed).toMatch(/^[0-9a-z]+\.[\w-]{12}\.[0-9a-f]{16}\.[\w-]{32}$/);
  });

  test('R43 is read byte for byte as it was first written: forms that are open stay valid over a deploy', () => {
    const formKey = createHmac('sha256', new Uint8Array(32).fill(1)).update('form').digest();
    const text = `${madeAt}\nAQIDBAUGBwj6\n${template}\n${page.token}\n${page.shownDigest}`;
    const mac = createHmac('sha256', formKey).update(text).digest().subarray(0, 24).toString('base64url');
    expect(sealForm(page, deriveKeys(1, new Uint8Array(32).fill(1)))).toBe(
      `${madeAt.toString(36)}.AQIDBAUGBwj6.${template}.${mac}`,
    );
  });

  test('R27 R10 is for the link it was made for, and for no other', () => {
    for (const token of [linkFor('carol'), linkFor('bob', 2), '']) {
      expect(unsealForm(sealed, { ...here, token }, keys)).toBeUndefined();
    }
  });

  test('R8 is for what was shown: once that changed it is no form any more', () => {
    expect(unsealForm(sealed, { ...here, shownDigest: shown(2) }, keys)).toBeUndefined();
  });

  test('is under the epoch’s own form key', () => {
    expect(unsealForm(sealed, here, deriveKeys(1, new Uint8Array(32).fill(2)))).toBeUndefined();
    expect(unsealForm(sealed, here, { ...keys, form: keys.link })).toBeUndefined();
  });

  test('is stale once it is older than twelve hours, and still known for what it is', () => {
    expect(formLifetime).toBe(43_200);
    expect(unsealForm(sealed, { ...here, now: madeAt + formLifetime }, keys)?.stale).toBe(false);
    expect(unsealForm(sealed, { ...here, now: madeAt + formLifetime + 1 }, keys)).toMatchObject({
      stale: true,
      madeAt,
    });
  });

  test('R11 is nothing with any character changed, left out or added', () => {
    for (let place = 0; place <= sealed.length; place++)
      for (const odd of ['0', 'z', 'A', '-', '.', '']) {
        const altered = sealed.slice(0, place) + odd + sealed.slice(place + 1);
        if (altered !== sealed) expect(unsealForm(altered, here, keys)).toBeUndefined();
        const longer = sealed.slice(0, place) + odd + sealed.slice(place);
        // A leading zero says the same time.
        if (longer !== sealed && !(place === 0 && odd === '0')) expect(unsealForm(longer, here, keys)).toBeUndefined();
      }
  });

  test('R11 is nothing where it is garbage', () => {
    const garbage = fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 8192 }), fc.base64String());
    fc.assert(fc.property(garbage, (text) => expect(unsealForm(text, here, keys)).toBeUndefined()));
    expect(unsealForm(`\n${sealed}`, here, keys)).toBeUndefined();
    expect(unsealForm(`${sealed}\n`, here, keys)).toBeUndefined();
    expect(unsealForm('', here, keys)).toBeUndefined();
    // Its right beginning, and its right end once more.
    expect(unsealForm(sealed + sealed.slice(sealed.indexOf('.')), here, keys)).toBeUndefined();
  });

  test('parts cannot be swapped between forms', () => {
    const other = sealForm({ ...page, template: 'f'.repeat(16), random: new Uint8Array(9), madeAt: madeAt + 60 }, keys);
    const [mine, theirs] = [sealed.split('.'), other.split('.')];
    for (let part = 0; part < 4; part++) {
      const mixed = mine.map((one, i) => (i === part ? theirs[i] : one)).join('.');
      expect(unsealForm(mixed, here, keys)).toBeUndefined();
    }
  });

  test('comes back as it was made', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 9, maxLength: 9 }),
        fc.integer({ min: 0, max: 2 ** 32 }),
        fc.string(),
        (bytes, at, token) => {
          const one = sealForm({ ...page, token, madeAt: at, random: bytes }, keys);
          expect(unsealForm(one, { ...here, token, now: at }, keys)).toEqual({
            madeAt: at,
            nonce: Buffer.from(bytes).toString('base64url'),
            template,
            stale: false,
          });
        },
      ),
    );
  });
});
