import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import type { Executions } from '../../../lambdas/services.ts';
import { Memory, type Step } from '../../support/crash/memory.ts';

beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => jest.restoreAllMocks());

const vote = (who: 'bob' | 'carol'): Step => ({ do: 'vote', who, answer: 'approve' });

/** Decided, and not reacted to yet. */
async function decided(before: Step[] = [{ do: 'open' }]): Promise<Memory> {
  const cloud = new Memory();
  await cloud.play([...before, { do: 'settle' }, vote('bob')]);
  await cloud.perform(vote('carol'));
  return cloud;
}

const stateOf = (cloud: Memory) => cloud.request?.tasks.map(({ state }) => state);
const stream = { by: 'stream' as const };
const lastTry = { by: 'retry' as const, kind: 'resume' as const, seq: 0, last: true };

function endAs(cloud: Memory, how: NonNullable<Awaited<ReturnType<Executions['describe']>>>): void {
  for (const [arn, token] of cloud.executions) {
    if (token) cloud.fakes.outside.closed.add(token);
    cloud.fakes.outside.executions.set(arn, how);
  }
}

describe('R17 AWS says that a task is closed', () => {
  test.each([
    ['its execution succeeded with our answer: delivered', 'SUCCEEDED', 'output', 'ours', 'delivered'],
    ['its execution failed with our answer: delivered', 'FAILED', 'cause', 'ours', 'delivered'],
    ['its execution was aborted: gone', 'ABORTED', 'output', undefined, 'gone'],
    ['its execution timed out: gone', 'TIMED_OUT', 'output', undefined, 'gone'],
    ['its execution failed for another reason: gone', 'FAILED', 'cause', 'other', 'gone'],
  ] as const)('%s', async (_, status, field, whose, expected) => {
    const cloud = await decided();
    const told = { id: whose === 'ours' ? cloud.id : 'something else' };
    const said = field === 'output' ? { output: told } : { cause: JSON.stringify(told) };
    endAs(cloud, { status, ...(whose && said) });
    await reconcile(cloud.fakes, cloud.id, stream);
    expect(stateOf(cloud)).toEqual([expected]);
    const counted = cloud.fakes.outside.counts.some(({ name }) => name === 'WorkGone');
    expect(counted).toBe(expected === 'gone');
  });

  test('AWS does not know its execution any more: gone', async () => {
    const cloud = await decided();
    endAs(cloud, { status: 'RUNNING' });
    cloud.fakes.outside.executions.clear();
    await reconcile(cloud.fakes, cloud.id, stream);
    expect(stateOf(cloud)).toEqual(['gone']);
  });

  test('its execution still runs: asked again from the queue, and only then recorded as unknown, and counted', async () => {
    const cloud = await decided();
    endAs(cloud, { status: 'RUNNING' });
    await reconcile(cloud.fakes, cloud.id, stream);
    expect(stateOf(cloud)).toEqual(['waiting']);
    expect(cloud.fakes.outside.retries).toEqual([{ id: cloud.id, seq: 0, kind: 'resume' }]);
    await reconcile(cloud.fakes, cloud.id, lastTry);
    expect(stateOf(cloud)).toEqual(['unknown']);
    expect(cloud.fakes.outside.counts).toContainEqual({ name: 'AnswerUnknown', dimensions: {} });
  });

  test('a token that a later one of the same execution replaced is not gone', async () => {
    const whole = new Memory();
    await whole.perform({ do: 'open' });
    // Failed right after its entry was written: the retry joins with another token.
    const cloud = new Memory([{ at: whole.calls.indexOf('log.append'), mode: 'failed after' }]);
    await cloud.play([{ do: 'open' }, { do: 'settle' }, vote('bob'), vote('carol')]);
    expect(stateOf(cloud)).toEqual(['superseded', 'delivered']);
    expect(cloud.fakes.outside.counts.map(({ name }) => name)).not.toContain('WorkGone');
  });
});

test('R17 a throttled answer is neither absorbed nor recorded: it is given again', async () => {
  const cloud = await decided();
  const answers = { ...cloud.fakes.answers, succeed: () => Promise.reject(new Error('ThrottlingException')) };
  await reconcile({ ...cloud.fakes, answers }, cloud.id, stream);
  expect(stateOf(cloud)).toEqual(['waiting']);
  expect(cloud.fakes.outside.counts).toContainEqual({ name: 'ReactionFailed', dimensions: { kind: 'resume' } });
  await expect(reconcile({ ...cloud.fakes, answers }, cloud.id, lastTry)).rejects.toThrow('Throttling');
  await reconcile(cloud.fakes, cloud.id, lastTry);
  expect(stateOf(cloud)).toEqual(['delivered']);
});

test('R16 the process that recorded the decision dies: the work is resumed once, by whoever looks next', async () => {
  for (const occasion of [stream, { by: 'sweep' as const, inForce: undefined }, { by: 'timer' as const }]) {
    const cloud = await decided();
    await reconcile(cloud.fakes, cloud.id, occasion);
    await reconcile(cloud.fakes, cloud.id, occasion);
    expect(stateOf(cloud)).toEqual(['delivered']);
    expect(cloud.fakes.outside.answered.size).toBe(1);
    expect(cloud.fakes.calls.filter((call) => call === 'answers.succeed')).toHaveLength(1);
  }
});

test('R23 R25 two that reconcile the same request side by side: one answer, one mail each, one schedule gone', async () => {
  const cloud = await decided([{ do: 'open' }, { do: 'open' }]);
  const before = cloud.fakes.outside.mails.length;
  await Promise.all([1, 2, 3].map(() => reconcile(cloud.fakes.restarted(), cloud.id, stream)));
  await cloud.settleDown();
  expect(stateOf(cloud)).toEqual(['delivered', 'delivered']);
  const told = cloud.fakes.outside.mails.slice(before).map(({ to }) => to);
  expect(told.sort()).toEqual(['alice@example.com', 'bob@example.com', 'carol@example.com']);
  expect(cloud.fakes.outside.schedules.size).toBe(0);
  const answered = cloud.fakes.tables.log.get(cloud.id)?.filter(({ type }) => type === 'task_answered');
  expect(answered).toHaveLength(2);
});

test('R26 a timer that fires after the decision does nothing', async () => {
  const cloud = await decided();
  await cloud.settleDown();
  const { seq } = cloud.request ?? {};
  const [mails, events] = [cloud.fakes.outside.mails.length, cloud.fakes.outside.events.length];
  cloud.fakes.advance(48 * 3600);
  await reconcile(cloud.fakes, cloud.id, { by: 'timer' });
  expect(cloud.request).toMatchObject({ seq, outcome: 'approved' });
  expect(cloud.fakes.outside.mails).toHaveLength(mails);
  expect(cloud.fakes.outside.events).toHaveLength(events);
  expect(cloud.fakes.outside.schedules.size).toBe(0);
});

test('R49 everything delivered again after ten minutes: nothing is applied twice', async () => {
  const cloud = await decided();
  await cloud.settleDown();
  const shown = () => JSON.stringify([cloud.fakes.tables.log.get(cloud.id), cloud.fakes.outside.mails]);
  const before = shown();
  cloud.fakes.advance(600);
  for (const occasion of [stream, { by: 'sweep' as const, inForce: undefined }, { by: 'timer' as const }, lastTry])
    await reconcile(cloud.fakes.restarted(), cloud.id, occasion);
  for (const kind of ['mail', 'timer', 'row', 'resume'] as const)
    await reconcile(cloud.fakes.restarted(), cloud.id, { by: 'retry', kind, seq: 0, last: false });
  expect(shown()).toBe(before);
});
