import type { Browser } from 'playwright-core';
import { launchBrowser, openPage } from '../../support/browser.ts';
import { abort, ask, bob, carol, ending, gates } from '../../support/cloud/ask.ts';
import { entriesOf, entriesOfType } from '../../support/cloud/audit.ts';
import { askForCurrentLink, decide, nonceIn, open, send, textOf } from '../../support/cloud/by-http.ts';
import { askByEvent, emit } from '../../support/cloud/emit.ts';
import { entryOf } from '../../support/cloud/log.ts';
import { laterLinkFor, linkFor } from '../../support/cloud/mailbox.ts';
import { openNextRound } from '../../support/cloud/next-round.ts';
import { underPolicy } from '../../support/cloud/policy-for-a-test.ts';
import { until } from '../../support/cloud/until.ts';

describe('a changed payload', () => {
  test('R8 the old link is 409, shows what changed, decides nothing, and the current one can be asked for', async () => {
    const asked = await ask({ payload: { version: '2.1.0', replicas: 4 } });
    const old = await linkFor(asked.id, bob);
    const seen = nonceIn(await open(old)) ?? '';
    await openNextRound(asked.id, { version: '2.1.0', replicas: 5 }, 'One more replica is needed');

    const posted = await send(old, seen, 'approve');
    expect(posted.status).toBe(409);
    expect(await entriesOfType(asked.id, 'decided')).toEqual([]);
    const page = await open(old);
    expect(page.status).toBe(409);
    const words = textOf(page);
    expect(words).toContain('What is to be done has changed since this link was sent.');
    expect(words).toContain('One more replica is needed');
    expect(words).toMatch(/\/replicas changed before: 4 now: 5/);

    expect((await askForCurrentLink(old, page)).status).toBe(202);
    const current = await until('a link of round 2', async () => {
      const link = await laterLinkFor(asked.id, bob, 3);
      return nonceIn(await open(link)) !== undefined && link;
    });
    await decide(current, 'approve');
    const { output } = await ending(asked);
    expect(output).toMatchObject({ outcome: 'approved', payload: { version: '2.1.0', replicas: 5 } });
  });
});

describe('a request that nobody can decide any more', () => {
  test('R20 decided: its colleague sees the outcome, and an answer is 409', async () => {
    const asked = await ask(gates.both);
    const [forBob, forCarol] = await Promise.all([linkFor(asked.id, bob), linkFor(asked.id, carol)]);
    const nonce = nonceIn(await open(forCarol)) ?? '';
    await decide(forBob, 'reject', { comment: 'Not today.' });

    const shown = await open(forCarol);
    expect([shown.status, nonceIn(shown)]).toEqual([200, undefined]);
    expect(textOf(shown)).toContain('Rejected');
    expect(textOf(shown)).toContain('Not today.');
    const told = await send(forCarol, nonce, 'approve');
    expect(told.status).toBe(409);
    expect(textOf(told)).toContain('Your answer was not recorded.');
  });

  test('R20 cancelled: the page says so, and an answer is 410', async () => {
    const asked = await askByEvent();
    const link = await linkFor(asked.id, bob);
    const nonce = nonceIn(await open(link)) ?? '';
    await emit('Cancel Approval', { requestId: asked.requestId, reason: 'A newer build is ready' });
    await entryOf(asked.id, 'cancelled');

    const shown = await open(link);
    expect([shown.status, nonceIn(shown)]).toEqual([200, undefined]);
    expect(textOf(shown)).toContain('A newer build is ready');
    expect((await send(link, nonce, 'approve')).status).toBe(410);
  });

  test('R20 its execution aborted: the page says that the work has ended, and an answer is 410', async () => {
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    const nonce = nonceIn(await open(link)) ?? '';
    await abort(asked);
    expect(await entryOf(asked.id, 'left')).toMatchObject({ reason: 'aborted', outcome: 'cancelled' });

    const shown = await open(link);
    expect([shown.status, nonceIn(shown)]).toEqual([200, undefined]);
    expect(textOf(shown)).toContain('The work that asked is no longer there.');
    expect((await send(link, nonce, 'approve')).status).toBe(410);
  });

  test('R19 expired: 410 from that second on, even before anything has recorded it', async () => {
    const asked = await underPolicy(
      (demo) => demo.replaceAll('30_seconds', '4_seconds'),
      async () => {
        const made = await ask({ environment: 'expires-soon' });
        await linkFor(made.id, bob);
        return made;
      },
    );
    const link = await linkFor(asked.id, bob);
    const nonce = nonceIn(await open(link)) ?? '';
    const page = await until('the deadline', async () => {
      const seen = await open(link);
      return seen.status !== 200 && seen;
    });
    const recordedYet = (await entriesOf(asked.id)).some(({ type }) => type === 'expired');

    expect([page.status, recordedYet]).toEqual([410, false]);
    expect((await send(link, nonce, 'approve')).status).toBe(410);
    expect(await ending(asked)).toMatchObject({ error: 'Approval.Expired' });
    expect((await open(link)).status).toBe(410);
    expect(await entriesOfType(asked.id, 'decided')).toEqual([]);
  });
});

describe('an approver who has left', () => {
  test('R18 their link is refused from the next request on, and works again once they are back', async () => {
    const asked = await ask();
    const link = await linkFor(asked.id, bob);
    const nonce = nonceIn(await open(link)) ?? '';

    await underPolicy(
      (demo) => demo.replace(/\bbob\b/g, 'robert'),
      async () => {
        const shown = await open(link);
        expect([shown.status, nonceIn(shown)]).toEqual([403, undefined]);
        expect(shown.html).not.toContain('Deploy shop');
        expect((await send(link, nonce, 'approve')).status).toBe(403);
        expect(await entriesOfType(asked.id, 'attempt_refused')).toMatchObject([
          { code: 'not_eligible', person: 'bob' },
        ]);
      },
    );

    expect((await send(link, nonce, 'approve')).status).toBe(200);
    expect((await ending(asked)).status).toBe('SUCCEEDED');
  });
});

describe('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('a dead link of a live request: one press mails the current one, and that decides; the old one never does', async () => {
    const asked = await ask();
    const page = await openPage(browser, { javaScriptEnabled: false });
    const first = await linkFor(asked.id, bob);
    await openNextRound(asked.id, { version: '2.1.1' }, 'A newer build');
    await page.goto(first);
    await page.getByRole('button', { name: 'Send me the current link' }).click();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('The current link is on its way');

    await page.goto(await laterLinkFor(asked.id, bob, 3));
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    expect(await page.getByRole('status').textContent()).toContain('Recorded: you approved.');
    await page.goto(await laterLinkFor(asked.id, bob, 2));
    expect(await page.getByRole('button').count()).toBe(0);
    expect((await ending(asked)).output.payload).toEqual({ version: '2.1.1' });
    await page.context().close();
  });
});
