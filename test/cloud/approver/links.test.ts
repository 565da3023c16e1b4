import { output } from '../../support/aws.ts';
import { ask, bob, carol, ending, gates } from '../../support/cloud/ask.ts';
import { entriesOf } from '../../support/cloud/audit.ts';
import { decide, nonceIn, open, post, textOf } from '../../support/cloud/by-http.ts';
import { mintedLike, tokenOf, withToken } from '../../support/cloud/link-keys.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';

describe('links that are not what was mailed', () => {
  let link: string;
  let forCarol: string;
  let id: string;
  let uniform: string;
  beforeAll(async () => {
    ({ id } = await ask(gates.both));
    [link, forCarol] = await Promise.all([linkFor(id, bob), linkFor(id, carol)]);
    uniform = (await open(withToken('nonsense'))).html;
  });

  /** Nobody can tell what was wrong, and nothing has happened. */
  async function isRefusedUniformly(tokens: string[]): Promise<void> {
    const told = await Promise.all(tokens.flatMap((token) => [open(withToken(token)), post(withToken(token), {})]));
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set([404]));
    expect(new Set(told.map(({ html }) => html))).toEqual(new Set([uniform]));
    expect((await entriesOf(id)).map(({ type }) => type)).toEqual(['opened']);
  }

  test('R10 for another approver, request, round, stage, generation or time: one page, byte for byte, that hints at nothing', async () => {
    const bytes = Buffer.from(tokenOf(link), 'base64url');
    const fields = { version: 0, epoch: 2, request: 10, round: 24, stage: 25, generation: 27, person: 30, expires: 38 };
    const altered = Object.values(fields).map((at) => {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy.toString('base64url');
    });
    const crossed = Buffer.concat([bytes.subarray(0, 42), Buffer.from(tokenOf(forCarol), 'base64url').subarray(42)]);
    await isRefusedUniformly([...altered, crossed.toString('base64url')]);
  });

  test('R10 a genuine signature over a seat that never was is refused alike', async () => {
    const seats = [
      await mintedLike(link, 'alice'),
      await mintedLike(link, 'bob', { round: 2 }),
      await mintedLike(link, 'bob', { stage: 1 }),
      await mintedLike(link, 'bob', { id: 'a'.repeat(32) }),
    ];
    await isRefusedUniformly(seats.map(tokenOf));
  });

  test('R11 a bit flipped in any byte is refused alike', async () => {
    const bytes = Buffer.from(tokenOf(link), 'base64url');
    const flipped = Array.from(bytes, (_, at) => {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
      return copy.toString('base64url');
    });
    await isRefusedUniformly(flipped);
  });

  test('R11 cut, doubled, padded, of another alphabet or of a key that never was: refused alike', async () => {
    const token = tokenOf(link);
    const bytes = Buffer.from(token, 'base64url');
    const epoch = (number: number) => {
      const copy = Buffer.from(bytes);
      copy.writeUInt16BE(number, 1);
      return copy.toString('base64url');
    };
    await isRefusedUniformly([
      ...[1, 2, 40, 44, 84, 86, 87].map((length) => token.slice(0, length)),
      ...[token + token, `${token}A`, `${token}=`, `${token}%3D%3D`, `%20${token}`, `${token}%0A`, `${token}%00`],
      ...[token.toUpperCase(), `+${token.slice(1)}`, `${token.slice(0, -1)}.`, `${token.slice(0, -1)}%2B`],
      ...[0, 200, 700, 999, 1001, 65_535].map(epoch),
      'A'.repeat(88),
      '_'.repeat(88),
    ]);
  });

  test('R11 eight kilobytes of garbage, broken escapes and strange paths are a 4xx, never a 5xx', async () => {
    const garbage = Buffer.from(Array.from({ length: 6000 }, (_, i) => (i * 7919) % 251)).toString('base64url');
    const base = output('ReviewBaseUrl');
    const urls = [
      withToken(garbage),
      ...['%ff%fe', '%', '%zz', '..%2f..%2fetc', 'a%2Fb', '%F0%9F%98%80', '\'"%3Cscript%3E', '{token}'].map(withToken),
      `${base}/r/`,
      `${base}/r`,
      `${link}/../${tokenOf(forCarol)}x`,
      `${link}/link`,
      `${link}/`,
    ];
    for (const url of urls) {
      const told = await Promise.all([open(url), fetch(url, { method: 'HEAD' }), post(url, { answer: 'approve' })]);
      for (const { status } of told) expect([url, Math.floor(status / 100)]).toEqual([url, 4]);
    }
    expect((await entriesOf(id)).map(({ type }) => type)).toEqual(['opened']);
  });

  test('R11 a form with a field twice, an unknown one, none, another type or 8 KB of nonce decides nothing', async () => {
    const asked = await ask();
    const own = await linkFor(asked.id, bob);
    const nonce = nonceIn(await open(own)) ?? '';
    const ours = { origin: new URL(own).origin };
    const told = [
      await post(own, [
        ['nonce', nonce],
        ['answer', 'approve'],
        ['answer', 'reject'],
      ]),
      await post(own, [
        ['nonce', nonce],
        ['nonce', nonce],
        ['answer', 'approve'],
      ]),
      await post(own, { nonce, answer: 'approve', admin: 'true' }),
      await post(own, {}),
      await post(own, { nonce: 'x'.repeat(8192), answer: 'approve' }),
      await post(own, { nonce: `${nonce.slice(0, -1)}${nonce.endsWith('A') ? 'B' : 'A'}`, answer: 'approve' }),
      await post(own, { nonce, answer: '__proto__' }),
      await post(own, { nonce: nonceIn(await open(own)) ?? '', answer: '' }),
      await fetch(own, {
        method: 'POST',
        headers: { ...ours, 'content-type': 'application/json' },
        body: '{"answer":"approve"}',
      }),
      await fetch(own, {
        method: 'POST',
        headers: { ...ours, 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.alloc(8192, 0xff),
      }),
    ];
    expect(told.map(({ status }) => Math.floor(status / 100))).toEqual(Array(told.length).fill(4));
    const types = (await entriesOf(asked.id)).map(({ type }) => type);
    expect(types.filter((type) => type !== 'opened' && type !== 'attempt_refused')).toEqual([]);
    await decide(own, 'approve');
    expect((await ending(asked)).status).toBe('SUCCEEDED');
  });

  test('R19 a link past its time is 410 while its request is open, and offers the current one', async () => {
    const expired = await mintedLike(link, 'bob', { expires: Math.floor(Date.now() / 1000) - 1 });
    const page = await open(expired);
    expect(page.status).toBe(410);
    expect(textOf(page)).toContain('This link has expired');
    expect(page.html).toContain('Send me the current link');
  });
});
