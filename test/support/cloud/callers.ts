import { randomUUID } from 'node:crypto';
import { CreateStateMachineCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { output } from '../aws.ts';
import { sfn } from './ask.ts';
import { aRole, type Statement } from './principals.ts';

/** What a state machine that asks for approvals may do; the documentation lists the same. */
export function callerMay(): Statement[] {
  const approval = output('ApprovalStateMachineArn');
  const bus = approval
    .replace(':states:', ':events:')
    .replace(/stateMachine:.*/, `event-bus/${output('EventBusName')}`);
  const executions = approval.replace(':stateMachine:', ':execution:');
  const rule = bus.replace(/event-bus\/.*/, 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule');
  return [
    { Action: 'events:PutEvents', Resource: bus },
    { Action: 'states:StartExecution', Resource: approval },
    { Action: ['states:DescribeExecution', 'states:StopExecution'], Resource: `${executions}:*` },
    { Action: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], Resource: rule },
  ];
}

/** A caller's own state machine, under a role that may do what callers need and nothing else; returns its ARN. */
export async function aMachine(definition: object): Promise<string> {
  const name = `test-caller-${randomUUID().slice(0, 8)}`;
  const roleArn = await aRole(name, callerMay(), 'states.amazonaws.com');
  const { stateMachineArn = '' } = await sfn().send(
    new CreateStateMachineCommand({ name, roleArn, definition: JSON.stringify(definition) }),
  );
  return stateMachineArn;
}

/** Starts an execution, and returns it as the helpers that wait for its end take it. */
export async function start(stateMachineArn: string, input: unknown): Promise<{ execution: string }> {
  const { executionArn = '' } = await sfn().send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  return { execution: executionArn };
}

/** A machine of one task, in JSONata. */
export function oneTask(resource: string, args: unknown): object {
  const Ask = { Type: 'Task', Resource: `arn:aws:states:::${resource}`, Arguments: args, End: true };
  return { QueryLanguage: 'JSONata', StartAt: 'Ask', States: { Ask } };
}
