import { randomUUID } from 'node:crypto';
import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { output } from '../aws.ts';
import { root } from './clients.ts';
import { until } from './until.ts';

/** An event as a consumer gets it. */
export interface HeardEvent {
  'detail-type': string;
  source: string;
  detail: { id?: string; requestId?: string; seq?: number; [field: string]: unknown };
}

/** A consumer of our events: everything that says `source: countersign`, in a queue of its own. */
export interface Consumer {
  /** Everything heard so far. */
  all(): Promise<HeardEvent[]>;
  /** Waits for the first event of that type that the test is looking for. */
  event(detailType: string, which: (detail: HeardEvent['detail']) => boolean): Promise<HeardEvent>;
  stop(): Promise<void>;
}

/** Subscribes to the bus. */
export async function listen(): Promise<Consumer> {
  const name = `test-${randomUUID()}`;
  const queueArn = `arn:aws:sqs:${await root.sqs().config.region()}:000000000000:${name}`;
  const rule = { Name: name, EventBusName: output('EventBusName') };
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
      },
    ],
  });
  const { QueueUrl } = await root.sqs().send(new CreateQueueCommand({ QueueName: name, Attributes: { Policy } }));
  await root.events().send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ source: ['countersign'] }) }));
  const target = { EventBusName: rule.EventBusName, Rule: name };
  await root.events().send(new PutTargetsCommand({ ...target, Targets: [{ Id: 'queue', Arn: queueArn }] }));

  const heard: HeardEvent[] = [];
  let taking: Promise<void> | undefined;
  const take = async () => {
    const { Messages = [] } = await root
      .sqs()
      .send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }));
    for (const { Body = '', ReceiptHandle } of Messages) {
      heard.push(JSON.parse(Body));
      await root.sqs().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    if (Messages.length > 0) await take();
  };
  const all = async () => {
    taking ??= take().finally(() => {
      taking = undefined;
    });
    await taking;
    return heard;
  };
  return {
    all,
    event: (detailType, which) =>
      until(`the event '${detailType}'`, async () =>
        (await all()).find((event) => event['detail-type'] === detailType && which(event.detail)),
      ),
    stop: async () => {
      await root.events().send(new RemoveTargetsCommand({ ...target, Ids: ['queue'] }));
      await root.events().send(new DeleteRuleCommand(rule));
      await root.sqs().send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
}
