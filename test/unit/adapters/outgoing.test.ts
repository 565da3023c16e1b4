import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { eventBus } from '../../../lambdas/adapters/bus.ts';
import { embeddedMetrics } from '../../../lambdas/adapters/metrics.ts';
import { processServices } from '../../../lambdas/adapters/process.ts';
import { sqsRetryQueues } from '../../../lambdas/adapters/retry-queues.ts';
import { ID } from './support.ts';

const region = 'us-east-1';
const eventbridge = mockClient(EventBridgeClient);
const sqs = mockClient(SQSClient);
const now = new Date('2026-11-21T10:00:00.000Z');

beforeEach(() => {
  eventbridge.reset();
  sqs.reset();
});

test('an event goes out as ours, with its own time', async () => {
  eventbridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] });
  await eventBus(new EventBridgeClient({ region }), 'approvals').emit({
    detailType: 'Approval Decided',
    detail: { id: ID, seq: 4 },
    at: now.toISOString(),
  });
  expect(eventbridge.commandCalls(PutEventsCommand)[0]?.args[0].input).toEqual({
    Entries: [
      {
        EventBusName: 'approvals',
        Source: 'countersign',
        DetailType: 'Approval Decided',
        Detail: `{"id":"${ID}","seq":4}`,
        Time: now,
      },
    ],
  });
});

test('an event that EventBridge did not take is a fault, though it answers 200', async () => {
  eventbridge.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] });
  const bus = eventBus(new EventBridgeClient({ region }), 'approvals');
  const emitted = bus.emit({ detailType: 'Approval Decided', detail: {}, at: now.toISOString() });
  await expect(emitted).rejects.toThrow("'Approval Decided' (ThrottlingException)");
});

test('resuming has a queue of its own', async () => {
  sqs.on(SendMessageCommand).resolves({});
  const queues = sqsRetryQueues(new SQSClient({ region }), { resume: 'https://resume', rest: 'https://rest' });
  for (const kind of ['resume', 'mail', 'timer', 'event', 'row'] as const) await queues.put({ id: ID, seq: 4, kind });
  const sent = sqs.commandCalls(SendMessageCommand).map((call) => call.args[0].input);
  const rest = 'https://rest';
  expect(sent.map((message) => message.QueueUrl)).toEqual(['https://resume', rest, rest, rest, rest]);
  expect(sent[0]?.MessageBody).toBe(`{"id":"${ID}","seq":4,"kind":"resume"}`);
});

test('a count is one line of the embedded metric format, with its dimensions and without', () => {
  const lines: string[] = [];
  const metrics = embeddedMetrics(
    () => now,
    (line) => lines.push(line),
  );
  metrics.count('WorkGone');
  metrics.count('LinkRefused', { code: 'expired' });
  const said = (name: string, Dimensions: string[][]) => ({
    Timestamp: now.getTime(),
    CloudWatchMetrics: [{ Namespace: 'Countersign', Dimensions, Metrics: [{ Name: name, Unit: 'Count' }] }],
  });
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { WorkGone: 1, _aws: said('WorkGone', [[]]) },
    { LinkRefused: 1, code: 'expired', _aws: said('LinkRefused', [[], ['code']]) },
  ]);
});

test('ids are drawn at random, as many bytes as asked for', () => {
  const { ids, clock } = processServices();
  expect(ids.random(16)).toHaveLength(16);
  expect(ids.random(16)).not.toEqual(ids.random(16));
  expect(ids.uuid()).not.toBe(ids.uuid());
  expect(Math.abs(clock().getTime() - Date.now())).toBeLessThan(1000);
});
