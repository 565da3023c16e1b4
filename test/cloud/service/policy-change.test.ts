import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type Ran, type Running, startCli } from '../../cli/run-cli.ts';
import { cloudState } from '../../support/aws.ts';
import { launchBrowser, openPage } from '../../support/browser.ts';
import { callApi } from '../../support/cloud/api.ts';
import { bob, carol, gates, opened } from '../../support/cloud/ask.ts';
import { entriesOfType } from '../../support/cloud/audit.ts';
import { decide, open, textOf } from '../../support/cloud/by-http.ts';
import { decideInBrowser, recorded } from '../../support/cloud/decide-in-browser.ts';
import { invoke } from '../../support/cloud/functions.ts';
import { listen } from '../../support/cloud/heard.ts';
import { asksTo, linkFor } from '../../support/cloud/mailbox.ts';
import { demoPolicy, publish } from '../../support/cloud/policies.ts';
import { aRole, assume } from '../../support/cloud/principals.ts';
import type { Credentials } from '../../support/cloud/signed-call.ts';
import { once, until } from '../../support/cloud/until.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

jest.setTimeout(180_000);

/** bob and carol let another policy be: one of them is enough. */
const gated = `${demoPolicy}\npolicy_change: { approvers: [bob, carol], rule: any, timeout: 2_days }\n`;
/** Policies that are different from each other and from the demo's, and have the gate. */
const variant = (hours: number) => gated.replace('timeout: 8_hours', `timeout: ${hours}_hours`);
const role = 'test-publishing';
/** A machine publishes for her. */
const alice = 'alice@example.com';
const consumer = once(listen);
let browser: Browser;
let page: Page;

beforeAll(async () => {
  await aRole(role, [{ Action: 'execute-api:Invoke', Resource: '*' }]);
  browser = await launchBrowser();
  page = await openPage(browser);
  await consumer();
  await publish(gated);
});
afterAll(async () => {
  await breakGlass(demoPolicy, 'the tests are over');
  await (await consumer()).stop();
  await browser.close();
});

/** Where the event of the change before is being looked at, somebody is publishing already: then again. */
const put = async (text: string, session = 'robot') => {
  const body = { text, ...(session === 'robot' && { authors: [alice] }) };
  return until('a publication that nobody else is in the way of', async () => {
    const reply = await callApi('PUT', '/policy', { as: await assume(role, session), body });
    return reply.status !== 503 && reply;
  });
};
const inForce = async () => {
  const { status, body } = await callApi('GET', '/policy', { as: await assume(role) });
  expect(status).toBe(200);
  return body;
};
const untilInForce = (version: string) =>
  until(`the policy ${version} in force`, async () => {
    const now = await inForce();
    return now.version === version && now;
  });

async function breakGlass(text: string, reason: string, as?: Credentials) {
  const { failed, answer } = await invoke('PublishPolicy', { breakGlass: { text, reason } }, as);
  return { failed, ...JSON.parse(answer || '{}') };
}

async function cli(args: string[], session: string): Promise<Running> {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = await assume(role, session);
  const keys = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
  const env = { ...keys, NODE_EXTRA_CA_CERTS: cloudState().caFile };
  return startCli([...args, '--state', process.env.COUNTERSIGN_TEST_STATE ?? ''], { env });
}

async function aFile(text: string): Promise<string> {
  const file = join(await temporaryFolder(), 'policy.yaml');
  await writeFile(file, text);
  return file;
}

test('publishing changes nothing until the gate of the policy in force lets it; then it takes effect by itself', async () => {
  const before = await inForce();
  const { status, body } = await put(variant(9));
  expect([status, body.status]).toEqual([202, 'awaiting_approval']);
  expect(await inForce()).toEqual(before);
  const link = await linkFor(body.id, carol);
  await page.goto(link);
  await page.getByText('Change of the policy').first().waitFor();
  await page.getByText('/environments/staging/gates/', { exact: false }).first().waitFor();
  await decideInBrowser(page, link, { button: 'Approve' });
  expect(await recorded(page)).toMatch(/approved/i);
  const after = await untilInForce(body.version);
  expect(after).toMatchObject({ request: body.id, publishedBy: `request ${body.id}, approved by ${carol}` });
  const decided = await (await consumer()).event('Approval Decided', ({ id }) => id === body.id);
  expect(decided.detail).toMatchObject({ outcome: 'approved', source: 'countersign:policy_change' });
});

test('R7 who publishes is not asked; turned down it does not take effect, and can be asked for again', async () => {
  const before = await inForce();
  const { status, body } = await put(variant(10), 'bob');
  expect([status, body.approvers]).toEqual([202, [`Carol Clark <${carol}>`]]);
  const link = await linkFor(body.id, carol);
  expect(await asksTo(body.id, bob)).toEqual([]);
  const [opened] = await entriesOfType(body.id, 'opened');
  expect(opened).toMatchObject({ claim: { requestedBy: bob }, excluded: { people: ['bob'] } });
  expect(textOf(await open(link))).toContain('asked for');
  await decide(link, 'reject');
  await (await consumer()).event('Approval Decided', ({ id }) => id === body.id);
  expect(await inForce()).toEqual(before);
  const again = await put(variant(10), 'bob');
  expect(again.body.id).not.toBe(body.id);
  await callApi('POST', `/requests/${again.body.id}/cancel`, {
    as: await assume(role, 'bob'),
    body: { reason: 'changed my mind' },
  });
});

test('a publication that another one overtook does nothing', async () => {
  const slow = (await put(variant(11))).body;
  const quick = (await put(variant(12))).body;
  await decide(await linkFor(quick.id, bob), 'approve');
  const now = await untilInForce(quick.version);
  await decide(await linkFor(slow.id, bob), 'approve');
  await (await consumer()).event('Approval Decided', ({ id }) => id === slow.id);
  // The clock's look, which would put right what the event did not.
  const { failed } = await invoke('PublishPolicy', { 'detail-type': 'Scheduled Event' });
  expect(failed).toBe(false);
  expect(await inForce()).toEqual(now);
});

test('countersign policy publish --wait says what is different and whom it waits for, and ends when it is in force', async () => {
  const running = await cli(['policy', 'publish', await aFile(variant(13)), '--author', alice, '--wait'], 'robot');
  const id = await until('the request', async () => {
    const heard = await (await consumer()).all();
    const asked = heard.filter((event) => event['detail-type'] === 'Approval Requested').at(-1);
    return asked?.detail.source === 'countersign:policy_change' &&
      (await entriesOfType(asked.detail.id ?? '', 'decided')).length === 0
      ? asked.detail.id
      : undefined;
  });
  await decide(await linkFor(id, bob), 'approve');
  const ran: Ran = await running.done;
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.out).toContain('environments.staging.gates');
  expect(ran.out).toContain('is in force');
  expect(ran.err).toContain('Bob Baker');
});

test('breaking the glass needs the right to invoke the function, and is an entry, an event and who published it', async () => {
  const stranger = await breakGlass(variant(14), 'for fun', await assume(role));
  expect(stranger.version).toBeUndefined();
  const done = await breakGlass(variant(14), 'bob and carol have left');
  expect(done).toMatchObject({ failed: false, changed: true });
  const now = await inForce();
  expect(now).toMatchObject({ version: done.version, publishedBy: expect.stringContaining('bob and carol have left') });
  const [opened] = await entriesOfType(String(now.request), 'opened');
  expect(opened).toMatchObject({ outcome: 'bypassed', gate: { bypass: { kind: 'policy_break_glass' } } });
  const used = await (await consumer()).event('Bypass Used', ({ id }) => id === now.request);
  expect(used.detail).toMatchObject({ kind: 'policy_break_glass', reason: 'bob and carol have left' });
});

test('W5 countersign policy replay tries a policy out on what was asked here', async () => {
  const weaker = demoPolicy.replace('rule: { quorum: 2 }', 'rule: any');
  const { id, requestId } = await opened(gates.quorum);
  const replay = async (text: string, ...more: string[]) =>
    (await cli(['policy', 'replay', await aFile(text), '--since', '1d', '--json', ...more], 'robot')).done;
  const ran = await replay(weaker);
  expect(ran.code).toBe(0);
  const replayed = JSON.parse(ran.out);
  expect(replayed.requests).toBeGreaterThanOrEqual(6);
  const words = "stage 'review' changed: 2 of 3 approvers → any one of 3 approvers; Bob Baker would be enough";
  expect(replayed.different).toContainEqual(
    expect.objectContaining({ id, requestId, changes: [{ kind: 'stage_changed', words, weaker: true }] }),
  );
  expect(replayed.weaker).toBeGreaterThanOrEqual(1);
  expect((await replay(weaker, '--fail-on-weaker')).code).toBe(1);
  // By the policy that it was opened under it is decided as it was.
  const same = JSON.parse((await replay(gated)).out).different;
  expect(same.filter((one: { id: string }) => one.id === id)).toEqual([]);
  // Without a gate for it, none of the policies above would have been asked for.
  expect(replayed.different).toContainEqual(
    expect.objectContaining({
      source: 'countersign:policy_change',
      changes: [expect.objectContaining({ kind: 'refused' })],
    }),
  );
});
