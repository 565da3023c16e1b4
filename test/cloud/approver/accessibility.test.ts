import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openPage, type PageOptions } from '../../support/browser.ts';
import { ask, bob, carol, ending, gates } from '../../support/cloud/ask.ts';
import { withToken } from '../../support/cloud/link-keys.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';
import { openNextRound } from '../../support/cloud/next-round.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const looks: PageOptions[] = [
  { colorScheme: 'light', viewport: { width: 320, height: 640 } },
  { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
];

test.each(looks)('no page has a fault that axe finds: %o', async (look) => {
  const asked = await ask({ ...gates.both, evidence: [{ label: 'Scan', url: 'https://ci.example.com/1' }] });
  const changed = await ask();
  const [link, old] = [await linkFor(asked.id, bob), await linkFor(changed.id, bob)];
  const page = await openPage(browser, look);

  await page.goto(link);
  expect(await faultsOf(page)).toEqual([]);
  await page.getByRole('button', { name: 'Comment only' }).click();
  expect(await faultsOf(page)).toEqual([]);
  await page.goto(link);
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  expect(await faultsOf(page)).toEqual([]);
  await page.goto(withToken('nonsense'));
  expect(await faultsOf(page)).toEqual([]);
  await openNextRound(changed.id, { version: '9' }, 'Newer');
  await page.goto(old);
  expect(await faultsOf(page)).toEqual([]);
  await page.context().close();
});

test('buttons and fields are found by the names of the contract', async () => {
  const asked = await ask(gates.stages);
  const page = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(await linkFor(asked.id, bob));
  const buttons = await page.getByRole('button').allTextContents();
  expect(buttons).toEqual(['Approve', 'Reject', 'Request changes', 'Comment only']);
  for (const name of ['Comment', 'Conditions']) {
    expect(await page.getByRole('textbox', { name, exact: true }).count()).toBe(1);
    expect(await page.getByLabel(name, { exact: true }).count()).toBe(1);
  }
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  expect(await page.getByRole('main').count()).toBe(1);
  await page.context().close();
});

test('a decision is made with the keyboard alone, and Enter in a field makes none', async () => {
  const asked = await ask(gates.both);
  const page = await openPage(browser);
  await page.goto(await linkFor(asked.id, carol));

  await tabTo(page, 'Comment');
  await page.keyboard.type('First line');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Second line');
  await tabTo(page, 'Reject');
  await page.keyboard.press('Enter');
  await page.getByRole('status').waitFor();

  expect(await page.getByRole('status').textContent()).toContain('Recorded: you rejected.');
  expect((await ending(asked)).cause.decisions[0].comment).toBe('First line\nSecond line');
  await page.context().close();
});

/** Presses Tab until the control of that name has the focus, and can be seen to have it. */
async function tabTo(page: Page, name: string): Promise<void> {
  const focused = `(() => { const it = document.activeElement; return it.labels?.[0]?.textContent ?? it.textContent; })()`;
  for (let i = 0; i < 40; i++) {
    if ((await page.evaluate(focused)) === name) {
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${name}`);
}

/** What axe finds wrong, in short. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>('axe.run()');
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}
