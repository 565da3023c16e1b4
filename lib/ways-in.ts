import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import {
  EventBus,
  type EventPattern,
  type IEventBus,
  type IRuleTarget,
  Match,
  Rule,
  Schedule,
} from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ownSources } from '../core/policy/own-sources.ts';
import { approval } from '../statemachines/approval/approval.asl.ts';
import type { Configuration } from './configuration.ts';
import { HouseStateMachine } from './constructs/house-state-machine.ts';
import type { Functions } from './functions.ts';
import type { Queues } from './queues.ts';

export interface WaysInProps {
  configuration: Configuration;
  bus: IEventBus;
  functions: Functions;
  queues: Queues;
}

/** What starts our functions: state machines, the bus's rules, status changes, the clock. */
export class WaysIn extends Construct {
  readonly approval: HouseStateMachine;
  readonly fromEvents: HouseStateMachine;
  /** Every approval machine, those of enforced sources included. */
  readonly machines: HouseStateMachine[];

  constructor(scope: Construct, id: string, { configuration, bus, functions, queues }: WaysInProps) {
    super(scope, id);
    const machine = (name: string, stateMachineName: string, comment: string) =>
      new HouseStateMachine(this, name, {
        configuration,
        stateMachineName,
        comment,
        definition: approval(functions.openRequest.functionArn),
        invokes: functions.openRequest,
      });
    const { stackName } = configuration;
    this.approval = machine('Approval', `${stackName}-approval`, 'Its input is a request; it ends with the answer');
    // State machines have no policy of their own: whoever may states:StartExecution on `*` may start this one too, with an
    // envelope of their making, as whoever may lambda:InvokeFunction on `*` may call the function. docs/configuration.md
    // has the organization's policy that keeps them out.
    this.fromEvents = machine(
      'FromEvents',
      fromEventsName(configuration),
      "Its input is an event's envelope, believed because only the bus's rule is granted to start it",
    );
    const enforced = configuration.enforcedSources.filter(({ source }) => source.startsWith('states:'));
    const own = enforced.map(({ source, roles }, index) => {
      const made = machine(`Enforced${index}`, source.slice('states:'.length), 'Only its roles may start it');
      roles.forEach((arn, n) => {
        made.grantStartExecution(Role.fromRoleArn(this, `Enforced${index}Role${n}`, arn));
      });
      return made;
    });
    this.machines = [this.approval, this.fromEvents, ...own];

    const patience = { deadLetterQueue: queues.eventDeadLetters, retryAttempts: 185, maxEventAge: Duration.hours(24) };
    // `countersign` is what we say ourselves; AWS's own services say nothing that asks for an approval.
    const source = Match.anythingButWildcard('countersign', 'aws.*');
    this.rule(
      'Request',
      bus,
      { detailType: ['Request Approval'], source },
      new SfnStateMachine(this.fromEvents, patience),
    );
    this.rule(
      'Cancel',
      bus,
      { detailType: ['Cancel Approval'], source },
      new LambdaFunction(functions.cancelRequest, patience),
    );
    this.rule(
      'PolicyChange',
      bus,
      {
        source: ['countersign'],
        detailType: ['Approval Decided'],
        detail: { source: [ownSources.policyChange] },
      },
      new LambdaFunction(functions.publishPolicy, patience),
    );
    this.rule(
      'ExecutionEnded',
      EventBus.fromEventBusName(this, 'DefaultBus', 'default'),
      {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ['ABORTED', 'TIMED_OUT', 'FAILED'] },
      },
      new LambdaFunction(functions.executionEnded, patience),
    );
    new Rule(this, 'Clock', {
      description: 'Countersign: the sweep, and policies that were approved',
      // Two sweeps fit into the ten minutes within which anything lost is put right.
      schedule: Schedule.rate(Duration.minutes(4)),
      // The next sweep comes anyway: one that is hours late is worth nothing.
      targets: [
        new LambdaFunction(functions.sweep, {
          deadLetterQueue: queues.timerDeadLetters,
          retryAttempts: 2,
          maxEventAge: Duration.minutes(5),
        }),
        // A policy that was approved and whose event was lost takes effect by this.
        new LambdaFunction(functions.publishPolicy, {
          deadLetterQueue: queues.timerDeadLetters,
          retryAttempts: 2,
          maxEventAge: Duration.minutes(5),
        }),
      ],
    });
  }

  private rule(id: string, eventBus: IEventBus, eventPattern: EventPattern, target: IRuleTarget): Rule {
    return new Rule(this, id, { eventBus, eventPattern, targets: [target], description: `Countersign: ${id}` });
  }
}

function fromEventsName({ stackName }: Configuration): string {
  return `${stackName}-approval-from-events`;
}

/** ARNs of the machines that only the bus's rules start; known before they are there, as the opening function is told them. */
export function eventMachineArns(scope: Construct, configuration: Configuration): string[] {
  const resourceName = fromEventsName(configuration);
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  return [Stack.of(scope).formatArn({ service: 'states', resource: 'stateMachine', resourceName, arnFormat })];
}
