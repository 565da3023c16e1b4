import { readFileSync } from 'node:fs';
import { grantsOf, type Parsed, resources, templateWith, written } from './template.ts';

const template = templateWith();
const values = (type: string) => Object.values(resources(template, type)).map(({ Properties }) => Properties);
const shop = 'arn:aws:iam::111122223333:role/shop';

describe('R51 the bus', () => {
  const statements = (settings = {}) => {
    const [bus] = Object.values(resources(templateWith(settings), 'AWS::Events::EventBus'));
    return bus?.Properties.Policy.Statement as Parsed[];
  };

  test('R51 denies `source: countersign` to everybody but the four roles that emit it', () => {
    const [only, ...others] = statements();
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'events:PutEvents',
      Condition: { 'ForAnyValue:StringEquals': { 'events:source': ['countersign'] } },
    });
    expect(only.Condition.ArnNotEquals['aws:PrincipalArn'].map(written).sort()).toEqual([
      '<RolesApi>',
      '<RolesCancelRequest>',
      '<RolesOpenRequest>',
      '<RolesReconciler>',
    ]);
  });

  test('R51 denies an enforced source to everybody but its roles', () => {
    const enforced = statements({ enforcedSources: [{ source: 'events:shop.deploy', roles: [shop] }] });
    expect(enforced).toHaveLength(2);
    expect(enforced[1]).toMatchObject({
      Effect: 'Deny',
      Condition: {
        'ForAnyValue:StringEquals': { 'events:source': ['shop.deploy'] },
        ArnNotEquals: { 'aws:PrincipalArn': [shop] },
      },
    });
  });
});

test('an enforced state machine is a copy that its roles may start, and the publisher is told both kinds', () => {
  const enforced = templateWith({
    enforcedSources: [
      { source: 'states:countersign-approval-payments', roles: [shop] },
      { source: 'events:shop.deploy', roles: [shop] },
    ],
  });
  const machines = Object.values(resources(enforced, 'AWS::StepFunctions::StateMachine'));
  const byName = new Map(machines.map(({ Properties }) => [Properties.StateMachineName, Properties]));
  expect([...byName.keys()].sort()).toEqual([
    'countersign-approval',
    'countersign-approval-from-events',
    'countersign-approval-payments',
  ]);
  expect(byName.get('countersign-approval-payments')?.DefinitionString).toEqual(
    byName.get('countersign-approval')?.DefinitionString,
  );
  const grants = Object.values(resources(enforced, 'AWS::IAM::Policy')).filter(({ Properties }) =>
    Properties.Roles.includes('shop'),
  );
  expect(grants.map(({ Properties }) => Properties.PolicyDocument.Statement[0].Action)).toEqual([
    'states:StartExecution',
  ]);
  const told = Object.values(resources(enforced, 'AWS::Lambda::Function')).map(
    ({ Properties }) => Properties.Environment.Variables.ENFORCED_SOURCES,
  );
  expect(told.filter(Boolean).map(written)).toEqual(['states:countersign-approval-payments,events:shop.deploy@']);
});

describe('R13 who may start what', () => {
  test('R13 only the rule of the bus has a grant to start the machine that believes envelopes', () => {
    const starters = Object.values(resources(template, 'AWS::IAM::Policy')).filter(({ Properties }) =>
      JSON.stringify(Properties.PolicyDocument).includes('states:StartExecution'),
    );
    expect(starters).toHaveLength(1);
    const [starter] = starters;
    expect(written(starter?.Properties.PolicyDocument.Statement[0].Resource)).toBe('<WaysInFromEvents>');
    const [role, ...none] = starter?.Properties.Roles.map(written) ?? [];
    expect([role, none]).toEqual(['<WaysInFromEventsEventsRole>', []]);
    const roles = resources(template, 'AWS::IAM::Role');
    const [, trusted] = Object.entries(roles).find(([id]) => id.startsWith('WaysInFromEventsEventsRole')) ?? [];
    expect(trusted?.Properties.AssumeRolePolicyDocument.Statement[0].Principal).toEqual({
      Service: 'events.amazonaws.com',
    });
  });

  test('R13 each function can be invoked by what it serves, and by nothing else', () => {
    const allowed = values('AWS::Lambda::Permission').map(
      ({ FunctionName, Principal }) => `${Principal} ${written(FunctionName)}`,
    );
    expect([...new Set(allowed)].sort()).toEqual(
      [
        'apigateway.amazonaws.com <FunctionsApi.Arn>',
        'apigateway.amazonaws.com <FunctionsPublishPolicy.Arn>',
        'apigateway.amazonaws.com <FunctionsReview.Arn>',
        'events.amazonaws.com <FunctionsCancelRequest.Arn>',
        'events.amazonaws.com <FunctionsExecutionEnded.Arn>',
        'events.amazonaws.com <FunctionsPublishPolicy.Arn>',
        'events.amazonaws.com <FunctionsSweep.Arn>',
      ].map((line) => line.replace('.Arn', '')),
    );
    for (const permission of values('AWS::Lambda::Permission')) expect(permission.SourceArn).toBeDefined();
    for (const machine of ['Approval', 'FromEvents']) {
      expect(grantsOf(template, `WaysIn${machine}Role`).filter((grant) => grant.startsWith('lambda:'))).toEqual([
        'lambda:InvokeFunction <FunctionsOpenRequest>',
      ]);
    }
  });

  test('R13 only the review pages are open to whoever has a link; everything else is signed for', () => {
    const routes = values('AWS::ApiGatewayV2::Route').map(
      ({ RouteKey, AuthorizationType }) => `${AuthorizationType} ${RouteKey}`,
    );
    expect(routes.sort()).toEqual([
      'AWS_IAM GET /audit',
      'AWS_IAM GET /maintenance-windows',
      'AWS_IAM GET /people/{id}',
      'AWS_IAM GET /policy',
      'AWS_IAM GET /requests',
      'AWS_IAM GET /requests/{id}',
      'AWS_IAM GET /requests/{id}/audit',
      'AWS_IAM POST /link-keys',
      'AWS_IAM POST /maintenance-windows',
      'AWS_IAM POST /maintenance-windows/{id}/cancel',
      'AWS_IAM POST /requests',
      'AWS_IAM POST /requests/{id}/cancel',
      'AWS_IAM POST /requests/{id}/links',
      'AWS_IAM PUT /policy',
      'NONE GET /r/{token}',
      'NONE HEAD /r/{token}',
      'NONE POST /r/{token}',
    ]);
  });

  test('R13 the rules take requests from any source but ours and AWS’s, and status changes from AWS alone', () => {
    const patterns = values('AWS::Events::Rule').map(({ EventPattern, EventBusName }) => ({
      EventPattern,
      bus: written(EventBusName),
    }));
    const source = [{ 'anything-but': { wildcard: ['countersign', 'aws.*'] } }];
    expect(patterns).toEqual(
      expect.arrayContaining([
        { bus: '<EventsBus>', EventPattern: { 'detail-type': ['Request Approval'], source } },
        { bus: '<EventsBus>', EventPattern: { 'detail-type': ['Cancel Approval'], source } },
        {
          bus: '<EventsBus>',
          EventPattern: {
            source: ['countersign'],
            'detail-type': ['Approval Decided'],
            detail: { source: ['countersign:policy_change'] },
          },
        },
        {
          bus: 'default',
          EventPattern: {
            source: ['aws.states'],
            'detail-type': ['Step Functions Execution Status Change'],
            detail: { status: ['ABORTED', 'TIMED_OUT', 'FAILED'] },
          },
        },
      ]),
    );
  });

  test('R26 every rule has a dead-letter queue, every function invoked without anyone waiting a failure destination', () => {
    for (const { Targets } of values('AWS::Events::Rule')) {
      for (const target of Targets) expect(target).toMatchObject({ DeadLetterConfig: {}, RetryPolicy: {} });
    }
    const failing = values('AWS::Lambda::EventInvokeConfig').map(({ FunctionName, DestinationConfig }) => [
      written(FunctionName),
      written(DestinationConfig.OnFailure.Destination),
    ]);
    expect(failing.sort()).toEqual([
      ['<FunctionsCancelRequest>', '<QueuesEventDeadLetters>'],
      ['<FunctionsDeadline>', '<QueuesTimerDeadLetters>'],
      ['<FunctionsExecutionEnded>', '<QueuesEventDeadLetters>'],
      ['<FunctionsPublishPolicy>', '<QueuesEventDeadLetters>'],
      ['<FunctionsSweep>', '<QueuesTimerDeadLetters>'],
    ]);
  });
});

describe('R12 nothing that is logged holds a token', () => {
  test('R12 state machines log errors without execution data', () => {
    const logging = values('AWS::StepFunctions::StateMachine').map(({ LoggingConfiguration }) => LoggingConfiguration);
    expect(logging).toHaveLength(2);
    for (const config of logging) expect(config).toMatchObject({ IncludeExecutionData: false, Level: 'ERROR' });
  });

  test('R12 access logs keep the route and never the path', () => {
    const [stage] = values('AWS::ApiGatewayV2::Stage');
    const format = stage?.AccessLogSettings.Format;
    expect(format).toContain('$context.routeKey');
    expect(format).not.toMatch(/\$context\.(path|http\.path|protocol|.*referer|authorizer)|queryString/i);
  });

  test('R12 functions log JSON into a group of their own', () => {
    for (const { LoggingConfig } of values('AWS::Lambda::Function')) {
      expect(LoggingConfig).toMatchObject({ LogFormat: 'JSON', LogGroup: expect.anything() });
    }
  });
});

test('the log has one consumer, which reports what failed item by item and gives up into a queue', () => {
  const streams = values('AWS::Lambda::EventSourceMapping').filter(({ StartingPosition }) => StartingPosition);
  expect(streams).toEqual([
    expect.objectContaining({
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      ParallelizationFactor: 10,
      DestinationConfig: expect.anything(),
    }),
  ]);
});

test('R41 the API throttles what comes in before any function is asked', () => {
  const [stage] = values('AWS::ApiGatewayV2::Stage');
  expect(stage?.DefaultRouteSettings).toEqual({ ThrottlingBurstLimit: 2000, ThrottlingRateLimit: 1000 });
});

test('R31 links take their origin from the configuration, never from a request', () => {
  const bases = (settings: Record<string, unknown>) =>
    Object.values(resources(templateWith(settings), 'AWS::Lambda::Function'))
      .map(({ Properties }) => Properties.Environment.Variables.REVIEW_BASE_URL)
      .filter(Boolean)
      .map(written);
  const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/1';
  expect(new Set(bases({ domainName: 'approvals.example.com', certificateArn }))).toEqual(
    new Set(['https://approvals.example.com']),
  );
  expect(new Set(bases({ reviewBaseUrl: 'https://edge.example.com' }))).toEqual(new Set(['https://edge.example.com']));
  expect(new Set(bases({}))).toEqual(new Set(['<WebHttp.ApiEndpoint>']));
});

test('the outputs are the public contract', () => {
  expect(Object.keys(template.toJSON().Outputs).sort()).toEqual([
    'AlarmTopicArn',
    'ApiUrl',
    'ApprovalStateMachineArn',
    'AuditTableName',
    'EventBusName',
    'PayloadBucketName',
    'PolicyTableName',
    'PublishFunctionName',
    'RequestsTableName',
    'ReviewBaseUrl',
    'Sender',
    'WaitingTableName',
  ]);
});

test('R13 the deny that docs/configuration.md gives for what the stack cannot enforce names what this stack makes', () => {
  const docs = readFileSync(`${__dirname}/../../docs/configuration.md`, 'utf8');
  const policy: Parsed = JSON.parse(/```json\n(\{\n {2}"Version"[\s\S]*?\n)```/.exec(docs)?.[1] ?? '{}');
  const enforced = templateWith({
    enforcedSources: [{ source: 'states:countersign-approval-payments', roles: [shop] }],
  });
  const ids = (type: string) => Object.keys(resources(enforced, type));
  const named = (pattern: string) => pattern.replace(/^.*[:/]countersign-/, '').replace(/\*$/, '');
  const [start, open] = policy.Statement;
  const machine = values('AWS::StepFunctions::StateMachine').map(({ StateMachineName }) => StateMachineName);
  expect(machine).toContain(start.Resource[0].split(':').at(-1));
  const matches = (type: string, pattern: string) => ids(type).filter((id) => id.startsWith(named(pattern)));
  expect(matches('AWS::Lambda::Function', open.Resource)).toHaveLength(1);
  for (const { Condition } of policy.Statement) {
    for (const pattern of [Condition.ArnNotLike['aws:PrincipalArn']].flat()) {
      expect(matches('AWS::IAM::Role', pattern)).toHaveLength(1);
    }
  }
  const callers = Object.values(resources(enforced, 'AWS::IAM::Policy')).filter(({ Properties }) =>
    /"lambda:InvokeFunction"[^}]*FunctionsOpenRequest/.test(JSON.stringify(Properties.PolicyDocument)),
  );
  expect(callers).toHaveLength(open.Condition.ArnNotLike['aws:PrincipalArn'].length);
});
