import type { Browser, Page } from 'playwright-core';
import { personLogId } from '../../../core/canonical.ts';
import { foldPerson } from '../../../core/person/fold.ts';
import { reviewKey } from '../../../core/person/review.ts';
import { verifyPersonLog } from '../../../core/person/verify.ts';
import { launchBrowser, openPage } from '../../support/browser.ts';
import { type ApiReply, callApi } from '../../support/cloud/api.ts';
import { ask, carol, dan, ending, gates } from '../../support/cloud/ask.ts';
import { personEntriesOf } from '../../support/cloud/audit.ts';
import { decideInBrowser, recorded } from '../../support/cloud/decide-in-browser.ts';
import { anAsk } from '../../support/cloud/emit.ts';
import { listen } from '../../support/cloud/heard.ts';
import { entryOf, untilQuiet } from '../../support/cloud/log.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';
import { demoPolicy, publish } from '../../support/cloud/policies.ts';
import { aRole, assume } from '../../support/cloud/principals.ts';
import type { Credentials } from '../../support/cloud/signed-call.ts';
import { once, until } from '../../support/cloud/until.ts';

jest.setTimeout(180_000);

/** dan is on call, carol reviews; erin may act first. A review is overdue after five seconds. */
const emergency = `
approval_workflows:
  emergency_bypass:
    approver: dan
    timeout: 30_minutes
    act_first: [erin]
    review:
      approver: carol
      timeout: 5_seconds
`;
const override = { justification: 'Checkout has been down since noon.' };
const consumer = once(listen);
let browser: Browser;
let page: Page;

beforeAll(async () => {
  await aRole('test-overriding', [{ Action: 'execute-api:Invoke', Resource: '*' }]);
  browser = await launchBrowser();
  page = await openPage(browser);
  await consumer();
  await publish(demoPolicy + emergency);
});
afterAll(async () => {
  await publish(demoPolicy);
  await (await consumer()).stop();
  await browser.close();
});

const asks = (as: Credentials, of: object = {}): Promise<ApiReply> => {
  const { requestedBy: _, ...body } = anAsk({ ...gates.both, title: 'Restart checkout', override, ...of });
  return callApi('POST', '/requests', { as, body });
};

/** Waits until this override's review is open, and overdue; returns its id. */
async function overdueReview(of: string, person: string): Promise<string> {
  const { id } = reviewKey({ override: of, nth: 1 });
  await entryOf(of, 'review_opened');
  const owed = foldPerson(await personEntriesOf(person))?.owed.find(({ override }) => override === of);
  expect(owed?.review).toBe(id);
  await until('the review being overdue', () => new Date().toISOString() > (owed?.due ?? 'never'));
  return id;
}

/** carol answers the review; returns when that stands in the person's log. */
async function reviewed(id: string, person: string, button: 'Approve' | 'Reject'): Promise<void> {
  await decideInBrowser(page, await linkFor(id, carol), { button, comment: 'We looked at it together.' });
  expect(await recorded(page)).toContain('Recorded');
  await until('the review in the log', async () => foldPerson(await personEntriesOf(person))?.owed.length === 0);
}

test('R40 an override is asked for, approved from a mailed link, let through, told, and reviewed by a request of its own', async () => {
  const asked = await ask({ ...gates.both, override, requestedBy: 'bob@example.com' });
  await decideInBrowser(page, await linkFor(asked.id, dan), { button: 'Approve', comment: 'Go.' });
  const { status, output } = await ending(asked);
  expect([status, output.outcome]).toEqual(['SUCCEEDED', 'bypassed']);
  const { detail } = await (await consumer()).event('Bypass Used', ({ id }) => id === asked.id);
  expect(detail).toMatchObject({ kind: 'emergency_override', justification: override.justification });

  const review = await overdueReview(asked.id, 'bob');
  await page.goto(await linkFor(review, carol));
  const shown = await page.locator('body').innerText();
  for (const part of ['Review of an emergency override', override.justification, 'Countersign itself'])
    expect(shown).toContain(part);
  await reviewed(review, 'bob', 'Reject');
  const entries = await personEntriesOf('bob');
  expect(entries.map(({ type }) => type)).toEqual(['override_used', 'review_owed', 'review_done']);
  expect(verifyPersonLog(entries, { id: personLogId('bob') })).toMatchObject({ ok: true });
  const row = await untilQuiet(review);
  expect(row).toMatchObject({ status: 'settled', outcome: 'rejected' });
  expect(row).not.toHaveProperty('open');
});

test('R40 while a review is overdue that person has no other override, raced ones included; deciding it lets them again', async () => {
  const erin = await assume('test-overriding', 'erin');
  const first = await asks(erin);
  // She may act first.
  expect([first.status, first.body.outcome]).toEqual([201, 'bypassed']);
  const review = await overdueReview(first.body.id, 'erin');

  const raced = await Promise.all(Array.from({ length: 20 }, () => asks(erin)));
  expect(new Set(raced.map(({ status, body }) => `${status} ${body.code}`))).toEqual(new Set(['403 override_blocked']));
  expect(raced[0]?.body.message).toMatch(/'Restart checkout'.+has been overdue since/);
  const ordinary = await callApi('POST', '/requests', { as: erin, body: anAsk({ requestedBy: 'erin@example.com' }) });
  expect(ordinary.status).toBe(201);
  const { body } = await callApi('GET', '/people/erin%40example.com', { as: erin });
  expect(body).toMatchObject({ person: 'erin', overrides: [{ request: first.body.id }], owed: [{ review }] });

  await reviewed(review, 'erin', 'Approve');
  const again = await asks(erin);
  expect([again.status, again.body.outcome]).toEqual([201, 'bypassed']);
  await reviewed(await overdueReview(again.body.id, 'erin'), 'erin', 'Approve');
});

test('R40 one that was asked for before a review was overdue is not let through while it is', async () => {
  const of = { ...gates.both, override, requestedBy: 'bob@example.com', title: 'Restart checkout' };
  const first = await ask(of);
  const second = await ask(of);
  await decideInBrowser(page, await linkFor(first.id, dan), { button: 'Approve', comment: 'Go.' });
  const review = await overdueReview(first.id, 'bob');
  await decideInBrowser(page, await linkFor(second.id, dan), { button: 'Approve', comment: 'Go.' });
  expect(await page.locator('body').innerText()).toMatch(/'Restart checkout'.+has been overdue since/);
  await entryOf(second.id, 'attempt_refused');

  await reviewed(review, 'bob', 'Approve');
  await decideInBrowser(page, await linkFor(second.id, dan), { button: 'Approve', comment: 'Go.' });
  expect((await ending(second)).output.outcome).toBe('bypassed');
  await reviewed(await overdueReview(second.id, 'bob'), 'bob', 'Approve');
});
