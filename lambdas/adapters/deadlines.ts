import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import type { Deadlines } from '../services.ts';

export interface SchedulePlan {
  group: string;
  /** The function that reconciles, the role that may invoke it, and where an invocation goes that cannot be made. */
  functionArn: string;
  roleArn: string;
  deadLetterArn: string;
  /** Seconds between now and a firing at least. */
  leadSeconds: number;
}

/** Attempts and seconds in which the scheduler tries to invoke; after that the sweep has long put it right. */
const RETRY = { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 3600 };

/** One one-time schedule per request, named by its id. */
export function schedulerDeadlines(client: SchedulerClient, plan: SchedulePlan, clock: () => Date): Deadlines {
  const scheduleOf = (id: string, at: string): CreateScheduleCommandInput => ({
    Name: id,
    GroupName: plan.group,
    ScheduleExpression: `at(${firingTime(at, clock(), plan.leadSeconds)})`,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: plan.functionArn,
      RoleArn: plan.roleArn,
      Input: JSON.stringify({ id }),
      DeadLetterConfig: { Arn: plan.deadLetterArn },
      RetryPolicy: RETRY,
    },
  });
  const create = (id: string, at: string) => client.send(new CreateScheduleCommand(scheduleOf(id, at)));

  return {
    async set(id, at) {
      try {
        await create(id, at);
      } catch (error) {
        if (!(error instanceof ConflictException)) throw error;
        try {
          await client.send(new UpdateScheduleCommand(scheduleOf(id, at)));
        } catch (gone) {
          // It fired and deleted itself in between.
          if (!(gone instanceof ResourceNotFoundException)) throw gone;
          await create(id, at);
        }
      }
    },

    async clear(id) {
      try {
        await client.send(new DeleteScheduleCommand({ Name: id, GroupName: plan.group }));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },
  };
}

/** When to fire for a deadline, as the scheduler writes UTC: its next whole second, and `leadSeconds` from now at least. */
export function firingTime(at: string, now: Date, leadSeconds: number): string {
  const wanted = Math.max(Date.parse(at), now.getTime() + leadSeconds * 1000);
  return new Date(Math.ceil(wanted / 1000) * 1000).toISOString().slice(0, 19);
}
