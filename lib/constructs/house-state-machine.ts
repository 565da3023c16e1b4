import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Configuration } from '../configuration.ts';
import { HouseLogGroup } from './house-log-group.ts';
import { accepted } from './suppressed.ts';

export interface HouseStateMachineProps {
  configuration: Configuration;
  stateMachineName: string;
  comment: string;
  definition: object;
  /** All it may invoke. */
  invokes: IFunction;
}

/** A Standard state machine. It logs errors without execution data: that data holds task tokens and payloads. */
export class HouseStateMachine extends StateMachine {
  constructor(scope: Construct, id: string, props: HouseStateMachineProps) {
    super(scope, id, {
      stateMachineName: props.stateMachineName,
      comment: props.comment,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(Stack.of(scope).toJsonString(props.definition)),
      tracingEnabled: true,
      logs: {
        destination: new HouseLogGroup(scope, `${id}Logs`, props.configuration),
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    this.addToRolePolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [props.invokes.functionArn] }),
    );
    accepted(this, {
      'AwsSolutions-SF1':
        'Errors are logged. Every event of every approval would be logged twice: Step Functions keeps the history, the Audit table the record.',
      'AwsSolutions-IAM5[Resource::*]': 'Log delivery and X-Ray take no resource in their policies.',
    });
  }
}
