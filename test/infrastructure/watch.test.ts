import { readFileSync } from 'node:fs';
import { type Parsed, resources, templateWith, written } from './template.ts';

const template = templateWith({ alarmAddress: 'oncall@example.com' });
const alarms = Object.entries(resources(template, 'AWS::CloudWatch::Alarm'));

/** Anchors as GitHub makes them of headings. */
const anchors = readFileSync(`${__dirname}/../../docs/runbook.md`, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('#'))
  .map((line) =>
    line
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

test.each(alarms)('the alarm %s says what people lose and where the runbook says what to do', (_, { Properties }) => {
  const [, lost = '', anchor = ''] =
    /^(.+) What to do: docs\/runbook\.md#(.+)$/.exec(Properties.AlarmDescription) ?? [];
  expect(lost.length).toBeGreaterThan(30);
  expect(anchors).toContain(anchor);
});

test('every alarm tells the topic, and the topic its recipient', () => {
  for (const [, { Properties }] of alarms) expect(Properties.AlarmActions.map(written)).toEqual(['<WatchAlarms>']);
  const subscriptions = Object.values(resources(template, 'AWS::SNS::Subscription')).map(
    ({ Properties }) => Properties,
  );
  expect(subscriptions).toEqual([expect.objectContaining({ Protocol: 'email', Endpoint: 'oncall@example.com' })]);
});

test('CloudWatch may publish to the topic, for the alarms of this account, and nobody may without TLS', () => {
  const [topic, ...none] = Object.values(resources(template, 'AWS::SNS::Topic'));
  // Under a KMS key CloudWatch would need grants on that key as well.
  expect([none, topic?.Properties.KmsMasterKeyId]).toEqual([[], undefined]);
  const policies = Object.values(resources(template, 'AWS::SNS::TopicPolicy'));
  expect(policies.flatMap(({ Properties }) => Properties.Topics.map(written))).toEqual(['<WatchAlarms>']);
  const statements: Parsed[] = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  expect(statements.map(({ Resource }) => written(Resource))).toEqual(['<WatchAlarms>', '<WatchAlarms>']);
  expect(statements).toEqual([
    expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    expect.objectContaining({
      Effect: 'Allow',
      Action: 'sns:Publish',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    }),
  ]);
});

test('R26 every dead-letter queue has an alarm', () => {
  const watched = alarms
    .filter(([, { Properties }]) => Properties.MetricName === 'ApproximateNumberOfMessagesVisible')
    .map(([, { Properties }]) => written(Properties.Dimensions[0].Value));
  const queues = Object.keys(resources(template, 'AWS::SQS::Queue')).filter((id) => id.includes('DeadLetters'));
  expect(watched.sort()).toEqual(queues.map((id) => `<${id.slice(0, -8)}.QueueName>`).sort());
});

test('R34 an altered audit log rings', () => {
  const counted = alarms.filter(([, { Properties }]) => Properties.Namespace === 'Countersign');
  expect(counted.map(([, { Properties }]) => Properties.MetricName).sort()).toEqual([
    'AnswerUnknown',
    'AuditTampered',
    'BypassUsed',
    'BypassUsed',
    'GateUnreachable',
    'MailNotSent',
    'PolicyChangeOvertaken',
    'RequestReported',
    'ReviewNotOpened',
    'ReviewOverdue',
    'WorkGone',
  ]);
});

test('R40 an emergency override rings, and so does a review that is overdue or that nobody could do', () => {
  const metrics = alarms.map(([, { Properties }]) => [Properties.MetricName, Properties.Dimensions]);
  expect(metrics).toContainEqual(['BypassUsed', [{ Name: 'kind', Value: 'emergency_override' }]]);
  expect(metrics).toContainEqual(['ReviewOverdue', undefined]);
  expect(metrics).toContainEqual(['ReviewNotOpened', undefined]);
});

test('a rejection is not an alarm', () => {
  expect(alarms.filter(([, { Properties }]) => Properties.Namespace === 'AWS/States')).toEqual([]);
});
