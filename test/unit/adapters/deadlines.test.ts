import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  ThrottlingException,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { mockClient } from 'aws-sdk-client-mock';
import { firingTime, schedulerDeadlines } from '../../../lambdas/adapters/deadlines.ts';
import { ID, meta } from './support.ts';

const scheduler = mockClient(SchedulerClient);
const now = new Date('2026-11-21T10:00:00.000Z');
const plan = {
  group: 'approvals',
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:deadline',
  roleArn: 'arn:aws:iam::000000000000:role/schedule',
  deadLetterArn: 'arn:aws:sqs:us-east-1:000000000000:schedules',
  leadSeconds: 60,
};
const deadlines = schedulerDeadlines(new SchedulerClient({ region: 'us-east-1' }), plan, () => now);
const conflict = new ConflictException({ Message: 'there', message: 'there', ...meta(409) });
const missing = new ResourceNotFoundException({ Message: 'none', message: 'none', ...meta(404) });
const schedule = {
  Name: ID,
  GroupName: 'approvals',
  ScheduleExpression: 'at(2026-11-22T10:00:01)',
  ScheduleExpressionTimezone: 'UTC',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ActionAfterCompletion: 'DELETE',
  Target: {
    Arn: plan.functionArn,
    RoleArn: plan.roleArn,
    Input: `{"id":"${ID}"}`,
    DeadLetterConfig: { Arn: plan.deadLetterArn },
    RetryPolicy: { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 3600 },
  },
};

beforeEach(() => scheduler.reset());

test('R26 a deadline is one schedule that fires once, is deleted by that, and has a dead-letter queue', async () => {
  scheduler.on(CreateScheduleCommand).resolves({});
  await deadlines.set(ID, '2026-11-22T10:00:00.001Z');
  expect(scheduler.commandCalls(CreateScheduleCommand)[0]?.args[0].input).toEqual(schedule);
});

test('R23 a schedule that is there is changed; one that fired in between is made again', async () => {
  scheduler.on(CreateScheduleCommand).rejectsOnce(conflict).rejectsOnce(conflict).resolves({});
  scheduler.on(UpdateScheduleCommand).resolvesOnce({}).rejects(missing);
  await deadlines.set(ID, '2026-11-22T10:00:00.001Z');
  expect(scheduler.commandCalls(UpdateScheduleCommand)[0]?.args[0].input).toEqual(schedule);
  await deadlines.set(ID, '2026-11-22T10:00:00.001Z');
  expect(scheduler.commandCalls(CreateScheduleCommand)).toHaveLength(3);
});

test('clearing what is gone is fine; other faults are faults', async () => {
  scheduler.on(DeleteScheduleCommand).rejectsOnce(missing);
  await expect(deadlines.clear(ID)).resolves.toBeUndefined();
  expect(scheduler.commandCalls(DeleteScheduleCommand)[0]?.args[0].input).toEqual({ Name: ID, GroupName: 'approvals' });
  const slow = new ThrottlingException({ Message: 'slow', message: 'slow', ...meta(429) });
  scheduler.on(DeleteScheduleCommand).rejects(slow);
  scheduler.on(CreateScheduleCommand).rejects(slow);
  await expect(deadlines.clear(ID)).rejects.toThrow('slow');
  await expect(deadlines.set(ID, '2026-11-22T10:00:00.000Z')).rejects.toThrow('slow');
});

test.each([
  ['2026-11-22T10:00:00.000Z', '2026-11-22T10:00:00'],
  ['2026-11-22T10:00:00.001Z', '2026-11-22T10:00:01'],
  ['2026-12-31T23:59:59.500Z', '2027-01-01T00:00:00'],
  ['2026-11-21T10:00:30.000Z', '2026-11-21T10:01:00'],
  ['2020-01-01T00:00:00.000Z', '2026-11-21T10:01:00'],
])('a timer never fires before its time, nor sooner than its lead: %s', (at, expected) => {
  expect(firingTime(at, now, 60)).toBe(expected);
});
