import { sealForm } from '../../../core/form.ts';
import { ask, bob, carol, ending, gates } from '../../support/cloud/ask.ts';
import { entriesOf, entriesOfType } from '../../support/cloud/audit.ts';
import { nonceIn, open, post, send, textOf, tryToDecide } from '../../support/cloud/by-http.ts';
import { linkKeysOf, tokenOf } from '../../support/cloud/link-keys.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';

const typed = { comment: 'Two\nlines & <b>more</b>', conditions: 'Before six' };
const typedAgain = 'Two\nlines &amp; &lt;b&gt;more&lt;/b&gt;</textarea>';

describe('R27 an answer counts only when it is sent from the page', () => {
  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another site, by its own word', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling site', { 'sec-fetch-site': 'same-site' }],
    ['an address typed in', { 'sec-fetch-site': 'none' }],
    ['an opaque origin', { origin: 'null' }],
    ['nowhere', {}],
  ])('from %s: 403, nothing decided, and the attempt on record', async (_, headers) => {
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    const nonce = nonceIn(await open(link)) ?? '';

    const told = await post(link, { nonce, answer: 'approve', ...typed }, headers);

    expect(told.status).toBe(403);
    const [, refused, ...more] = await entriesOf(asked.id);
    expect(refused).toMatchObject({
      type: 'attempt_refused',
      code: 'wrong_origin',
      attempted: 'approve',
      person: 'bob',
    });
    expect(more).toEqual([]);
  });

  test('without a nonce, or with a colleague’s: 403, and the form comes back with what was typed', async () => {
    const asked = await ask(gates.both);
    const [link, forCarol] = await Promise.all([linkFor(asked.id, bob), linkFor(asked.id, carol)]);
    const theirs = nonceIn(await open(forCarol)) ?? '';

    for (const nonce of ['', theirs]) {
      const told = await send(link, nonce, 'approve', typed);
      expect(told.status).toBe(403);
      expect(textOf(told)).toContain('Nothing was recorded yet.');
      expect(told.html).toContain(typedAgain);
      expect(told.html).toContain('Before six</textarea>');
    }
    expect(await entriesOfType(asked.id, 'decided')).toEqual([]);
    const back = await send(link, '', 'approve', typed);
    expect((await send(link, nonceIn(back) ?? '', 'reject', typed)).status).toBe(200);
    expect((await ending(asked)).cause.decisions[0].comment).toBe(typed.comment);
  });

  test('from a page that has grown old: 409, and the form comes back with what was typed', async () => {
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    const [opened] = await entriesOfType(asked.id, 'opened');
    const keys = await linkKeysOf(Buffer.from(tokenOf(link), 'base64url').readUInt16BE(1));
    const old = { template: '0'.repeat(16), madeAt: Math.floor(Date.now() / 1000) - 13 * 3600 };
    const sealed = { token: tokenOf(link), shownDigest: opened?.shownDigest ?? '', random: new Uint8Array(9), ...old };

    const told = await send(link, sealForm(sealed, keys), 'approve', typed);

    expect(told.status).toBe(409);
    expect(textOf(told)).toContain('The page was too old to be used as it was.');
    expect(told.html).toContain(typedAgain);
    expect((await send(link, nonceIn(told) ?? '', 'approve', typed)).status).toBe(200);
    expect((await ending(asked)).status).toBe('SUCCEEDED');
  });

  test('too long a comment: 400, nothing recorded, and all of it is there again', async () => {
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    const comment = `${'long '.repeat(1000)}end`;
    const told = await tryToDecide(link, 'approve', { comment });
    expect(told.status).toBe(400);
    expect(told.html).toContain(`${comment}</textarea>`);
    expect((await entriesOf(asked.id)).map(({ type }) => type)).toEqual(['opened']);
  });
});
