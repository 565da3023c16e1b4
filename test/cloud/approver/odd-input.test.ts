import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Browser } from 'playwright-core';
import { canonicalJson } from '../../../core/canonical.ts';
import { output, ROOT } from '../../support/aws.ts';
import { launchBrowser, openPage } from '../../support/browser.ts';
import { callApi } from '../../support/cloud/api.ts';
import { ask, bob, isWaiting } from '../../support/cloud/ask.ts';
import { dynamodb } from '../../support/cloud/audit.ts';
import { decide, nonceIn, open, textOf, tryToDecide } from '../../support/cloud/by-http.ts';
import { asksTo, linkFor } from '../../support/cloud/mailbox.ts';

const markup = '"><script>alert(1)</script><img src=x onerror=alert(1)>\'';
const bidi = `${markup}\u202Egnp.exe\u202C a\u200Bb`;
const long = `${bidi} ${'W'.repeat(3000)} ${'words '.repeat(1000)}`.slice(0, 9_900);
const odd = {
  title: bidi,
  description: long,
  facts: { note: bidi.repeat(8).slice(0, 900) },
  evidence: [{ label: bidi, url: `https://evil.example/${'x'.repeat(1500)}` }],
  payload: { [markup]: long, list: [bidi, { deep: markup }] },
};

describe('R29 odd text', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('is inert, visible and bounded on the page of a phone', async () => {
    const asked = await ask(odd);
    const page = await openPage(browser, { viewport: { width: 360, height: 740 } });
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => dialogs.push(dialog.message()));
    await page.goto(await linkFor(asked.id, bob));

    expect(await page.locator('script, img, iframe').count()).toBe(0);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('⟦U+202E⟧gnp.exe');
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    expect(await page.getByRole('status').textContent()).toContain('you rejected');
    expect(dialogs).toEqual([]);
    await page.context().close();
  });

  test('is inert, visible and bounded in the mail, text and HTML', async () => {
    const asked = await ask(odd);
    await linkFor(asked.id, bob);
    const [mail] = await asksTo(asked.id, bob);
    expect(mail?.html).not.toMatch(/<script|<img|onerror=alert\(1\)>/);
    for (const part of [mail?.html, mail?.text]) {
      expect(part).toContain('⟦U+202E⟧');
      expect(part).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B]/);
      expect(part?.length).toBeLessThan(40_000);
    }
  });

  test('ten thousand characters of comment are refused with the text still there, four thousand are recorded', async () => {
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    expect((await tryToDecide(link, 'approve', { comment: 'ü'.repeat(10_000) })).status).toBe(400);
    const told = await decide(link, 'comment', { comment: `${bidi}${'ü'.repeat(3900)}` });
    expect(told.status).toBe(200);
    expect(told.html).not.toMatch(/<script|<img/);
    expect(await isWaiting(asked)).toBe(true);
  });
});

describe('R30 mail headers', () => {
  test.each([
    ['title', 'Deploy\r\nBcc: eve@example.com'],
    ['title', 'Deploy\nTo: eve@example.com'],
    ['title', 'Deploy\u2028Bcc: eve@example.com'],
    ['requestedBy', 'alice@example.com\r\nBcc: eve@example.com'],
    ['requestedBy', 'alice@example.com, eve@example.com'],
    ['requestedBy', '"Alice" <alice@example.com>'],
  ])('a line break or a second address in %s is refused at the door', async (field, value) => {
    const body = { title: 'x', requestedBy: 'alice@example.com', environment: 'staging', payload: {}, [field]: value };
    const told = await callApi('POST', '/requests', { as: ROOT, body });
    expect([told.status, told.body.errors]).toMatchObject([400, [{ path: field }]]);
  });

  test('what gets in stays one header: the raw mail has the headers and the recipient it should have, and no other', async () => {
    const title = '=?utf-8?Q?x=0D=0ABcc:_eve@example.com?= %0d%0aBcc: eve@example.com ünï';
    const asked = await ask({
      title,
      description: 'Hello\r\n.\r\nMAIL FROM:<eve@example.com>\r\n\r\nBcc: eve@example.com',
    });
    await linkFor(asked.id, bob);
    const [mail] = await asksTo(asked.id, bob);
    const [head = ''] = (mail?.raw ?? '').split('\r\n\r\n');
    const names = [...head.matchAll(/^([\w-]+):/gm)].map(([, name = '']) => name.toLowerCase());
    expect(names.sort()).toEqual([...new Set(names)]);
    expect(names).not.toContain('bcc');
    expect(names).not.toContain('cc');
    expect(/^to: (.*)$/im.exec(head)?.[1]).toBe(bob);
    expect((mail as { recipients?: string[] } | undefined)?.recipients).toEqual([bob]);
  });
});

describe('R32 what is shown is what was digested', () => {
  test('a stored request that says something else than was digested is not shown, and cannot be decided', async () => {
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    await tamper(asked.id, 'SET claim.title = :new', { ':new': { S: 'Deploy something else' } });
    const page = await open(link);
    expect([page.status, nonceIn(page)]).toEqual([503, undefined]);
    expect(textOf(page)).toContain('This request cannot be shown');
    expect(page.html).not.toContain('something else');
    await tamper(asked.id, 'SET claim.title = :old', { ':old': { S: 'Deploy shop v2.1.0' } });
    expect((await decide(link, 'reject')).status).toBe(200);
  });

  test('nor is a payload that is not the one with the digest', async () => {
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    await tamper(asked.id, 'SET payload.#text = :new', { ':new': { S: '{"version":"6.6.6"}' } }, { '#text': 'text' });
    const page = await open(link);
    expect([page.status, nonceIn(page)]).toEqual([503, undefined]);
    expect(page.html).not.toContain('6.6.6');
    await tamper(
      asked.id,
      'SET payload.#text = :old',
      { ':old': { S: canonicalJson(asked.payload) } },
      { '#text': 'text' },
    );
    expect((await decide(link, 'reject')).status).toBe(200);
  });

  test('a payload kept by reference is on the page to its last byte', async () => {
    const payload = { rows: Array.from({ length: 2000 }, (_, row) => ({ row, name: `name ${row}` })) };
    const asked = await ask({ payload });
    const page = await open(await linkFor(asked.id, bob));
    expect(page.status).toBe(200);
    expect(page.html).toContain('name 1999');
  });
});

/** Changes an opening entry where it is stored, which no role of the stack may. */
async function tamper(
  id: string,
  UpdateExpression: string,
  ExpressionAttributeValues: Record<string, { S: string }>,
  ExpressionAttributeNames?: Record<string, string>,
): Promise<void> {
  const Key = { id: { S: id }, seq: { N: '1' } };
  const names = ExpressionAttributeNames && { ExpressionAttributeNames };
  await dynamodb().send(
    new UpdateItemCommand({
      TableName: output('AuditTableName'),
      Key,
      UpdateExpression,
      ExpressionAttributeValues,
      ...names,
    }),
  );
}
