import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Browser } from 'playwright-core';
import { limits } from '../../../core/limits.ts';
import { personTag } from '../../../core/link.ts';
import { output } from '../../support/aws.ts';
import { launchBrowser, openPage } from '../../support/browser.ts';
import { abort, ask, bob, dan, ending, isWaiting, opened } from '../../support/cloud/ask.ts';
import { dynamodb, entriesOf, entriesOfType } from '../../support/cloud/audit.ts';
import { decide, open, textOf } from '../../support/cloud/by-http.ts';
import { recorded } from '../../support/cloud/decide-in-browser.ts';
import { configurationOf, invoke } from '../../support/cloud/functions.ts';
import { tokenOf, withToken } from '../../support/cloud/link-keys.ts';
import { entryOf, untilQuiet } from '../../support/cloud/log.ts';
import { allMails, asksTo, linkFor, type SentMail } from '../../support/cloud/mailbox.ts';
import { callsSince } from '../../support/cloud/recorded-calls.ts';
import { until } from '../../support/cloud/until.ts';

test('R41 a thousand bad links spend no AWS call and keep nobody from deciding', async () => {
  const asked = await ask();
  const link = await linkFor(asked.id, bob);
  await open(link);
  // Every process of the function has its key now; a new one asks KMS for it once.
  await Promise.all(Array.from({ length: 30 }, () => open(link)));
  await untilQuiet(asked.id);
  const start = Date.now();
  const bytes = Buffer.from(tokenOf(link), 'base64url');
  const bad = Array.from({ length: 1000 }, (_, i) => {
    const copy = Buffer.from(bytes);
    copy.writeUInt32BE(i, 50);
    return withToken(copy.toString('base64url'));
  });

  const statuses = new Set<number>();
  const flood = Promise.all(
    Array.from({ length: 25 }, async () => {
      for (let next = bad.pop(); next; next = bad.pop()) statuses.add((await open(next)).status);
    }),
  );
  const told = await decide(link, 'approve');
  await flood;

  expect(statuses).toEqual(new Set([404]));
  expect(told.status).toBe(200);
  expect((await ending(asked)).status).toBe('SUCCEEDED');
  // The person's own page and vote read once each; only what reads a link's request asks for the policy so.
  expect(await callsSince(start, 'BatchGetItem')).toBe(2);
  expect(await callsSince(start, 'GenerateMac')).toBe(0);
  expect((await entriesOf(asked.id)).filter(({ type }) => type === 'attempt_refused')).toEqual([]);
});

const erin = 'erin@example.com';
const onCall = { environment: 'on-call', risk: 'low' };

/**
 * The tests' cloud lets one person be asked, and be told, far more often in an hour than ours would, for they ask a few people
 * hundreds of times. So much of these hours, this one and the next, is used up that as many are left as by default.
 */
async function onlyTheDefaultLeft(of: string): Promise<void> {
  const { ASKS_PER_HOUR } = JSON.parse(await configurationOf('React')).Environment.Variables;
  const now = Date.now();
  const hours = [now, now + 3600_000].map((time) => new Date(time).toISOString().slice(0, 13));
  const used = hours.flatMap((hour) =>
    Array.from({ length: ASKS_PER_HOUR - limits.asksPerHour }, (_, n) => ({
      id: `${of}#${hour}`,
      item: `mail#used-${n}`,
      msg: 'none',
    })),
  );
  for (let at = 0; at < used.length; at += 25) {
    const puts = used.slice(at, at + 25).map((item) => ({ PutRequest: { Item: marshall(item) } }));
    await dynamodb().send(new BatchWriteItemCommand({ RequestItems: { [output('RequestsTableName')]: puts } }));
  }
}

const linksIn = ({ text }: SentMail) =>
  [...text.matchAll(/https?:\/\/\S+\/r\/[A-Za-z0-9_-]{88}/g)].map(([link]) => link);

/** Waits for the digest, which a sweep sends a minute after its first request was too many: this one or the clock's. */
async function digestOf(ids: string[], titled: RegExp): Promise<SentMail> {
  const digests = async () =>
    (await allMails()).filter(({ subject, text }) => titled.test(subject) && ids.some((id) => text.includes(id)));
  const first = await until(
    'the digest',
    async () => {
      await invoke('Sweep', {});
      return (await digests())[0];
    },
    150_000,
  );
  expect(await digests()).toEqual([first]);
  expect(first.to).toEqual([erin]);
  return first;
}

/** Which of the requests each link is to, by the page that it opens. */
async function pagesOf(links: string[], ids: string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const link of links) {
    const page = await open(link);
    const id = ids.find((one) => page.html.includes(one));
    if (page.status === 200 && id) found.set(id, link);
  }
  return found;
}

/** How often each of the requests was told of to erin as over, by a mail of its own. */
async function toldAlone(ids: string[]): Promise<string[]> {
  const tells = (await allMails()).filter(
    ({ to, subject }) => to.includes(erin) && /^(Cancelled|Approved): /.test(subject),
  );
  return tells.flatMap(({ text }) => ids.filter((id) => text.includes(id)));
}

describe('R42 a flood at one approver', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('thirty requests: twelve mails at most and one digest with the rest, whose links decide and report; nobody else waits; cancelled, it is told the same way', async () => {
    await onlyTheDefaultLeft(`asks#${personTag('erin')}`);
    await onlyTheDefaultLeft(`tells#${personTag(erin)}`);
    const titles = Array.from({ length: 30 }, (_, n) => `Flood ${n}`);
    const asked = await Promise.all(titles.map((title) => ask({ ...onCall, title })));
    // Of a request that asks two, the other is told at once.
    const both = await ask({ environment: 'on-call', risk: 'medium', title: 'For both' });
    expect(await linkFor(both.id, dan)).toBeTruthy();

    const all = [...asked, both];
    const ids = all.map(({ id }) => id);
    await Promise.all(ids.map(untilQuiet));
    const alone = new Set<string>();
    for (const id of ids) for (const _ of await asksTo(id, erin)) alone.add(id);
    expect(alone.size).toBeGreaterThan(0);
    expect(alone.size).toBeLessThanOrEqual(limits.asksPerHour);

    const digest = await digestOf(ids, /^Please decide: \d+ requests?$/);
    expect(digest.text).toContain(
      `states:countersign-approval: ${31 - alone.size} of ${31 - alone.size} that were too many`,
    );
    const links = linksIn(digest);
    const waiting = await pagesOf(links, ids);
    expect(links).toHaveLength(31 - alone.size);
    expect([...waiting.keys()].sort()).toEqual(ids.filter((id) => !alone.has(id)).sort());

    const [decided, reported] = asked.filter(({ id }) => waiting.has(id));
    if (!decided || !reported) throw new Error('the digest has fewer than two requests');
    expect(textOf(await decide(waiting.get(decided.id) ?? '', 'approve'))).toContain('Recorded: you approved');
    expect(await ending(decided)).toMatchObject({ status: 'SUCCEEDED' });

    const page = await openPage(browser, { javaScriptEnabled: false });
    await page.goto(waiting.get(reported.id) ?? '');
    await page.getByText('Something wrong with this request?').click();
    await page.getByRole('textbox', { name: 'What is wrong with it' }).fill('Thirty of these in a minute');
    await page.getByRole('button', { name: 'Report this' }).click();
    expect(await recorded(page)).toContain('Recorded: you reported this request, which decides nothing.');
    expect(await isWaiting(reported)).toBe(true);
    const entries = await entriesOfType(reported.id, 'reported');
    expect(entries).toMatchObject([{ person: 'erin', by: erin, comment: 'Thirty of these in a minute' }]);

    // The next digest that asks is a quarter of an hour away: whatever is left to it now is cancelled before anybody was asked.
    const late = await Promise.all(['Late 0', 'Late 1'].map((title) => opened({ ...onCall, title })));
    await Promise.all(late.map(({ id }) => untilQuiet(id)));
    const known = [...ids];
    for (const { id } of late) if ((await asksTo(id, erin)).length > 0) known.push(id);
    await Promise.all([...all, ...late].filter(({ id }) => id !== decided.id).map(abort));
    for (const { id } of [...all, ...late]) {
      if (id !== decided.id) await entryOf(id, 'left');
      await untilQuiet(id);
    }
    const told = await toldAlone([...ids, ...late.map(({ id }) => id)]);
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThanOrEqual(limits.asksPerHour);
    const news = await digestOf(ids, /^What became of \d+ requests$/);
    expect(linksIn(news)).toEqual([]);
    const inDigest = [...ids, ...late.map(({ id }) => id)].filter((id) => news.text.includes(id));
    expect([...told, ...inDigest].sort()).toEqual(known.toSorted());
  }, 400_000);
});
