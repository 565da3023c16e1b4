import { grantsOf, local, resources, templateWith, written } from './template.ts';

/** What each role may do beside its own logs and traces. A change here is a change of who may do what. */
const logAndPolicy = [
  'dynamodb:BatchGetItem <RecordsPolicy>',
  'dynamodb:GetItem <RecordsPolicy>',
  'dynamodb:PutItem <RecordsAudit>',
  'dynamodb:Query <RecordsAudit>',
];
const opening = [
  ...logAndPolicy,
  'dynamodb:PutItem <RecordsWaiting>',
  'dynamodb:BatchGetItem <RecordsRequests>',
  'events:PutEvents <EventsBus>',
  's3:GetObject <RecordsPayloads>/incoming/*',
  's3:GetObject <RecordsPayloads>/requests/*',
  's3:GetObject <RecordsPolicies>/policies/*',
  's3:GetObjectVersion <RecordsPayloads>/incoming/*',
  's3:GetObjectVersion <RecordsPayloads>/requests/*',
  's3:ListBucket <RecordsPayloads>',
  's3:PutObject <RecordsPayloads>/requests/*',
];
const showing = [
  'kms:GenerateMac <RecordsLinkKey>',
  's3:GetObject <RecordsPayloads>/requests/*',
  's3:GetObjectVersion <RecordsPayloads>/requests/*',
];
/** A round, or a review, by the policy and with a payload of its own. */
const openingRounds = ['s3:GetObject <RecordsPolicies>/policies/*', 's3:PutObject <RecordsPayloads>/requests/*'];
const failing = (queue: string) =>
  ['GetQueueAttributes', 'GetQueueUrl', 'SendMessage'].map((action) => `sqs:${action} <Queues${queue}>`);
const working = (queue: string) => [
  ...['ChangeMessageVisibility', 'DeleteMessage', 'ReceiveMessage'].map((action) => `sqs:${action} <Queues${queue}>`),
  ...failing(queue),
];

const table: Record<string, string[]> = {
  OpenRequest: [...opening, 'states:SendTaskFailure arn::states:::stateMachine:*'],
  Api: [...opening, 'dynamodb:Scan <RecordsRequests>'],
  CancelRequest: [
    ...failing('EventDeadLetters'),
    'dynamodb:PutItem <RecordsAudit>',
    'dynamodb:Query <RecordsAudit>',
    'events:PutEvents <EventsBus>',
  ],
  Review: [...logAndPolicy, ...showing, ...openingRounds, 'dynamodb:Query <RecordsRequests>'],
  Publish: [
    ...['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Scan'].map((a) => `dynamodb:${a} <RecordsPolicy>`),
    's3:GetObject <RecordsPolicies>/policies/*',
    's3:PutObject <RecordsPolicies>/policies/*',
    ...failing('EventDeadLetters'),
    'dynamodb:PutItem <RecordsAudit>',
    'dynamodb:Query <RecordsAudit>',
    'dynamodb:PutItem <RecordsRequests>',
    's3:GetObject <RecordsPayloads>/requests/*',
    's3:GetObjectVersion <RecordsPayloads>/requests/*',
    's3:PutObject <RecordsPayloads>/requests/*',
  ],
  ExecutionEnded: [
    ...failing('EventDeadLetters'),
    'dynamodb:PutItem <RecordsAudit>',
    'dynamodb:Query <RecordsAudit>',
    'dynamodb:Query <RecordsWaiting> [ForAllValues:StringEquals, StringEquals]',
    'states:DescribeExecution arn::states:::execution:*',
  ],
  Reconciler: [
    ...[...logAndPolicy, ...showing, ...failing('StreamDeadLetters'), ...failing('TimerDeadLetters')],
    ...[...working('Rest'), ...working('Resume')],
    ...['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'].map((a) => `dynamodb:${a} <RecordsRequests>`),
    ...['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
      (a) => `dynamodb:${a} <RecordsAudit.StreamArn>`,
    ),
    ...['DeleteItem', 'GetItem'].map((a) => `dynamodb:${a} <RecordsWaiting>`),
    'dynamodb:Query <RecordsRequests>',
    'dynamodb:Query <RecordsRequests>/index/open',
    ...openingRounds,
    'dynamodb:Query <RecordsWaiting>/index/begun',
    'events:PutEvents <EventsBus>',
    'iam:PassRole <RolesSchedule> [StringEquals]',
    ...['Create', 'Delete', 'Update'].map((a) => `scheduler:${a}Schedule arn::scheduler:::schedule/<Deadlines>/*`),
    'ses:SendEmail arn::ses:::identity/* [StringEquals]',
    ...['DescribeExecution', 'GetExecutionHistory'].map((action) => `states:${action} arn::states:::execution:*`),
    ...['SendTaskFailure', 'SendTaskSuccess'].map((action) => `states:${action} arn::states:::stateMachine:*`),
  ],
  Schedule: [
    'lambda:InvokeFunction arn::lambda:::function:countersign-deadline',
    'sqs:SendMessage <QueuesTimerDeadLetters>',
  ],
};

const template = templateWith();
const own = (grant: string) => /^(logs|xray):/.test(grant);

test.each(Object.keys(table))('R50 the role %s may do exactly this', (role) => {
  const grants = grantsOf(template, `Roles${role}`);
  expect(grants.filter((grant) => !own(grant))).toEqual([...new Set(table[role])].sort());
});

test('R34 no role may update or delete an entry of the log', () => {
  const policies = Object.values(resources(template, 'AWS::IAM::Policy'));
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  const onAudit = statements.filter((statement) =>
    /<RecordsAudit>|^\*$/.test([statement.Resource].flat().map(written).join('\n')),
  );
  const actions = new Set(
    onAudit.flatMap(({ Action }) => [Action].flat()).filter((a: string) => a.startsWith('dynamodb:')),
  );
  expect([...actions].sort()).toEqual(['dynamodb:PutItem', 'dynamodb:Query']);
});

test('R12 only the reconciler reads task tokens, and only the two that open write them', () => {
  const onTokens = Object.keys(table).flatMap((role) =>
    grantsOf(template, `Roles${role}`)
      .filter((grant) => grant.includes('<RecordsWaiting>') && !grant.includes('/index/'))
      .map((grant) => `${role}: ${grant.split(' ')[0]}`),
  );
  expect(onTokens.sort()).toEqual([
    'Api: dynamodb:PutItem',
    'ExecutionEnded: dynamodb:Query',
    'OpenRequest: dynamodb:PutItem',
    'Reconciler: dynamodb:DeleteItem',
    'Reconciler: dynamodb:GetItem',
  ]);
});

test('R12 whoever notes that an execution ended may name every attribute of a waiting task but its token', () => {
  const policies = Object.values(resources(template, 'AWS::IAM::Policy'));
  const conditions = policies
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .map(({ Condition }) => Condition)
    .filter((condition) => condition?.['ForAllValues:StringEquals']?.['dynamodb:Attributes']);
  expect(conditions).toHaveLength(1);
  expect(conditions[0]['ForAllValues:StringEquals']['dynamodb:Attributes']).not.toContain('token');
  expect(conditions[0].StringEquals).toEqual({ 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' });
});

test('mail goes out from the configured sender only', () => {
  const text = JSON.stringify(resources(template, 'AWS::IAM::Policy'));
  expect(text).toContain('{"StringEquals":{"ses:FromAddress":"approvals@example.com"}}');
});

test('no role has a managed policy, a wildcard action or a way to become another', () => {
  for (const { Properties } of Object.values(resources(template, 'AWS::IAM::Role'))) {
    expect(Properties.ManagedPolicyArns).toBeUndefined();
  }
  for (const { Properties } of Object.values(resources(template, 'AWS::IAM::Policy'))) {
    for (const { Action } of Properties.PolicyDocument.Statement) {
      for (const action of [Action].flat()) expect(action).not.toMatch(/\*|^iam:(?!PassRole)|^sts:/);
    }
  }
});

test('the local cloud gets what its authorizer asks for, and nothing else differs', () => {
  const here = templateWith(local);
  const differing = Object.keys(table).flatMap((role) => {
    const onAws = grantsOf(template, `Roles${role}`);
    return grantsOf(here, `Roles${role}`).filter((grant) => !onAws.includes(grant));
  });
  expect(differing.sort()).toEqual([
    'scheduler:CreateSchedule arn::scheduler:::schedule/default/*',
    'scheduler:DeleteSchedule arn::scheduler:::schedule/default/*',
    'scheduler:UpdateSchedule arn::scheduler:::schedule/default/*',
    'ses:SendEmail *',
    'states:SendTaskFailure *',
    'states:SendTaskFailure *',
    'states:SendTaskSuccess *',
  ]);
});
