import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openPage } from '../../support/browser.ts';
import { ask, bob, carol, dan, ending, gates, isWaiting } from '../../support/cloud/ask.ts';
import { entriesOf, entriesOfType } from '../../support/cloud/audit.ts';
import { decideInBrowser, recorded } from '../../support/cloud/decide-in-browser.ts';
import { laterLinkFor, linkFor } from '../../support/cloud/mailbox.ts';
import { underPolicy } from '../../support/cloud/policy-for-a-test.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const phone = { javaScriptEnabled: false, viewport: { width: 320, height: 640 } };

/** The demo's policy with the stage of production at risk low written anew. */
const withStage = (stage: string) => (demo: string) =>
  demo.replace('- { name: review, approvers: [bob], rule: any, timeout: 24_hours }', `- ${stage}`);

test('criteria are ticked one by one, JavaScript off: what is missing comes back by name, with what was typed', async () => {
  const asked = await ask(gates.stages);
  const page = await openPage(browser, phone);
  await page.goto(await linkFor(asked.id, bob));
  const group = page.getByRole('group', { name: 'By approving you confirm' });
  await group.getByRole('checkbox', { name: 'The change was tried in staging' }).check();
  await page.getByRole('textbox', { name: 'Comment' }).fill('Tried it myself.');
  await press(page, 'Approve');

  const alert = page.getByRole('alert');
  expect(await alert.textContent()).toContain('Not confirmed: “There is a way back”.');
  expect(await faultsOf(browser, page)).toEqual([]);
  expect(await group.getByRole('checkbox', { name: 'The change was tried in staging' }).isChecked()).toBe(true);
  expect(await page.getByRole('textbox', { name: 'Comment' }).inputValue()).toBe('Tried it myself.');
  expect(await entriesOf(asked.id)).toHaveLength(1);

  await group.getByRole('checkbox', { name: 'There is a way back' }).check();
  await press(page, 'Approve');
  expect(await recorded(page)).toContain('Recorded: you approved.');
  expect(await entriesOfType(asked.id, 'decided')).toMatchObject([{ confirmed: [0, 1], comment: 'Tried it myself.' }]);
  await page.context().close();
});

test('W3 R8 a value is changed on the page: the others are asked about that, old links show it, and the work gets it', async () => {
  const payload = { version: '2.1.0', replicas: 4, canary: false };
  const asked = await ask({ ...gates.both, payload, editable: ['/replicas', '/canary'] });
  const old = await linkFor(asked.id, carol);
  const page = await openPage(browser, phone);
  await page.goto(await linkFor(asked.id, bob));
  const replicas = page.getByRole('textbox', { name: 'Replicas' });
  expect(await replicas.getAttribute('inputmode')).toBe('decimal');
  await replicas.fill('six');
  await press(page, 'Approve');
  expect(await page.getByRole('alert').textContent()).toContain('Replicas: It was a number and has to stay one');
  expect(await replicas.inputValue()).toBe('six');
  expect(await faultsOf(browser, page)).toEqual([]);

  await replicas.fill('6');
  await page.getByRole('combobox', { name: 'Canary' }).selectOption('Yes (true)');
  await press(page, 'Approve');
  expect(await recorded(page)).toContain('Recorded: you changed /replicas, /canary and approved.');
  expect(await page.getByRole('main').textContent()).toContain('1 of 2 approved');
  expect(await faultsOf(browser, page)).toEqual([]);

  const late = await openPage(browser, phone);
  expect((await late.goto(old))?.status()).toBe(409);
  expect(await late.getByRole('main').textContent()).toMatch(/\/replicas.*before: 4.*now: 6/s);
  await decideInBrowser(late, await laterLinkFor(asked.id, carol, 2), { button: 'Approve' });
  const { output } = await ending(asked);
  expect(output).toMatchObject({ outcome: 'approved', payload: { version: '2.1.0', replicas: 6, canary: true } });
  expect((await entriesOfType(asked.id, 'decided'))[0]).toMatchObject({ by: bob, flags: ['edited'] });
  await Promise.all([page.context().close(), late.context().close()]);
});

test('Enter in a value sends nothing, whatever runs on the page', async () => {
  const asked = await ask({ ...gates.both, editable: ['/replicas'] });
  const page = await openPage(browser);
  await page.goto(await linkFor(asked.id, bob));
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.method()));
  await page.getByRole('textbox', { name: 'Replicas' }).fill('5');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Comment' }).fill('Still here.');
  expect(sent).toEqual([]);
  await page.context().close();
});

test('W4 R6 a seat is handed on to whom the policy names, never to who asked; its former holder is told', async () => {
  const stage = '{ name: review, approvers: [bob], rule: any, timeout: 24_hours, delegate_to: [leads, alice] }';
  await underPolicy(withStage(stage), async () => {
    const asked = await ask(gates.one);
    const forBob = await linkFor(asked.id, bob);
    const page = await openPage(browser, phone);
    await page.goto(forBob);
    await page.getByRole('textbox', { name: 'Delegate to' }).fill('alice@example.com');
    await page.getByRole('textbox', { name: 'Comment' }).fill('You know it better.');
    await press(page, 'Delegate');
    expect(await page.getByRole('alert').textContent()).toContain('Alice Archer asked for this or wrote it');
    expect(await page.getByRole('textbox', { name: 'Comment' }).inputValue()).toBe('You know it better.');
    expect(await faultsOf(browser, page)).toEqual([]);

    await page.getByRole('textbox', { name: 'Delegate to' }).fill(dan);
    await press(page, 'Delegate');
    expect(await recorded(page)).toContain('Recorded: you delegated to Dan Dyer (dan@example.com).');
    await page.goto(forBob);
    expect(await page.getByRole('main').textContent()).toContain('You have handed this on to Dan Dyer');
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);

    await page.goto(await linkFor(asked.id, dan));
    expect(await page.getByRole('main').textContent()).toContain('delegated by Bob Baker');
    await press(page, 'Approve');
    expect((await ending(asked)).output.decisions).toMatchObject([{ by: dan }]);
    expect(await entriesOfType(asked.id, 'decided')).toMatchObject([{ by: dan, flags: ['delegated'] }]);
    await page.context().close();
  });
});

test('an approval for later waits for its time, and is taken back before it', async () => {
  const asked = await ask(gates.one);
  const link = await linkFor(asked.id, bob);
  const page = await openPage(browser, phone);
  await page.goto(link);
  await page.getByText('Advanced options').click();
  await page.getByLabel('Takes effect at').fill(inHours(2));
  await page.getByLabel('Not after').fill(inHours(1));
  await page.getByRole('checkbox', { name: 'Ask me again after changes' }).check();
  await press(page, 'Approve');
  expect(await page.getByRole('alert').textContent()).toContain('It would end before it takes effect');
  expect(await page.getByLabel('Takes effect at').inputValue()).toBe(inHours(2));
  expect(await faultsOf(browser, page)).toEqual([]);

  await page.getByLabel('Not after').fill(inHours(3));
  await press(page, 'Approve');
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Approved, not yet in effect');
  expect(await isWaiting(asked)).toBe(true);
  await page.goto(link);
  expect(await faultsOf(browser, page)).toEqual([]);
  await page.getByRole('textbox', { name: 'Comment' }).fill('The window is taken.');
  await press(page, 'Withdraw');
  expect(await recorded(page)).toContain('Recorded: you withdrew your approval.');
  expect(await ending(asked)).toMatchObject({ error: 'Approval.Rejected', cause: { outcome: 'rejected' } });
  await page.context().close();
});

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

/** A time as the page's field takes it, from now on in UTC. */
function inHours(hours: number): string {
  return new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 + hours * 3_600_000 + 1_800_000)
    .toISOString()
    .slice(0, 16);
}

/** What axe finds wrong with what this page shows, looked at in a page that may run it. */
async function faultsOf(browser: Browser, page: Page): Promise<string[]> {
  const copy = await openPage(browser, { viewport: page.viewportSize() ?? { width: 320, height: 640 } });
  await copy.setContent(await page.content());
  await copy.evaluate(axe.source);
  const { violations } = await copy.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>('axe.run()');
  await copy.context().close();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}
