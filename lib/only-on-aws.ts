import { NestedStack } from 'aws-cdk-lib';
import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import type { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';

/**
 * How many requests are traced. A stack of its own inside ours, so that one `cdk deploy` brings it: the local cloud lacks
 * this type and gets none of it. What else only AWS has belongs here too.
 */
export class OnlyOnAws extends NestedStack {
  constructor(scope: Construct, id: string, { stackName, traceSampling }: Configuration) {
    super(scope, id, { description: 'Countersign: what only AWS has' });
    const any = { host: '*', httpMethod: '*', urlPath: '*', resourceArn: '*', serviceType: '*' };
    new CfnSamplingRule(this, 'Sampling', {
      samplingRule: {
        ...any,
        ruleName: stackName,
        serviceName: `${stackName}*`,
        fixedRate: traceSampling,
        reservoirSize: 0,
        priority: 5000,
        version: 1,
      },
    });
  }
}
