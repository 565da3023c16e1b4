import type { Browser, Page } from 'playwright-core';
import { requestIdentity } from '../../../core/canonical.ts';
import { launchBrowser, openPage } from '../../support/browser.ts';
import { callApi } from '../../support/cloud/api.ts';
import { bob, carol, dan } from '../../support/cloud/ask.ts';
import { entriesOf } from '../../support/cloud/audit.ts';
import { decideInBrowser, recorded } from '../../support/cloud/decide-in-browser.ts';
import { anAsk } from '../../support/cloud/emit.ts';
import { listen } from '../../support/cloud/heard.ts';
import { entryOf } from '../../support/cloud/log.ts';
import { linkFor, mailsAbout } from '../../support/cloud/mailbox.ts';
import { demoPolicy, publish } from '../../support/cloud/policies.ts';
import { aRole, assume } from '../../support/cloud/principals.ts';
import { notAsPublished } from '../../support/cloud/schemas.ts';
import type { Credentials } from '../../support/cloud/signed-call.ts';
import { once, until } from '../../support/cloud/until.ts';

jest.setTimeout(240_000);

/** carol lets windows be; stakeholders are told half a minute ahead, for the local cloud looks at its timers every ten seconds; bob or dan confirm afterwards that all is well. */
const maintenance = `
maintenance_windows:
  approvers: [carol]
  timeout: 1_hours
  longest: 1_hours
  environments: [production]
  stakeholders: [ops@example.com]
  notice: 30_seconds
  validation:
    approvers: [bob, dan]
    timeout: 1_hours
`;
const role = 'test-maintaining';
const stakeholder = 'head@example.com';
const consumer = once(listen);
let browser: Browser;
let page: Page;
let alice: Credentials;

beforeAll(async () => {
  await aRole(role, [{ Action: 'execute-api:Invoke', Resource: '*' }]);
  alice = await assume(role, 'alice');
  browser = await launchBrowser();
  page = await openPage(browser);
  await consumer();
  await publish(demoPolicy + maintenance);
});
afterAll(async () => {
  await publish(demoPolicy);
  await (await consumer()).stop();
  await browser.close();
});

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const windowFor = (from: string, to: string, more: object = {}) => ({
  ...{ title: 'Move the database', reason: 'The old one is full.', from, to },
  ...{ environments: ['production'], sources: [`iam:${role}`], stakeholders: [stakeholder], ...more },
});

/** A deployment over the API, by the role that the window is for: how it went. */
async function deploy(environment: string) {
  const { requestedBy: _, ...body } = anAsk({ environment, risk: 'medium', title: `Deploy to ${environment}` });
  const reply = await callApi('POST', '/requests', { as: alice, body });
  return { id: reply.body.id, went: reply.body.outcome ?? reply.body.status };
}

const subjects = async (id: string, to: string) => (await mailsAbout(id, to)).map(({ subject }) => subject).reverse();
const toldOf = (id: string, news: string) =>
  until(`'${news}' to ${stakeholder}`, async () =>
    (await subjects(id, stakeholder)).includes(`${news}: Move the database`),
  );

test('a window is asked for, approved from a mailed link, announced, opens, lets through what it is for, ends and is validated', async () => {
  const asked = await callApi('POST', '/maintenance-windows', {
    as: alice,
    body: windowFor(inSeconds(45), inSeconds(80)),
  });
  expect([asked.status, asked.body.status]).toEqual([201, 'pending']);
  expect(asked.body.stages).toMatchObject([{ name: 'maintenance_window', approvers: [{ address: carol }] }]);
  const { id } = asked.body;
  await page.goto(await linkFor(id, carol));
  const shown = await page.locator('body').innerText();
  for (const part of ['Maintenance window: Move the database', 'The old one is full.', `iam:${role}`])
    expect(shown).toContain(part);
  await decideInBrowser(page, await linkFor(id, carol), { button: 'Approve' });
  expect(await recorded(page)).toContain('Recorded');
  expect((await deploy('production')).went).toBe('pending');

  await toldOf(id, 'Maintenance ahead');
  await entryOf(id, 'took_effect');
  await toldOf(id, 'Maintenance has begun');
  const inside = await until('a deployment let through', async () => {
    const deployed = await deploy('production');
    return deployed.went === 'bypassed' && deployed;
  });
  expect((await deploy('staging')).went).toBe('pending');
  const used = await (await consumer()).event('Bypass Used', (detail) => detail.id === inside.id);
  expect(used.detail).toMatchObject({ kind: 'maintenance_window', window: id });
  expect(notAsPublished(used)).toEqual([]);
  const { body: list } = await callApi('GET', '/maintenance-windows', { as: alice });
  expect(list.windows).toMatchObject([{ id, window: { state: 'in_force' } }]);

  await entryOf(id, 'window_ended');
  await toldOf(id, 'Maintenance is over');
  expect((await deploy('production')).went).toBe('pending');
  expect(await subjects(id, 'ops@example.com')).toEqual(await subjects(id, stakeholder));
  await entryOf(id, 'review_opened');
  const validation = requestIdentity('countersign:maintenance_validation', `validation:${id}`);
  await page.goto(await Promise.any([linkFor(validation, bob), linkFor(validation, dan)]));
  expect(await page.locator('body').innerText()).toContain(inside.id);
  await decideInBrowser(page, await linkFor(validation, dan), { button: 'Approve', comment: 'All is well.' });
  expect(await recorded(page)).toContain('Recorded');
  const types = (await entriesOf(id)).map(({ type }) => type);
  expect(types.filter((type) => type !== 'let_through')).toEqual([
    ...['opened', 'decided', 'window_announced', 'took_effect', 'window_ended', 'review_opened'],
  ]);
});

test('a window that is ended early lets nothing through from that moment', async () => {
  const asked = await callApi('POST', '/maintenance-windows', {
    as: alice,
    body: windowFor(inSeconds(12), inSeconds(600)),
  });
  const { id } = asked.body;
  await decideInBrowser(page, await linkFor(id, carol), { button: 'Approve' });
  await until('a deployment let through', async () => (await deploy('production')).went === 'bypassed');
  const body = { reason: 'Done early.' };
  const ended = await callApi('POST', `/maintenance-windows/${id}/cancel`, { as: alice, body });
  expect([ended.status, ended.body.window]).toMatchObject([200, { state: 'over' }]);
  expect((await deploy('production')).went).toBe('pending');
  await toldOf(id, 'Maintenance is over');
});

test('what is wrong with a window is said all at once; a machine may ask for none', async () => {
  const wrong = windowFor(inSeconds(-10), inSeconds(-20), { environments: ['staging'], reason: '' });
  const { status, body } = await callApi('POST', '/maintenance-windows', { as: alice, body: wrong });
  expect([status, (body.errors as { path: string }[]).map(({ path }) => path).sort()]).toEqual([
    400,
    ['environments.0', 'from', 'reason', 'to'],
  ]);
  const machine = await assume(role, 'a-machine');
  const refused = await callApi('POST', '/maintenance-windows', {
    as: machine,
    body: windowFor(inSeconds(60), inSeconds(90)),
  });
  expect([refused.status, refused.body.code]).toEqual([403, 'not_yours']);
});
