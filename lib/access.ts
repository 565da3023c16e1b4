import { type ArnComponents, ArnFormat, Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { type Conditions, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';
import { acceptedWildcard } from './constructs/suppressed.ts';
import type { Records } from './records.ts';
import type { Roles } from './roles.ts';

const arnFormat = ArnFormat.COLON_RESOURCE_NAME;

export interface AccessProps {
  configuration: Configuration;
  roles: Roles;
  records: Records;
  bus: IEventBus;
  /** The two retry queues. */
  retries: IQueue[];
  timerDeadLetters: IQueue;
  scheduleGroup: string;
  deadlineFunctionArn: string;
}

/**
 * What each role may do, and nothing else grants but this, logs and the event sources. In one place, so that it can be
 * read as a table; test/infrastructure/roles.test.ts holds the table.
 */
export function grantAccess(scope: Construct, props: AccessProps): void {
  const { roles, records, bus } = props;
  const opening = [roles.openRequest, roles.api];
  const readers = [...opening, roles.cancelRequest, roles.review, roles.executionEnded, roles.reconciler];
  // Nobody may update or delete an entry. PutItem could overwrite one: the stream tells, and an alarm.
  for (const role of readers) allow(role, ['dynamodb:Query', 'dynamodb:PutItem'], [records.audit.tableArn]);
  for (const role of [...opening, roles.review, roles.reconciler]) {
    allow(role, ['dynamodb:GetItem', 'dynamodb:BatchGetItem'], [records.policy.tableArn]);
  }
  for (const role of roles.emitters) allow(role, ['events:PutEvents'], [bus.eventBusArn]);
  for (const role of opening) {
    allow(role, ['dynamodb:PutItem'], [records.waiting.tableArn]);
    // What spans requests: how much waits for whom, how long approvals took, maintenance windows.
    allow(role, ['dynamodb:BatchGetItem'], [records.requests.tableArn]);
    allow(role, ['s3:GetObject'], [records.policies.arnForObjects('policies/*')]);
    const objects = ['requests/*', 'incoming/*'].map((prefix) => records.payloads.arnForObjects(prefix));
    allow(role, ['s3:GetObject', 's3:GetObjectVersion'], objects);
    allow(role, ['s3:PutObject'], [records.payloads.arnForObjects('requests/*')]);
    // Without it S3 says 403 of an object that is not there, and a caller would read "forbidden" for a typing mistake.
    allow(role, ['s3:ListBucket'], [records.payloads.bucketArn]);
  }
  // Both open what the policy asks for, with payloads of its own: reviews of overrides, and rounds after an approver's edit.
  for (const role of [roles.review, roles.reconciler]) {
    allow(role, ['s3:GetObject'], [records.policies.arnForObjects('policies/*')]);
    allow(role, ['s3:PutObject'], [records.payloads.arnForObjects('requests/*')]);
    allow(role, ['s3:GetObject', 's3:GetObjectVersion'], [records.payloads.arnForObjects('requests/*')]);
    allow(role, ['kms:GenerateMac'], [records.linkKey.keyArn]);
  }
  // Which requests are alike, and may be decided together.
  allow(roles.review, ['dynamodb:Query'], [records.requests.tableArn]);
  // Which requests there were, for whoever looks back; no index is kept for that.
  allow(roles.api, ['dynamodb:Scan'], [records.requests.tableArn]);
  answersTasks(scope, props, roles.openRequest, ['states:SendTaskFailure']);
  executionEnded(scope, props);
  publish(props);
  reconcile(scope, props);
  allow(roles.schedule, ['lambda:InvokeFunction'], [props.deadlineFunctionArn]);
  // A schedule writes to its dead-letter queue under the role it invokes with.
  allow(roles.schedule, ['sqs:SendMessage'], [props.timerDeadLetters.queueArn]);
}

function reconcile(scope: Construct, { configuration, roles, records, ...props }: AccessProps): void {
  const { reconciler } = roles;
  const items = ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'];
  const index = (table: { tableArn: string }, name: string) => `${table.tableArn}/index/${name}`;
  allow(
    reconciler,
    items.map((item) => `dynamodb:${item}`),
    [records.requests.tableArn],
  );
  allow(reconciler, ['dynamodb:Query'], [index(records.requests, 'open'), index(records.waiting, 'begun')]);
  // How many mails one person had, and what is left to digests.
  allow(reconciler, ['dynamodb:Query'], [records.requests.tableArn]);
  // Deleted is what an opening left behind that never wrote its entry, once it has been told so.
  allow(reconciler, ['dynamodb:GetItem', 'dynamodb:DeleteItem'], [records.waiting.tableArn]);
  answersTasks(scope, { configuration }, reconciler, ['states:SendTaskSuccess', 'states:SendTaskFailure']);
  allow(reconciler, ['states:DescribeExecution', 'states:GetExecutionHistory'], [executions(scope)]);
  sendsMail(scope, configuration, reconciler);
  // The local cloud's authorizer looks at the default group whatever the schedule's is.
  const group = configuration.target === 'local' ? 'default' : props.scheduleGroup;
  const schedules = arn(scope, { service: 'scheduler', resource: 'schedule', resourceName: `${group}/*` });
  allow(reconciler, ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule'], [schedules]);
  allow(reconciler, ['iam:PassRole'], [roles.schedule.roleArn], {
    StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
  });
  allow(
    reconciler,
    ['sqs:SendMessage'],
    props.retries.map(({ queueArn }) => queueArn),
  );
}

/** Whose token it is AWS only knows when it is answered: a caller's own may belong to any state machine of the account. */
function answersTasks(
  scope: Construct,
  { configuration }: Pick<AccessProps, 'configuration'>,
  role: IRole,
  actions: string[],
): void {
  // The local cloud authorizes these on `*` only.
  const machines = arn(scope, { service: 'states', resource: 'stateMachine', resourceName: '*', arnFormat });
  allow(role, actions, [configuration.target === 'local' ? '*' : machines]);
}

/**
 * In SES's sandbox an address written to is checked as an identity too, so the sender is held by a
 * condition instead.
 */
function sendsMail(scope: Construct, { target, sender }: Configuration, role: IRole): void {
  const identities = arn(scope, { service: 'ses', resource: 'identity', resourceName: '*' });
  const actions = ['ses:SendEmail'];
  // The local cloud knows no ses:FromAddress, and authorizes sending on `*` only.
  if (target === 'local') allow(role, actions, ['*']);
  else allow(role, actions, [identities], { StringEquals: { 'ses:FromAddress': sender } });
}

function executionEnded(scope: Construct, { roles, records }: AccessProps): void {
  // It needs to know which requests an execution's tasks belong to, never the tokens.
  allow(roles.executionEnded, ['dynamodb:Query'], [records.waiting.tableArn], {
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['execution', 'task', 'id', 'key', 'arn', 'own', 'holds'] },
    StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
  });
  // A status event is only a hint: AWS is asked whether it is so.
  allow(roles.executionEnded, ['states:DescribeExecution'], [executions(scope)]);
}

function publish({ roles, records }: AccessProps): void {
  const items = ['GetItem', 'Scan', 'PutItem', 'DeleteItem', 'BatchWriteItem'];
  allow(
    roles.publish,
    items.map((item) => `dynamodb:${item}`),
    [records.policy.tableArn],
  );
  allow(roles.publish, ['s3:PutObject', 's3:GetObject'], [records.policies.arnForObjects('policies/*')]);
  // A policy with a gate of its own is asked for by a request: its log, its payload, and the row that the sweep finds it by.
  allow(roles.publish, ['dynamodb:Query', 'dynamodb:PutItem'], [records.audit.tableArn]);
  allow(roles.publish, ['dynamodb:PutItem'], [records.requests.tableArn]);
  const payloads = [records.payloads.arnForObjects('requests/*')];
  allow(roles.publish, ['s3:PutObject', 's3:GetObject', 's3:GetObjectVersion'], payloads);
}

function executions(scope: Construct): string {
  return arn(scope, { service: 'states', resource: 'execution', resourceName: '*', arnFormat });
}

function arn(scope: Construct, components: ArnComponents): string {
  return Stack.of(scope).formatArn(components);
}

function allow(role: IRole, actions: string[], resources: string[], conditions?: Conditions): void {
  role.addToPrincipalPolicy(new PolicyStatement({ actions, resources, ...(conditions ? { conditions } : {}) }));
  for (const resource of resources) {
    const why = wildcards.find(([ending]) => resource.endsWith(ending));
    if (why) acceptedWildcard(role, resource, why[1]);
  }
}

/** Why a resource that ends so has to. */
const wildcards: [ending: string, reason: string][] = [
  ['/policies/*', 'One object per policy version, named by its digest.'],
  ['/requests/*', 'One object per request and payload.'],
  ['/incoming/*', "Callers' payloads; which prefix is whose, the opening checks against the source."],
  [':execution:*', "A caller's execution may be of any state machine of the account: its ARN comes with the request."],
  [
    ':stateMachine:*',
    "A caller's own token may be of any state machine of the account: nobody knows before it is answered.",
  ],
  ['identity/*', 'In the sandbox SES checks recipients as identities too; a condition holds the sender.'],
  ['/*', 'One schedule per open request, in our own group.'],
  ['*', 'The local cloud authorizes SendTask* and SendEmail on nothing narrower; X-Ray takes no resource.'],
];
