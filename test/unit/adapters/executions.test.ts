import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  InvalidArn,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { sfnExecutions } from '../../../lambdas/adapters/executions.ts';
import { ARN, ID, meta } from './support.ts';

const sfn = mockClient(SFNClient);
const executions = sfnExecutions(new SFNClient({ region: 'us-east-1' }));

beforeEach(() => sfn.reset());

test('an execution is described with how it ended', async () => {
  sfn
    .on(DescribeExecutionCommand)
    .resolvesOnce({ status: 'SUCCEEDED', output: `{"id":"${ID}"}` })
    .resolvesOnce({ status: 'FAILED', error: 'Approval.Rejected', cause: '{}' })
    .resolvesOnce({ status: 'RUNNING' });
  await expect(executions.describe(ARN)).resolves.toEqual({ status: 'SUCCEEDED', output: { id: ID } });
  const failed = { status: 'FAILED', error: 'Approval.Rejected', cause: '{}' };
  await expect(executions.describe(ARN)).resolves.toEqual(failed);
  await expect(executions.describe(ARN)).resolves.toEqual({ status: 'RUNNING' });
});

test.each([
  new ExecutionDoesNotExist({ message: 'none', ...meta(400) }),
  new InvalidArn({ message: 'not one', ...meta(400) }),
])('an execution that AWS does not know is undefined: %p', async (error) => {
  sfn.on(DescribeExecutionCommand).rejects(error);
  sfn.on(GetExecutionHistoryCommand).rejects(error);
  await expect(executions.describe(ARN)).resolves.toBeUndefined();
  await expect(executions.endedWith(ARN, ID)).resolves.toBeUndefined();
});

test('throttling is a fault, not an answer', async () => {
  sfn.on(DescribeExecutionCommand).rejects(new Error('ThrottlingException'));
  await expect(executions.describe(ARN)).rejects.toThrow('Throttling');
});

const event = (more: Partial<HistoryEvent>): HistoryEvent => ({
  id: 1,
  timestamp: new Date(),
  type: 'TaskSucceeded',
  ...more,
});
const succeeded = (output: string) =>
  event({ taskSucceededEventDetails: { resourceType: 't', resource: 'r', output } });
const failed = (cause: string) =>
  event({ type: 'TaskFailed', taskFailedEventDetails: { resourceType: 't', resource: 'r', error: 'e', cause } });
const aborted = event({ type: 'ExecutionAborted' });
const timedOut = event({ type: 'TaskTimedOut' });
const others = [
  succeeded('not JSON'),
  succeeded('"text"'),
  succeeded('[1]'),
  succeeded('null'),
  failed('{"id":"other"}'),
];

test.each<[string, HistoryEvent[], string | undefined]>([
  ['R17 a task that ended with our answer was delivered', [...others, succeeded(`{"id":"${ID}"}`)], 'delivered'],
  ['R17 a task that failed with our answer was delivered', [...others, failed(`{"id":"${ID}"}`)], 'delivered'],
  ['an abort after our answer does not undo it', [aborted, succeeded(`{"id":"${ID}"}`)], 'delivered'],
  ['a later task that timed out does not hide our answer', [timedOut, failed(`{"id":"${ID}"}`)], 'delivered'],
  ['R17 an execution aborted without our answer is gone', [aborted, ...others], 'gone'],
  ['a task that timed out without our answer is gone', [...others, timedOut], 'gone'],
  ['an execution that timed out is gone', [event({ type: 'ExecutionTimedOut' })], 'gone'],
  ['a history without either does not say', [...others], undefined],
])('%s', async (_title, events, expected) => {
  sfn.on(GetExecutionHistoryCommand).resolves({ events });
  await expect(executions.endedWith(ARN, ID)).resolves.toBe(expected);
  expect(sfn.commandCalls(GetExecutionHistoryCommand)[0]?.args[0].input).toMatchObject({
    reverseOrder: true,
    includeExecutionData: true,
  });
});

test('an answer whose id only looks like ours, deeper down, is somebody else’s', async () => {
  sfn.on(GetExecutionHistoryCommand).resolves({ events: [succeeded(`{"payload":{"id":"${ID}"}}`)] });
  await expect(executions.endedWith(ARN, ID)).resolves.toBeUndefined();
});

test('R45 a long history is read page by page, ten at most; beyond them it stays unclear', async () => {
  sfn
    .on(GetExecutionHistoryCommand)
    .resolvesOnce({ events: [aborted], nextToken: 'two' })
    .resolvesOnce({ events: [succeeded(`{"id":"${ID}"}`)] })
    .resolves({ events: [aborted], nextToken: 'more' });
  await expect(executions.endedWith(ARN, ID)).resolves.toBe('delivered');
  await expect(executions.endedWith(ARN, ID)).resolves.toBeUndefined();
  expect(sfn.commandCalls(GetExecutionHistoryCommand)).toHaveLength(12);
});
