import { CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { grantAccess } from './access.ts';
import { Bus } from './bus.ts';
import type { Configuration } from './configuration.ts';
import { deadlineFunctionArn, Functions } from './functions.ts';
import { Sender } from './mail.ts';
import { OnlyOnAws } from './only-on-aws.ts';
import { Queues } from './queues.ts';
import { Reactions } from './reactions.ts';
import { Records } from './records.ts';
import { Roles } from './roles.ts';
import { Watch } from './watch.ts';
import { eventMachineArns, WaysIn } from './ways-in.ts';
import { Web } from './web.ts';

/** All of Countersign: what is kept, who may do what, what runs, how it is reached, who is told when something breaks. */
export class CountersignStack extends Stack {
  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id, {
      description: 'Countersign: human approval for AWS automation',
      terminationProtection: configuration.target === 'aws',
    });
    const roles = new Roles(this, 'Roles');
    const records = new Records(this, 'Records', { configuration, linkKeyUsers: [roles.review, roles.reconciler] });
    const { bus } = new Bus(this, 'Events', { configuration, emitters: roles.emitters });
    const queues = new Queues(this, 'Queues', configuration);
    new Sender(this, 'Mail', configuration);
    const scheduleGroup = new CfnScheduleGroup(this, 'Deadlines', { name: configuration.stackName }).ref;
    const web = new Web(this, 'Web', configuration);
    const functions = new Functions(this, 'Functions', {
      ...{ configuration, roles, records, bus, queues, scheduleGroup },
      reviewBaseUrl: web.reviewBaseUrl,
      eventMachines: eventMachineArns(this, configuration),
    });
    grantAccess(this, {
      ...{ configuration, roles, records, bus, scheduleGroup },
      retries: [queues.resume, queues.rest],
      timerDeadLetters: queues.timerDeadLetters,
      deadlineFunctionArn: deadlineFunctionArn(this, configuration),
    });
    web.route(functions);
    const { approval } = new WaysIn(this, 'WaysIn', { configuration, bus, functions, queues });
    new Reactions(this, 'Reactions', { audit: records.audit, functions, queues, role: roles.reconciler });
    const { topic } = new Watch(this, 'Watch', { configuration, functions, queues, web });
    if (configuration.target === 'aws') new OnlyOnAws(this, 'OnlyOnAws', configuration);

    this.outputs({
      EventBusName: bus.eventBusName,
      ApprovalStateMachineArn: approval.stateMachineArn,
      ApiUrl: web.apiUrl,
      ReviewBaseUrl: web.reviewBaseUrl,
      RequestsTableName: records.requests.tableName,
      AuditTableName: records.audit.tableName,
      WaitingTableName: records.waiting.tableName,
      PolicyTableName: records.policy.tableName,
      PublishFunctionName: functions.publishPolicy.functionName,
      PayloadBucketName: records.payloads.bucketName,
      AlarmTopicArn: topic.topicArn,
      Sender: configuration.sender,
    });
  }

  private outputs(of: Record<string, string>): void {
    for (const [name, value] of Object.entries(of)) new CfnOutput(this, name, { value });
  }
}
