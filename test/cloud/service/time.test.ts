import { loadPolicy } from '../../../core/policy/load.ts';
import { openRequest } from '../../../lambdas/commands/open-request.ts';
import { runCommand } from '../../../lambdas/commands/run-command.ts';
import type { Services } from '../../../lambdas/services.ts';
import { ROOT } from '../../support/aws.ts';
import { callApi } from '../../support/cloud/api.ts';
import { bob } from '../../support/cloud/ask.ts';
import { auditLog, entriesOf } from '../../support/cloud/audit.ts';
import { decide } from '../../support/cloud/by-http.ts';
import { anAsk } from '../../support/cloud/emit.ts';
import { untilQuiet } from '../../support/cloud/log.ts';
import { linkFor, mailsAbout } from '../../support/cloud/mailbox.ts';
import { demoPolicy } from '../../support/cloud/policies.ts';

jest.setTimeout(120_000);

const hour = 3600_000;
const source = 'iam:root';
const verified = { via: 'api', account: '000000000000', principal: 'arn:aws:iam::000000000000:root' } as const;

/** A request as the API would have opened it so long ago: the same code under another clock, before the gate of today is over. */
async function openedBefore(milliseconds: number, ask: ReturnType<typeof anAsk>): Promise<string> {
  const loaded = loadPolicy(demoPolicy.replaceAll('8_hours', '100_hours'));
  if (!loaded.ok) throw new Error('the demo policy cannot be read');
  const nothing = async () => {};
  const services = {
    log: auditLog(),
    people: {} as Services['people'],
    clock: () => new Date(Date.now() - milliseconds),
    waiting: { put: nothing, noteOpening: nothing } as unknown as Services['waiting'],
    standing: { read: async () => ({ load: {}, windows: [], waits: {} }) } as unknown as Services['standing'],
    policy: {} as Services['policy'],
    payloads: {} as Services['payloads'],
    metrics: { count: () => {} },
  };
  const { requestedBy } = ask;
  const full = { priority: 'medium', ...ask } as Parameters<typeof openRequest>[2]['ask'];
  const opening = await openRequest(services, loaded, {
    ...{ source, verified, requestedBy, ask: full, tasks: [] },
    fallbackKey: '',
    commandId: `api:${ask.requestId}`,
  });
  if (opening.kind === 'refused') throw new Error(opening.refusal.message);
  return opening.request.id;
}

async function cancelledBefore(milliseconds: number, id: string): Promise<void> {
  const services = { log: auditLog(), clock: () => new Date(Date.now() - milliseconds) };
  const cancel = {
    type: 'cancel',
    commandId: 'api:cancel',
    by: 'root',
    source,
    verified,
    named: false,
    reason: 'Old',
  } as const;
  await runCommand(services, id, cancel);
}

const again = (body: unknown) => callApi('POST', '/requests', { as: ROOT, body });

test.concurrent('R24 the same ask within 24 hours of settlement gets the same answer; later its key is used up', async () => {
  const [recent, old] = [anAsk(), anAsk()];
  const [recentId, oldId] = [await openedBefore(30 * hour, recent), await openedBefore(30 * hour, old)];
  await Promise.all([cancelledBefore(23 * hour, recentId), cancelledBefore(25 * hour, oldId)]);
  expect(await again(recent)).toMatchObject({ status: 200, body: { id: recentId, outcome: 'cancelled' } });
  expect(await again(old)).toMatchObject({ status: 409, body: { code: 'key_used_up' } });
});

test.concurrent('R49 a retry eleven minutes later joins: one entry of each kind, one mail, the same answer', async () => {
  const ask = anAsk();
  const id = await openedBefore(11 * 60_000, ask);
  const link = await linkFor(id, bob);
  expect(await again(ask)).toMatchObject({ status: 200, body: { id, status: 'pending' } });
  await decide(link, 'approve');
  await untilQuiet(id);
  const mails = (await mailsAbout(id)).length;
  const first = await again(ask);
  expect(first).toMatchObject({ status: 200, body: { answer: { outcome: 'approved', payload: ask.payload } } });
  expect((await again(ask)).body.answer).toEqual(first.body.answer);
  expect((await entriesOf(id)).map(({ type }) => type)).toEqual(['opened', 'decided']);
  expect((await mailsAbout(id)).length).toBe(mails);
});
