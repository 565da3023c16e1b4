import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { sfn } from '../cloud/ask.ts';
import { root } from '../cloud/clients.ts';
import { until } from '../cloud/until.ts';
import { waiter } from './place.ts';

/** An execution that waits on a task token: the shape of the approval machine, with a queue where it has its function. */
export interface Waiting {
  arn: string;
  /** The token it waits on now. */
  token: string;
}

let machines = 0;

/** Starts an execution of a machine of its own and returns it once it waits. */
export async function anExecution(name: string): Promise<Waiting & { again: () => Promise<string> }> {
  const own = `${name}-${machines++}`;
  const { QueueUrl = '' } = await root.sqs().send(new CreateQueueCommand({ QueueName: own }));
  const MessageBody = { 'token.$': '$$.Task.Token' };
  const definition = {
    StartAt: 'Await decision',
    States: {
      'Await decision': {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
        Parameters: { QueueUrl, MessageBody },
        // As statemachines/approval: a new token each time, without the pause.
        Retry: [{ ErrorEquals: ['OpeningFault'], IntervalSeconds: 0, MaxAttempts: 6 }],
        End: true,
      },
    },
  };
  const machine = await sfn().send(
    new CreateStateMachineCommand({ name: own, roleArn: waiter, definition: JSON.stringify(definition) }),
  );
  const started = await sfn().send(
    new StartExecutionCommand({ stateMachineArn: machine.stateMachineArn, input: '{}' }),
  );
  const arn = started.executionArn ?? '';
  const next = () =>
    until(`a token of ${arn}`, async () => {
      const { Messages } = await root.sqs().send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
      const [message] = Messages ?? [];
      if (!message) return undefined;
      await root.sqs().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      return (JSON.parse(message.Body ?? '{}') as { token: string }).token;
    });
  const waiting = {
    arn,
    token: await next(),
    /** Its function failed: Step Functions retries with a new token. */
    async again() {
      await sfn().send(new SendTaskFailureCommand({ taskToken: waiting.token, error: 'OpeningFault', cause: '' }));
      waiting.token = await next();
      return waiting.token;
    },
  };
  return waiting;
}

export async function abort({ arn }: Waiting): Promise<void> {
  await sfn().send(new StopExecutionCommand({ executionArn: arn }));
}

/** How an execution stands: its status, and what it was told. */
export async function standing(arn: string): Promise<{ status: string; error?: string; told?: { id?: string } }> {
  const { status = '', output, error, cause } = await sfn().send(new DescribeExecutionCommand({ executionArn: arn }));
  const text = status === 'FAILED' ? cause : output;
  return { status, ...(error && { error }), ...(text && { told: JSON.parse(text) }) };
}

/** Waits until an answered execution has ended. */
export async function ended(arn: string): Promise<void> {
  await until(`the end of ${arn}`, async () => ((await standing(arn)).status === 'RUNNING' ? undefined : true));
}
