import { Stack } from 'aws-cdk-lib';
import { CfnEventBus, EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';

/** Requests in, events out. */
export class Bus extends Construct {
  readonly bus: IEventBus;

  constructor(scope: Construct, id: string, of: { configuration: Configuration; emitters: Role[] }) {
    super(scope, id);
    const name = of.configuration.stackName;
    const arn = Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: name });
    const only = (sid: string, source: string, roles: string[]) =>
      // A Deny, since an Allow on a bus restricts nobody in its own account.
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['events:PutEvents'],
        resources: [arn],
        conditions: {
          'ForAnyValue:StringEquals': { 'events:source': [source] },
          ArnNotEquals: { 'aws:PrincipalArn': roles },
        },
      });
    const enforced = of.configuration.enforcedSources.filter(({ source }) => source.startsWith('events:'));
    const statements = [
      only(
        'OnlyWeAreCountersign',
        'countersign',
        of.emitters.map(({ roleArn }) => roleArn),
      ),
      ...enforced.map(({ source, roles }, index) => only(`Enforced${index}`, source.slice('events:'.length), roles)),
    ];
    const resource = new CfnEventBus(this, 'Bus', {
      name,
      description: 'Countersign: approval requests in, decisions out',
      policy: new PolicyDocument({ statements }),
    });
    this.bus = EventBus.fromEventBusAttributes(this, 'Reference', {
      eventBusName: resource.ref,
      eventBusArn: resource.attrArn,
      eventBusPolicy: '',
    });
  }
}
