import { sweep } from '../../../lambdas/reactions/sweep.ts';
import { Memory, type Step } from '../../support/crash/memory.ts';

beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => jest.restoreAllMocks());

const vote = (who: 'bob' | 'carol'): Step => ({ do: 'vote', who, answer: 'approve' });

async function pending(): Promise<Memory> {
  const cloud = new Memory();
  await cloud.play([{ do: 'open' }]);
  return cloud;
}

describe('R56 a sweep puts right what was lost', () => {
  test('the stream record of an opening', async () => {
    const cloud = new Memory();
    await cloud.perform({ do: 'open' });
    cloud.fakes.advance(300);
    await expect(sweep(cloud.fakes)).resolves.toMatchObject({ repaired: 1, failed: 0 });
    expect(cloud.fakes.outside.mails).toHaveLength(2);
    expect(cloud.fakes.outside.schedules.has(cloud.id)).toBe(true);
    expect(cloud.fakes.outside.counts).toContainEqual({ name: 'SweepRepaired', dimensions: {} });
  });

  test('the stream record of the decision', async () => {
    const cloud = await pending();
    await cloud.perform(vote('bob'));
    await cloud.perform(vote('carol'));
    cloud.fakes.advance(300);
    await sweep(cloud.fakes);
    expect(cloud.request?.tasks).toMatchObject([{ state: 'delivered' }]);
  });

  test('a timer', async () => {
    const cloud = await pending();
    cloud.fakes.outside.schedules.clear();
    cloud.fakes.advance(24 * 3600);
    await sweep(cloud.fakes);
    expect(cloud.request).toMatchObject({ status: 'settled', outcome: 'expired' });
    // What a sweep appended has a stream record; should that be lost as well, the next sweep sees to it.
    cloud.fakes.advance(300);
    await sweep(cloud.fakes);
    expect([...cloud.fakes.outside.answered.values()]).toMatchObject([{ failed: 'Approval.Expired' }]);
  });

  test.each(['ABORTED', 'TIMED_OUT', 'FAILED'] as const)('the event of an execution that ended %s', async (status) => {
    const cloud = await pending();
    for (const arn of cloud.executions.keys()) cloud.fakes.outside.executions.set(arn, { status });
    cloud.fakes.advance(300);
    await expect(sweep(cloud.fakes)).resolves.toMatchObject({ left: 1 });
    expect(cloud.request).toMatchObject({ status: 'settled', outcome: 'cancelled' });
  });
});

test('R52 a task whose opening never wrote its entry is told so, after six minutes and not before', async () => {
  const cloud = await pending();
  const since = cloud.fakes.now.toISOString();
  const orphan = { id: 'k'.repeat(32), key: 'orphan', token: 'of-an-orphan', own: false, holds: true, since };
  await cloud.fakes.waiting.put(orphan);
  cloud.fakes.advance(300);
  await expect(sweep(cloud.fakes)).resolves.toMatchObject({ orphans: 0 });
  cloud.fakes.advance(120);
  await expect(sweep(cloud.fakes)).resolves.toMatchObject({ orphans: 1 });
  expect(cloud.fakes.outside.answered.get('of-an-orphan')).toMatchObject({ failed: 'Approval.Refused' });
  await expect(sweep(cloud.fakes)).resolves.toMatchObject({ orphans: 0 });
});

test('R22 links under a revoked key are reissued, once', async () => {
  const cloud = await pending();
  cloud.fakes.advance(60);
  const { pointer } = cloud.fakes.tables;
  if (pointer)
    cloud.fakes.tables.pointer = { ...pointer, epoch: 2, revoked: [{ epoch: 1, at: cloud.fakes.now.toISOString() }] };
  cloud.fakes.advance(300);
  await expect(sweep(cloud.fakes)).resolves.toMatchObject({ reissued: 1 });
  await expect(sweep(cloud.fakes)).resolves.toMatchObject({ reissued: 0 });
  await cloud.settleDown();
  await cloud.perform(vote('bob'));
  expect(cloud.request?.round.votes).toMatchObject([{ person: 'bob' }]);
});

test('R22 a link mailed after the key was revoked is left alone', async () => {
  const revokedAgo = async (seconds: number) => {
    const cloud = await pending();
    const { pointer } = cloud.fakes.tables;
    const at = new Date(cloud.fakes.now.getTime() - seconds * 1000).toISOString();
    if (pointer) cloud.fakes.tables.pointer = { ...pointer, epoch: 2, revoked: [{ epoch: 1, at }] };
    cloud.fakes.advance(300);
    return (await sweep(cloud.fakes)).reissued;
  };
  // Whoever publishes a revocation has half a minute to have it in force.
  expect([await revokedAgo(29), await revokedAgo(31)]).toEqual([1, 0]);
});

test('one request that cannot be read keeps the sweep from no other', async () => {
  const cloud = await pending();
  const row = cloud.fakes.tables.rows.get(cloud.id);
  if (row)
    cloud.fakes.tables.rows = new Map([
      ['broken', { ...row, id: 'broken' }],
      [cloud.id, row],
    ]);
  const [entry] = cloud.fakes.tables.log.get(cloud.id) ?? [];
  if (entry) cloud.fakes.tables.log.set('broken', [{ ...entry, seq: 2, prev: 'nothing' }]);
  cloud.fakes.advance(25 * 3600);
  await expect(sweep(cloud.fakes)).resolves.toMatchObject({ looked: 2, broken: 1, failed: 0 });
  expect(cloud.fakes.outside.counts).toContainEqual({ name: 'AuditTampered', dimensions: {} });
  expect(cloud.request).toMatchObject({ outcome: 'expired' });
});
