import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openPage } from '../../support/browser.ts';
import { type Asked, ask, bob, ending, gates, isWaiting } from '../../support/cloud/ask.ts';
import { entriesOf, entriesOfType } from '../../support/cloud/audit.ts';
import { open } from '../../support/cloud/by-http.ts';
import { recorded } from '../../support/cloud/decide-in-browser.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';
import { until } from '../../support/cloud/until.ts';

const alsoWaiting = (count: number) => `${count} identical request${count === 1 ? ' waits' : 's wait'} for you as well`;

/** Bob's link to the page of a request, once it offers as many others. */
async function offering({ id }: Asked, count: number): Promise<string> {
  const link = await linkFor(id, bob);
  await until(`${count} others beside ${id}`, async () => (await open(link)).html.includes(alsoWaiting(count)));
  return link;
}

describe('W7 identical requests of low risk', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  const boxes = (page: Page) => page.getByRole('group', { name: 'Decide these too' }).getByRole('checkbox');

  test('five are decided by one click without JavaScript, each recorded by itself; one of high risk is never offered', async () => {
    const same = { ...gates.one, title: `Rotate the access log ${randomUUID()}` };
    const asked = await Promise.all(Array.from({ length: 5 }, () => ask(same)));
    const high = await ask({ ...same, ...gates.quorum });
    const other = await ask({ ...same, payload: { version: '2.1.0', replicas: 5 } });
    const [first] = asked;
    if (!first) throw new Error('nothing was asked');
    const highs = await linkFor(high.id, bob);
    await linkFor(other.id, bob);
    const link = await offering(first, 4);
    const page = await openPage(browser, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });

    await page.goto(highs);
    expect(await boxes(page).count()).toBe(0);
    await page.goto(link);
    expect(await boxes(page).count()).toBe(4);
    const group = await page.getByRole('group', { name: 'Decide these too' }).textContent();
    for (const { requestId } of asked.slice(1)) expect(group).toContain(requestId);
    for (const { requestId } of [high, other]) expect(group).not.toContain(requestId);
    for (const box of await boxes(page).all()) {
      expect(await box.isChecked()).toBe(false);
      await box.check();
    }
    await page.getByRole('textbox', { name: 'Comment' }).fill('Every week the same.');
    await page.getByRole('button', { name: 'Approve', exact: true }).click();

    expect(await recorded(page)).toContain('Recorded for all 5 requests.');
    for (const one of asked) {
      expect(await ending(one)).toMatchObject({ status: 'SUCCEEDED', output: { id: one.id, outcome: 'approved' } });
      const [opening] = await entriesOfType(one.id, 'opened');
      const decisions = await entriesOfType(one.id, 'decided');
      expect(decisions).toMatchObject([
        {
          ...{
            by: bob,
            answer: 'approve',
            comment: 'Every week the same.',
            flags: ['group'],
            execution: one.execution,
          },
          ...{ digest: opening?.digest, shownDigest: opening?.shownDigest, policyVersion: opening?.policyVersion },
          ...{ requester: 'alice@example.com', eligible: [bob], assurance: 'link', linkKey: expect.any(String) },
          ...{ ip: expect.any(String), userAgent: expect.stringContaining('Mozilla'), template: expect.any(String) },
        },
      ]);
    }
    for (const one of [high, other]) {
      expect(await isWaiting(one)).toBe(true);
      expect((await entriesOf(one.id)).map(({ type }) => type)).toEqual(['opened']);
    }
    await page.context().close();
  });

  test('what was settled meanwhile hinders no other, and the page says which', async () => {
    const same = { ...gates.one, title: `Rotate the error log ${randomUUID()}` };
    const [first, second, third] = [await ask(same), await ask(same), await ask(same)];
    const page = await openPage(browser, { javaScriptEnabled: false });
    await page.goto(await offering(first, 2));
    const own = await openPage(browser);
    await own.goto(await linkFor(second.id, bob));
    await own.getByRole('button', { name: 'Reject', exact: true }).click();
    await recorded(own);

    for (const box of await boxes(page).all()) await box.check();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();

    expect(await page.getByRole('alert').textContent()).toContain('Recorded for 2 of 3 requests.');
    expect(await page.getByRole('main').textContent()).toContain(`${second.requestId}Not recorded.`);
    expect(await Promise.all([first, second, third].map(async (one) => (await ending(one)).status))).toEqual([
      'SUCCEEDED',
      'FAILED',
      'SUCCEEDED',
    ]);
    const refused = await until(`the attempt on ${second.id}`, () => entriesOfType(second.id, 'attempt_refused'));
    expect(refused).toMatchObject([{ person: 'bob', attempted: 'approve', code: 'already_settled' }]);
    await Promise.all([page, own].map((one) => one.context().close()));
  });
});
