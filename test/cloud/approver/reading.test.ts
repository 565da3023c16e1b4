import type { Browser } from 'playwright-core';
import { apiIdOf } from '../../../local/pass-through.ts';
import { cloudState, output } from '../../support/aws.ts';
import { launchBrowser, openPage } from '../../support/browser.ts';
import { ask, bob, carol, ending, gates, isWaiting } from '../../support/cloud/ask.ts';
import { entriesOf } from '../../support/cloud/audit.ts';
import { decide, nonceIn, open } from '../../support/cloud/by-http.ts';
import { localFetch } from '../../support/cloud/local-fetch.ts';
import { untilQuiet } from '../../support/cloud/log.ts';
import { asksTo, linkFor, mailsAbout } from '../../support/cloud/mailbox.ts';

describe('reading changes nothing', () => {
  test('R1 twenty GETs and HEADs of every URL in the mail leave the request as it was, and its reader decides', async () => {
    const asked = await ask({ ...gates.both, evidence: [{ label: 'Scan', url: 'https://ci.example.com/scans/1' }] });
    const link = await linkFor(asked.id, bob);
    await untilQuiet(asked.id);
    const [mail] = await asksTo(asked.id, bob);
    const urls = new Set(`${mail?.text} ${mail?.html.replaceAll('&amp;', '&')}`.match(/https?:\/\/[^\s"'<>]+/g));
    expect([...urls]).toEqual([link]);
    const before = [await entriesOf(asked.id), (await mailsAbout(asked.id)).length];

    const statuses = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => (await fetch(link, { method: i % 2 ? 'GET' : 'HEAD' })).status),
    );

    expect(new Set(statuses)).toEqual(new Set([200]));
    expect([await entriesOf(asked.id), (await mailsAbout(asked.id)).length]).toEqual(before);
    expect(await isWaiting(asked)).toBe(true);
    expect((await decide(link, 'reject')).status).toBe(200);
    expect(await ending(asked)).toMatchObject({ error: 'Approval.Rejected' });
  });

  test('R46 an answer that arrives as a GET, after whatever detour, is a page to read and nothing else', async () => {
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    const nonce = nonceIn(await open(link)) ?? '';
    for (const answer of ['approve', 'reject']) {
      const page = await open(`${link}?${new URLSearchParams({ nonce, answer, comment: 'hidden' })}`);
      expect(page.status).toBe(200);
      expect(page.headers.get('location')).toBeNull();
      expect(page.html).not.toContain('hidden<');
    }
    expect((await entriesOf(asked.id)).map(({ type }) => type)).toEqual(['opened']);
  });

  test('R1 no other method does anything to a link', async () => {
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      expect([204, 403, 404, 405]).toContain((await fetch(link, { method })).status);
    expect((await entriesOf(asked.id)).map(({ type }) => type)).toEqual(['opened']);
  });

  describe('in a browser that runs JavaScript', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(() => browser.close());

    test('R2 an hour on the page, with every timer run, sends nothing and decides nothing', async () => {
      const asked = await ask();
      const page = await openPage(browser);
      await page.clock.install();
      const sent: string[] = [];
      await page.goto(await linkFor(asked.id, bob));
      page.on('request', (request) => sent.push(`${request.method()} ${request.url()}`));
      await page.mouse.wheel(0, 5000);
      await page.clock.runFor('01:00:00');
      await page.reload();
      await page.clock.fastForward('01:00');
      expect(sent.filter((one) => !one.startsWith('GET '))).toEqual([]);
      expect((await entriesOf(asked.id)).map(({ type }) => type)).toEqual(['opened']);
      await page.context().close();
    });

    test('R28 a page loads nothing from anywhere, runs no script and breaks none of its own rules', async () => {
      const asked = await ask({ evidence: [{ label: 'Scan', url: 'https://ci.example.com/scans/1' }] });
      const link = await linkFor(asked.id, bob);
      const page = await openPage(browser);
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      await page.goto(link);
      expect(requests.filter((url) => !url.endsWith('/favicon.ico'))).toEqual([link]);
      expect(complaints).toEqual([]);
      expect(await page.locator('script, iframe, img, object, link').count()).toBe(0);
      await page.context().close();
    });
  });

  test('R28 every page says that nothing may run, frame, keep or sniff it', async () => {
    const asked = await ask(gates.both);
    const link = await linkFor(asked.id, bob);
    const pages = [await open(link), await open(`${link}x`), await decide(link, 'approve'), await open(link)];
    for (const { headers, html } of pages) {
      const csp = headers.get('content-security-policy') ?? '';
      expect(csp).toMatch(/default-src 'none'/);
      expect(csp).toMatch(/frame-ancestors 'none'/);
      expect(csp).not.toMatch(/unsafe|script-src|https?:|\*/);
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(html).not.toMatch(/<script|\son\w+=|\bsrc=|@import|url\(/);
    }
  });

  test('R31 a poisoned Host reaches neither a mail nor a page, and makes no foreign origin ours', async () => {
    const evil = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' };
    const asked = await ask(gates.both);
    const token = (await linkFor(asked.id, carol)).split('/r/')[1];
    const direct = `${cloudState().endpoint}/_aws/execute-api/${apiIdOf(output('ApiUrl'))}/$default/r/${token}`;

    const page = await localFetch(direct, { headers: evil });
    const posted = await localFetch(direct, {
      method: 'POST',
      headers: { ...evil, origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ nonce: nonceIn({ html: page.body } as never) ?? '', answer: 'approve' }).toString(),
    });

    expect(page.status).toBe(200);
    expect(page.body).not.toContain('evil.example');
    expect(JSON.stringify(page.headers)).not.toContain('evil.example');
    expect(posted.status).toBe(403);
    const front = await localFetchFrontDoor(`/r/${token}`, 'evil.example');
    expect(front).not.toContain('evil.example');
    expect((await linkFor(asked.id, carol)).startsWith(`${output('ReviewBaseUrl')}/r/`)).toBe(true);
  });
});

/** A page through the front door, under another Host. */
async function localFetchFrontDoor(path: string, host: string): Promise<string> {
  const { request } = await import('node:http');
  return await new Promise((resolve, reject) => {
    request(output('ReviewBaseUrl') + path, { headers: { host } }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.once('end', () => resolve(text));
    })
      .once('error', reject)
      .end();
  });
}
