import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Configuration } from '../configuration.ts';
import { lifetime } from './lifetime.ts';

/** A log group with the configured retention. It has no name of its own, so that a stack can be made anew beside kept logs. */
export class HouseLogGroup extends LogGroup {
  constructor(scope: Construct, id: string, configuration: Configuration) {
    const retention: RetentionDays = configuration.logRetentionDays;
    super(scope, id, { retention, removalPolicy: lifetime(configuration).removalPolicy });
  }
}
