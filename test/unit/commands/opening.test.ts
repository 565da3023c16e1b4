import { taskKeyOf } from '../../../core/canonical.ts';
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
