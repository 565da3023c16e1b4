import { personTag } from '../../../core/link.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import type { Mail } from '../../../lambdas/services.ts';
import { Memory, type Step } from '../../support/crash/memory.ts';

beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const stream = { by: 'stream' as const };
const vote = (who: 'bob' | 'carol'): Step => ({ do: 'vote', who, answer: 'approve' });
const to = (address: string) => (mail: Mail) => mail.to === address;

/** Opened, and nobody asked yet. */
async function opened(): Promise<Memory> {
  const cloud = new Memory();
  await cloud.perform({ do: 'open' });
  return cloud;
}

const mailed = (cloud: Memory) => cloud.fakes.outside.mails.map((mail) => mail.to).sort();
const retryMail = { by: 'retry' as const, kind: 'mail' as const, seq: 0, last: false };

describe('R33 SES does not take a mail (other channels come later)', () => {
  test('rejected for good: recorded as not notified, counted, and the others are asked', async () => {
    const cloud = await opened();
    cloud.fakes.outside.mailReply = (mail) => (to('bob@example.com')(mail) ? { refused: 'not verified' } : undefined);
    await reconcile(cloud.fakes, cloud.id, stream);
    await cloud.settleDown();
    expect(mailed(cloud)).toEqual(['carol@example.com']);
    expect(cloud.request?.notNotified).toEqual([
      { mail: 'ask/1/0/bob/1', to: 'bob@example.com', channel: 'mail', reason: 'not verified' },
    ]);
    expect(cloud.fakes.outside.counts.filter(({ name }) => name === 'MailNotSent')).toHaveLength(1);
    expect(cloud.request?.status).toBe('pending');
  });

  test('throttled or paused: its claim is given back, and it goes out once when SES takes it again', async () => {
    const cloud = await opened();
    cloud.fakes.outside.mailReply = () => ({ retry: 'Throttling' });
    await reconcile(cloud.fakes, cloud.id, stream);
    expect(cloud.fakes.outside.retries).toEqual([{ id: cloud.id, seq: 0, kind: 'mail' }]);
    await expect(reconcile(cloud.fakes, cloud.id, retryMail)).rejects.toThrow('Throttling');
    expect(mailed(cloud)).toEqual([]);
    cloud.fakes.outside.mailReply = () => undefined;
    await cloud.settleDown();
    expect(mailed(cloud)).toEqual(['bob@example.com', 'carol@example.com']);
    expect(cloud.request?.notNotified).toEqual([]);
  });
});

test('R16 a mail provider that is down delays no resume', async () => {
  const cloud = new Memory();
  await cloud.play([{ do: 'open' }, { do: 'settle' }, vote('bob')]);
  await cloud.perform(vote('carol'));
  jest.useFakeTimers();
  const never = new Promise<never>(() => {});
  const done = reconcile({ ...cloud.fakes, mailer: { send: () => never } }, cloud.id, stream);
  await jest.advanceTimersByTimeAsync(0);
  // Nothing has been waited for yet, and the work goes on already.
  expect(cloud.request?.tasks.map(({ state }) => state)).toEqual(['delivered']);
  await jest.advanceTimersByTimeAsync(20_000);
  await done;
  expect(cloud.fakes.outside.retries.map(({ kind }) => kind)).toEqual(['mail']);
  expect(cloud.fakes.tables.rows.get(cloud.id)).toMatchObject({ status: 'settled', open: false });
});

describe('a claim that stays unsent', () => {
  const marker = (cloud: Memory) => `asks#${personTag('bob')}#2026-11-21T10 ${cloud.id}/ask/1/0/bob/1`;

  test('is held by whoever is at it now', async () => {
    const cloud = await opened();
    cloud.fakes.tables.markers.set(marker(cloud), { at: cloud.fakes.now.toISOString(), tries: 1 });
    await reconcile(cloud.fakes, cloud.id, stream);
    expect(mailed(cloud)).toEqual(['carol@example.com']);
    expect(cloud.fakes.outside.retries.map(({ kind }) => kind)).toEqual(['mail']);
    cloud.fakes.advance(119);
    await expect(reconcile(cloud.fakes, cloud.id, retryMail)).rejects.toThrow('by somebody else');
  });

  test('is sent again, once, after two minutes', async () => {
    const cloud = await opened();
    cloud.fakes.tables.markers.set(marker(cloud), { at: cloud.fakes.now.toISOString(), tries: 1 });
    cloud.fakes.advance(121);
    await reconcile(cloud.fakes, cloud.id, stream);
    await reconcile(cloud.fakes, cloud.id, retryMail);
    expect(mailed(cloud)).toEqual(['bob@example.com', 'carol@example.com']);
  });

  test('twice, is given up, recorded and counted: nobody is passed over in silence', async () => {
    const cloud = await opened();
    cloud.fakes.tables.markers.set(marker(cloud), { at: cloud.fakes.now.toISOString(), tries: 2 });
    cloud.fakes.advance(121);
    await reconcile(cloud.fakes, cloud.id, stream);
    expect(mailed(cloud)).toEqual(['carol@example.com']);
    expect(cloud.request?.notNotified).toMatchObject([{ mail: 'ask/1/0/bob/1', to: 'bob@example.com' }]);
    expect(cloud.fakes.outside.counts.map(({ name }) => name)).toContain('MailNotSent');
  });
});

test('R23 the opening delivered five times: one mail each, one schedule, one event', async () => {
  const cloud = await opened();
  for (let times = 0; times < 5; times++) await reconcile(cloud.fakes.restarted(), cloud.id, stream);
  expect(mailed(cloud)).toEqual(['bob@example.com', 'carol@example.com']);
  expect([...cloud.fakes.outside.schedules.keys()]).toEqual([cloud.id]);
  expect(cloud.fakes.outside.events.map(({ detailType }) => detailType)).toEqual(['Approval Requested']);
});

test('a request that was settled before anybody was asked asks nobody any more', async () => {
  const cloud = await opened();
  await cloud.perform({ do: 'abort', which: 0 });
  await cloud.settleDown();
  expect(cloud.fakes.outside.mails.filter(({ text }) => text.includes('/r/'))).toEqual([]);
  expect(mailed(cloud)).toContain('alice@example.com');
});

test('a vote that comes while a mail is being refused keeps its own reactions: outcome, event, timer', async () => {
  const cloud = await opened();
  const { mailer } = cloud.fakes;
  let voted = false;
  const slow = async (mail: Mail) => {
    if (mail.to !== 'bob@example.com' || voted) return mailer.send(mail);
    voted = true;
    await reconcile({ ...cloud.fakes, mailer }, cloud.id, { by: 'retry', kind: 'mail', seq: 0, last: false }).catch(
      () => {},
    );
    await cloud.perform({ do: 'vote', who: 'carol', answer: 'reject' });
    return { refused: 'SES rejected the mail' };
  };
  await reconcile({ ...cloud.fakes, mailer: { send: slow } }, cloud.id, stream);
  expect(cloud.request?.status).toBe('settled');
  expect(cloud.fakes.tables.rows.get(cloud.id)?.seq).toBe(1);
  await cloud.settleDown();
  expect(cloud.fakes.outside.events.map(({ detailType }) => detailType)).toEqual([
    'Approval Requested',
    'Approval Decided',
  ]);
  expect(mailed(cloud)).toContain('alice@example.com');
  expect(cloud.fakes.outside.schedules.size).toBe(0);
});

test('R33 a mail refused while its note cannot be written is noted by the next try, not forgotten', async () => {
  const cloud = await opened();
  cloud.fakes.outside.mailReply = (mail) => (to('bob@example.com')(mail) ? { refused: 'not verified' } : undefined);
  const process = cloud.fakes.restarted();
  process.hook = (call, when) => {
    if (call.name === 'log.append' && when === 'before') throw new Error('throttled');
  };
  await reconcile(process, cloud.id, stream);
  expect(cloud.request?.notNotified).toEqual([]);
  cloud.fakes.advance(121);
  await cloud.settleDown();
  expect(cloud.request?.notNotified).toMatchObject([{ mail: 'ask/1/0/bob/1', reason: 'not verified' }]);
});
