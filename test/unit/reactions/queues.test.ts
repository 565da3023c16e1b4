import { type Entry, hashOf } from '../../../core/entry.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import type { ReconcilingServices } from '../../../lambdas/services.ts';
import { Memory } from '../../support/crash/memory.ts';

/** The handlers of stream and queues, with these services in place of AWS. */
let services: ReconcilingServices;
const ofThisTest = new Proxy({}, { get: (_, name) => Reflect.get(services, name) });
jest.mock('../../../lambdas/adapters/services-of/reconciling.ts', () => ({ reconcilingServices: () => ofThisTest }));
jest.mock('../../../lambdas/handlers/environment.ts', () => ({ environmentOf: () => ({}) }));

type Handler = (event: unknown, context: unknown) => Promise<unknown>;
let react: Handler;
let retryReactions: Handler;
beforeAll(async () => {
  react = (await import('../../../lambdas/handlers/react.ts')).handler as Handler;
  retryReactions = (await import('../../../lambdas/handlers/retry-reactions.ts')).handler as Handler;
});
beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => jest.restoreAllMocks());

async function opened(): Promise<Memory> {
  const cloud = new Memory();
  await cloud.perform({ do: 'open' });
  services = cloud.fakes;
  return cloud;
}

const record = (id: string, eventName = 'INSERT') => ({
  eventName,
  dynamodb: { Keys: { id: { S: id }, seq: { N: '1' } }, SequenceNumber: `of ${id}` },
});
const batch = (...ids: string[]) => ({ Records: ids.map((id) => record(id)) });

/** Another request beside it, whose log somebody has altered. */
function tampered(cloud: Memory): string {
  const [entry] = cloud.fakes.tables.log.get(cloud.id) ?? [];
  if (!entry) throw new Error('nothing was opened');
  const id = 'tampered';
  cloud.fakes.tables.log.set(id, [
    { ...entry, id },
    { ...entry, id, seq: 2, prev: 'altered' },
  ]);
  return id;
}

describe('R37 a log that was tampered with', () => {
  test('blocks no other request of its batch, is counted for the alarm, and waits in both queues', async () => {
    const cloud = await opened();
    const poison = tampered(cloud);
    await expect(react(batch(poison, cloud.id), {})).resolves.toEqual({ batchItemFailures: [] });
    expect(cloud.fakes.outside.mails).toHaveLength(2);
    expect(cloud.fakes.outside.counts).toContainEqual({ name: 'AuditTampered', dimensions: {} });
    expect(cloud.fakes.outside.retries).toEqual([
      { id: poison, seq: 0, kind: 'resume' },
      { id: poison, seq: 0, kind: 'everything' },
    ]);
  });

  test('R35 by an approval that nobody could have given, rightly chained, answers no waiting work and is counted', async () => {
    const cloud = await opened();
    const log = cloud.fakes.tables.log.get(cloud.id) ?? [];
    const [opening] = log;
    if (opening?.type !== 'opened') throw new Error('nothing was opened');
    const { id, source, requestId, round, digest, shownDigest, policyVersion, at, claim } = opening;
    const forged: Entry = {
      ...{
        id,
        source,
        requestId,
        seq: log.length + 1,
        at,
        prev: hashOf(log.at(-1) ?? opening),
        commandId: 'page:forged',
      },
      ...{
        type: 'decided',
        round,
        stage: 0,
        person: 'mallory',
        by: 'mallory@example.com',
        answer: 'approve',
        vote: 'for',
      },
      ...{ effect: 'settled', outcome: 'approved', requester: claim.requestedBy, eligible: ['mallory@example.com'] },
      ...{ digest, shownDigest, policyVersion, template: '', assurance: 'link', linkKey: '1.1' },
      ...{ ip: '', userAgent: '', flags: [] },
    };
    cloud.fakes.tables.log.set(cloud.id, [...log, forged]);
    await react(batch(cloud.id), {});
    expect([...cloud.fakes.outside.answered]).toEqual([]);
    expect(cloud.fakes.outside.counts).toContainEqual({ name: 'AuditTampered', dimensions: {} });
  });

  test('fails from its queues again and again, until the dead letters have it', async () => {
    const cloud = await opened();
    const body = JSON.stringify({ id: tampered(cloud), seq: 0, kind: 'everything' });
    const Records = [{ messageId: 'one', body, attributes: { ApproximateReceiveCount: '1' } }];
    await expect(retryReactions({ Records }, {})).resolves.toEqual({ batchItemFailures: [{ itemIdentifier: 'one' }] });
  });

  test('holds the stream up only where the queues do not take it either', async () => {
    const cloud = await opened();
    const poison = tampered(cloud);
    services = { ...cloud.fakes, retries: { put: () => Promise.reject(new Error('SQS is down')) } };
    const batchItemFailures = [{ itemIdentifier: `of ${poison}` }];
    await expect(react(batch(poison, cloud.id), {})).resolves.toEqual({ batchItemFailures });
    expect(cloud.fakes.outside.mails).toHaveLength(2);
  });
});

test.each(['MODIFY', 'REMOVE'])(
  'R34 a record that says %s is counted as tampering, and reconciles nothing',
  async (how) => {
    const cloud = await opened();
    await expect(react({ Records: [record(cloud.id, how)] }, {})).resolves.toEqual({ batchItemFailures: [] });
    expect(cloud.fakes.outside.counts.at(-1)).toEqual({ name: 'AuditTampered', dimensions: {} });
    expect(cloud.fakes.outside.mails).toEqual([]);
  },
);

test('R25 a request that is in a batch ten times is reconciled once', async () => {
  const cloud = await opened();
  await react(batch(...Array.from({ length: 10 }, () => cloud.id)), {});
  expect(cloud.fakes.calls.filter((call) => call === 'rows.put')).toHaveLength(1);
  expect(cloud.fakes.outside.mails).toHaveLength(2);
});

test.each(['not json', '{}', '{"id":"x","seq":0,"kind":"dance"}'])(
  'a message that is none (%s) goes to the dead letters, and those beside it are done',
  async (bad) => {
    const cloud = await opened();
    const good = JSON.stringify({ id: cloud.id, seq: 0, kind: 'everything' });
    const attributes = { ApproximateReceiveCount: '1' };
    const Records = [
      { messageId: 'bad', body: bad, attributes },
      { messageId: 'good', body: good, attributes },
    ];
    await expect(retryReactions({ Records }, {})).resolves.toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }] });
    expect(cloud.fakes.outside.mails).toHaveLength(2);
  },
);

test('an event that waits in its queue while the request expires is emitted all the same', async () => {
  const cloud = await opened();
  services = { ...cloud.fakes, bus: { emit: () => Promise.reject(new Error('EventBridge is down')) } };
  await react(batch(cloud.id), {});
  services = cloud.fakes;
  expect(cloud.fakes.outside.retries).toEqual([{ id: cloud.id, seq: 0, kind: 'event' }]);
  cloud.fakes.advance(25 * 3600);
  await reconcile(cloud.fakes, cloud.id, { by: 'retry', kind: 'event', seq: 0, last: false });
  await react(batch(cloud.id), {});
  const told = cloud.fakes.outside.events.map(({ detailType }) => detailType);
  expect(new Set(told)).toEqual(new Set(['Approval Requested', 'Approval Expired']));
});
