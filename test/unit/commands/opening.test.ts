import { digestOf, taskKeyOf } from '../../../core/canonical.ts';
import { incomingPrefix } from '../../../core/intake/payload.ts';
import { limits } from '../../../core/limits.ts';
import { Policy } from '../../../core/policy/policy.ts';
import { openForMachine, refuseCrashed } from '../../../lambdas/commands/open-for-machine.ts';
import { Memory } from '../../support/crash/memory.ts';

beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => jest.restoreAllMocks());

const around = { eventMachines: [], account: '000000000000' };
const execution = 'arn:aws:states:us-east-1:000000000000:execution:countersign-approval:one';
const ask = {
  requestId: 'deploy-42',
  title: 'Deploy shop',
  requestedBy: 'alice@example.com',
  environment: 'production',
  risk: 'medium',
  payload: { version: '2.1.0' },
};
const handed = (taskToken: string, input: object = ask) => ({
  execution,
  machine: 'arn:aws:states:us-east-1:000000000000:stateMachine:countersign-approval',
  startedAt: '2026-11-21T10:00:00.000Z',
  input,
  taskToken,
});
const refusals = (cloud: Memory) =>
  cloud.fakes.outside.events.filter(({ detailType }) => detailType === 'Request Refused').map(({ detail }) => detail);

test('R25 an opening delivered twice with the same token is recorded once', async () => {
  const { fakes, ...cloud } = new Memory();
  for (let times = 0; times < 3; times++) await openForMachine(fakes, handed('token-1'), around);
  expect(fakes.tables.log.get(cloud.id)?.map(({ type }) => type)).toEqual(['opened']);
});

test('R21 R24 the same key with the same content joins, and each task is answered; with other content its task fails', async () => {
  const cloud = new Memory();
  await openForMachine(cloud.fakes, handed('token-1'), around);
  await openForMachine(cloud.fakes, handed('token-2'), around);
  await openForMachine(cloud.fakes, handed('token-3', { ...ask, payload: { version: '6.6.6' } }), around);
  expect(cloud.request?.tasks.map(({ key }) => key)).toEqual(['token-1', 'token-2'].map(taskKeyOf));
  expect(cloud.fakes.outside.answered.get('token-3')).toMatchObject({ failed: 'Approval.Refused' });
  expect(refusals(cloud)).toMatchObject([{ requestId: 'deploy-42', code: 'content_differs' }]);
});

test('R24 the same key joins until a day after settlement, and is refused after it', async () => {
  const cloud = new Memory();
  await cloud.play([{ do: 'open' }, { do: 'settle' }, { do: 'vote', who: 'bob', answer: 'reject' }]);
  cloud.fakes.advance(23 * 3600);
  await cloud.play([{ do: 'open' }]);
  expect(cloud.request?.tasks.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  cloud.fakes.advance(2 * 3600);
  await cloud.play([{ do: 'open' }]);
  expect(cloud.request?.tasks).toHaveLength(2);
  expect(refusals(cloud)).toMatchObject([{ code: 'key_used_up' }]);
});

test('R14 whatever an opening depends on fails, before or after: a fault, and never half a request', async () => {
  const seen = new Memory();
  await openForMachine(seen.fakes, handed('token-1'), around);
  for (const name of new Set(seen.fakes.calls)) {
    for (const side of ['before', 'after'] as const) {
      const cloud = new Memory();
      const process = cloud.fakes.restarted();
      process.hook = (call, when) => {
        if (call.name === name && when === side) throw new Error(`${name} failed`);
      };
      await expect(openForMachine(process, handed('token-1'), around)).rejects.toThrow(`${name} failed`);
      // Step Functions retries with a new token.
      await openForMachine(cloud.fakes, handed('token-2'), around);
      expect(cloud.request?.tasks.at(-1)?.key).toBe(taskKeyOf('token-2'));
    }
  }
});

test('R52 an opening refused for good tells the caller’s own task, but not one whose opening was recorded', async () => {
  const input = { ...ask, taskToken: 'token-of-the-caller' };
  const lost = new Memory();
  const cause = await refuseCrashed(lost.fakes, handed('token-1', input), around);
  expect(JSON.parse(cause)).toMatchObject({ requestId: 'deploy-42', code: 'unavailable' });
  expect(lost.fakes.outside.answered.get('token-of-the-caller')).toMatchObject({ failed: 'Approval.Refused' });

  const recorded = new Memory();
  await openForMachine(recorded.fakes, handed('token-1', input), around);
  await refuseCrashed(recorded.fakes, handed('token-1', input), around);
  expect(recorded.fakes.outside.answered.size).toBe(0);
});

test('R52 while the bus fails, a refused opening answers who waits, and our own execution repeats it until the bus has heard', async () => {
  const cloud = new Memory();
  const process = cloud.fakes.restarted();
  process.hook = (call, when) => {
    if (call.name === 'bus.emit' && when === 'before') throw new Error('the bus is down');
  };
  const wrong = (token: string) => handed(token, { ...ask, title: 42, taskToken: 'callers' });
  await expect(openForMachine(process, wrong('token-1'), around)).rejects.toThrow('the bus is down');
  expect([...cloud.fakes.outside.answered.keys()]).toEqual(['callers']);
  await openForMachine(cloud.fakes, wrong('token-2'), around);
  for (const token of ['callers', 'token-2'])
    expect(cloud.fakes.outside.answered.get(token)).toMatchObject({ failed: 'Approval.Refused' });
  expect(refusals(cloud)).toHaveLength(1);
});

/** The same policy without the sources it registers. */
function unregister(cloud: Memory): void {
  const { tables } = cloud.fakes;
  const policy = Policy.parse(JSON.parse(tables.versions.get(tables.pointer?.version ?? '') ?? ''));
  cloud.fakes.publish({ ...policy, sources: {} });
}

describe('a repeated opening is the same request, judged when it was opened', () => {
  const input = { ...ask, taskToken: 'callers' };

  test('R21 R52 it joins though its source is not registered any more, and all that wait get the one answer', async () => {
    const cloud = new Memory();
    await openForMachine(cloud.fakes, handed('token-1', input), around);
    unregister(cloud);
    await openForMachine(cloud.fakes, handed('token-2', input), around);
    expect(cloud.fakes.outside.answered.size).toBe(0);
    expect(cloud.request?.tasks.map(({ key }) => key)).toEqual(['token-1', 'callers', 'token-2'].map(taskKeyOf));
    await openForMachine(cloud.fakes, handed('token-3', { ...ask, requestId: 'another' }), around);
    expect(refusals(cloud)).toMatchObject([{ requestId: 'another', code: 'source_not_registered' }]);
  });

  test('R21 it joins though the object its payload stood in is gone', async () => {
    const cloud = new Memory();
    const key = `${incomingPrefix('states:countersign-approval')}one.json`;
    const { payload, ...rest } = ask;
    const byReference = { ...rest, payloadRef: { key, digest: digestOf(payload) } };
    cloud.fakes.outside.incoming.set(key, JSON.stringify(payload));
    await openForMachine(cloud.fakes, handed('token-1', byReference), around);
    cloud.fakes.outside.incoming.delete(key);
    await openForMachine(cloud.fakes, handed('token-2', byReference), around);
    expect(cloud.request?.tasks.map(({ key }) => key)).toEqual(['token-1', 'token-2'].map(taskKeyOf));
    expect(refusals(cloud)).toEqual([]);
  });

  test.each([
    ['with other content', { ...input, payload: { version: '6.6.6' } }, 'content_differs'],
    ['that cannot be read any more', { ...input, title: 42 }, 'invalid'],
    ['whose source is not registered, with other content', { ...input, title: 'Another' }, 'source_not_registered'],
  ])('invariant 2: one %s is refused, and whoever waits for what is open goes on waiting', async (_, again, code) => {
    const cloud = new Memory();
    await openForMachine(cloud.fakes, handed('token-1', input), around);
    if (code === 'source_not_registered') unregister(cloud);
    await openForMachine(cloud.fakes, handed('token-2', again), around);
    expect(refusals(cloud)).toMatchObject([{ code }]);
    expect([...cloud.fakes.outside.answered.keys()]).toEqual(['token-2']);
    expect(cloud.request?.status).toBe('pending');
  });

  test('invariant 2: the hundred-and-first delivery is one too many, and fails nobody but itself', async () => {
    const cloud = new Memory();
    for (let times = 1; times <= limits.tasks; times++)
      await openForMachine(cloud.fakes, handed(`token-${times}`, input), around);
    expect(cloud.request?.tasks).toHaveLength(limits.tasks);
    expect(refusals(cloud)).toMatchObject([{ code: 'too_many' }]);
    expect([...cloud.fakes.outside.answered.keys()]).toEqual([`token-${limits.tasks}`]);
  });

  test('R14 an opening costs no more calls than its own, however it would be refused', async () => {
    const cloud = new Memory();
    await openForMachine(cloud.fakes, handed('token-1', input), around);
    expect(cloud.fakes.calls.filter((name) => name === 'log.read')).toHaveLength(1);
  });
});

test.each([
  ['{"a":1,"a":2}', 'payloadRef.key', 'in which a stands there twice'],
  ['{"a":[12345678901234567890]}', 'payloadRef.a.0', 'send it as text'],
])('R9 a payload by reference is read as strictly as one that is sent: %s', async (text, path, words) => {
  const cloud = new Memory();
  const { payload: _, ...rest } = ask;
  const key = `${incomingPrefix('states:countersign-approval')}one.json`;
  cloud.fakes.outside.incoming.set(key, text);
  const digest = digestOf(JSON.parse(text));
  await openForMachine(cloud.fakes, handed('token-1', { ...rest, payloadRef: { key, digest } }), around);
  expect(refusals(cloud)).toMatchObject([{ errors: [{ path, message: expect.stringContaining(words) }] }]);
});

test('a task of another account is not answered, whatever else is wrong with the ask', async () => {
  const machine = `${execution.split(':execution:')[0]}:stateMachine:countersign-approval-from-events`;
  const event = (account: string) => ({
    ...{ id: 'e', source: 'demo.shop', account, 'detail-type': 'Request Approval', resources: [] },
    detail: { taskToken: `token-of-${account}`, nonsense: 1 },
  });
  const cloud = new Memory();
  for (const account of ['111122223333', '000000000000'])
    await openForMachine(
      cloud.fakes,
      { ...handed(`own-${account}`, event(account)), machine },
      { ...around, eventMachines: [machine] },
    );
  const told = ['own-111122223333', 'token-of-000000000000', 'own-000000000000'];
  expect([...cloud.fakes.outside.answered.keys()]).toEqual(told);
  expect(refusals(cloud)).toMatchObject([{ code: 'foreign_token' }, { code: 'invalid' }]);

  const nested = new Memory();
  const startedBy = 'arn:aws:states:us-east-1:111122223333:execution:theirs:one';
  const wrong = { title: 42, taskToken: 'theirs', AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: startedBy };
  await openForMachine(nested.fakes, handed('own', wrong), around);
  expect([...nested.fakes.outside.answered.keys()]).toEqual(['own']);
});
