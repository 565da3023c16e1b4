import type { Browser, Page } from 'playwright-core';
import { digestOf } from '../../../core/canonical.ts';
import { launchBrowser, openPage } from '../../support/browser.ts';
import { ask, bob, carol, dan, ending, gates, isWaiting } from '../../support/cloud/ask.ts';
import { entriesOfType } from '../../support/cloud/audit.ts';
import { decideInBrowser, recorded } from '../../support/cloud/decide-in-browser.ts';
import { asksTo, linkFor } from '../../support/cloud/mailbox.ts';

describe('each kind of gate, decided in a real browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('R27 one approver, JavaScript off, on a phone: approving lets the work go on with the payload that was shown', async () => {
    const asked = await ask({ ...gates.one, payload: { version: '2.1.0', replicas: 4 } });
    const page = await openPage(browser, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });

    await decideInBrowser(page, await linkFor(asked.id, bob), {
      button: 'Approve',
      comment: 'Fine with me.\nGo ahead.',
      conditions: 'Before six\nNot on a Friday',
    });

    expect(await recorded(page)).toContain('Recorded: you approved.');
    const { status, output } = await ending(asked);
    expect(status).toBe('SUCCEEDED');
    expect(output).toMatchObject({
      id: asked.id,
      requestId: asked.requestId,
      outcome: 'approved',
      payload: asked.payload,
      digest: digestOf(asked.payload),
      conditions: ['Before six', 'Not on a Friday'],
      decisions: [
        { stage: 'review', by: bob, answer: 'approve', comment: 'Fine with me.\nGo ahead.', assurance: 'link' },
      ],
    });
    await page.context().close();
  });

  test('one approver: a rejection fails the work by name, with the reason and without the payload', async () => {
    const asked = await ask(gates.one);
    const page = await openPage(browser, { colorScheme: 'dark' });

    await decideInBrowser(page, await linkFor(asked.id, bob), {
      button: 'Reject',
      comment: 'The scan is from last week.',
    });

    expect(await recorded(page)).toContain('Recorded: you rejected.');
    const { status, error, cause } = await ending(asked);
    expect([status, error]).toEqual(['FAILED', 'Approval.Rejected']);
    expect(cause).toMatchObject({
      outcome: 'rejected',
      decisions: [{ by: bob, comment: 'The scan is from last week.' }],
    });
    expect(cause).not.toHaveProperty('payload');
    await page.context().close();
  });

  test('one approver: a request for changes fails the work by its own name', async () => {
    const asked = await ask(gates.one);
    const page = await openPage(browser, { viewport: { width: 1280, height: 900 } });

    await decideInBrowser(page, await linkFor(asked.id, bob), {
      button: 'Request changes',
      comment: 'Two replicas, please.',
    });

    expect(await recorded(page)).toContain('Recorded: you requested changes.');
    expect(await ending(asked)).toMatchObject({
      status: 'FAILED',
      error: 'Approval.ChangesRequested',
      cause: { outcome: 'changes_requested' },
    });
    await page.context().close();
  });

  test('all of two: the first approval is counted and the work waits, the second lets it go on', async () => {
    const asked = await ask(gates.both);
    const [forBob, forCarol] = await Promise.all([linkFor(asked.id, bob), linkFor(asked.id, carol)]);
    const first = await openPage(browser);
    await decideInBrowser(first, forBob, { button: 'Approve' });
    expect(await headline(first)).toBe('Waiting for a decision');
    expect(await isWaiting(asked)).toBe(true);

    const second = await openPage(browser, { javaScriptEnabled: false });
    await decideInBrowser(second, forCarol, { button: 'Approve' });

    expect(await headline(second)).toBe('Approved');
    const { output } = await ending(asked);
    expect(output.decisions.map(({ by }: { by: string }) => by)).toEqual([bob, carol]);
    await Promise.all([first.context().close(), second.context().close()]);
  });

  test('all of two: one rejection settles it at once', async () => {
    const asked = await ask(gates.both);
    const page = await openPage(browser);

    await decideInBrowser(page, await linkFor(asked.id, carol), { button: 'Reject' });

    expect(await headline(page)).toBe('Rejected');
    expect(await ending(asked)).toMatchObject({ error: 'Approval.Rejected' });
    await page.context().close();
  });

  test('two of three: one rejection leaves it open, two approvals settle it', async () => {
    const asked = await ask(gates.quorum);
    const page = await openPage(browser, { javaScriptEnabled: false });

    await decideInBrowser(page, await linkFor(asked.id, dan), { button: 'Reject' });
    expect(await headline(page)).toBe('Waiting for a decision');
    await decideInBrowser(page, await linkFor(asked.id, bob), { button: 'Approve' });
    expect(await isWaiting(asked)).toBe(true);
    await decideInBrowser(page, await linkFor(asked.id, carol), { button: 'Approve' });

    expect(await headline(page)).toBe('Approved');
    expect((await ending(asked)).output.outcome).toBe('approved');
    const effects = (await entriesOfType(asked.id, 'decided')).map(({ by, effect }) => [by, effect]);
    expect(effects).toEqual([
      [dan, 'counted'],
      [bob, 'counted'],
      [carol, 'settled'],
    ]);
    await page.context().close();
  });

  test('two stages: the second is asked only after the first has passed', async () => {
    const asked = await ask(gates.stages);
    const page = await openPage(browser);
    const forBob = await linkFor(asked.id, bob);
    expect(await asksTo(asked.id, carol)).toEqual([]);
    await page.goto(forBob);
    await expect(page.getByText('The change was tried in staging').count()).resolves.toBe(1);

    await decideInBrowser(page, forBob, { button: 'Approve' });
    expect(await headline(page)).toBe('Waiting for a decision');
    expect(await isWaiting(asked)).toBe(true);
    await decideInBrowser(page, await linkFor(asked.id, carol), { button: 'Approve' });

    expect(await headline(page)).toBe('Approved');
    const { output } = await ending(asked);
    expect(output.decisions).toMatchObject([
      { stage: 'review', by: bob },
      { stage: 'release', by: carol },
    ]);
    await page.context().close();
  });
});

async function headline(page: Page): Promise<string | null> {
  return await page.getByRole('heading', { level: 1 }).textContent();
}
