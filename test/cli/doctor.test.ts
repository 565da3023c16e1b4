import {
  GetAccountSendingEnabledCommand,
  GetIdentityVerificationAttributesCommand,
  GetSendQuotaCommand,
  SESClient,
  SendEmailCommand,
} from '@aws-sdk/client-ses';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { alarmChecks } from '../../cli/doctor/alarms.ts';
import { looked } from '../../cli/doctor/check.ts';
import { mailChecks } from '../../cli/doctor/mail.ts';
import { queueChecks } from '../../cli/doctor/queues.ts';
import { policyCheck } from '../../cli/doctor/service.ts';
import { FakeApi } from './fake-api.ts';
import { runCli } from './run-cli.ts';

jest.setTimeout(60_000);
const region = 'eu-west-1';
const sender = 'approvals@example.com';

describe('mail', () => {
  const ses = mockClient(SESClient);
  const checks = (testMail?: string) => mailChecks(new SESClient({ region }), sender, testMail);
  const identities = (of: Record<string, string>) =>
    ses.on(GetIdentityVerificationAttributesCommand).resolves({
      VerificationAttributes: Object.fromEntries(
        Object.entries(of).map(([name, VerificationStatus]) => [
          name,
          { VerificationStatus: VerificationStatus as 'Success' },
        ]),
      ),
    });
  beforeEach(() => {
    ses.reset();
    identities({ [sender]: 'Success' });
    ses.on(GetAccountSendingEnabledCommand).resolves({ Enabled: true });
    ses.on(GetSendQuotaCommand).resolves({ Max24HourSend: 50_000, SentLast24Hours: 12 });
  });

  test('is in order where the sender or its domain is verified, and the account is out of the sandbox', async () => {
    expect((await checks()).map(({ level }) => level)).toEqual(['ok', 'ok']);
    identities({ 'example.com': 'Success' });
    expect((await checks())[0]).toMatchObject({ level: 'ok' });
    expect(ses.commandCalls(SendEmailCommand)).toHaveLength(0);
  });

  test('fails where the sender is unknown or not verified yet, and says what to do', async () => {
    identities({ [sender]: 'Pending' });
    expect((await checks())[0]).toMatchObject({
      level: 'fail',
      found: expect.stringContaining('not verified yet'),
      todo: expect.stringContaining('Follow the link'),
    });
    identities({});
    expect((await checks())[0]).toMatchObject({ level: 'fail', found: expect.stringContaining('does not know') });
  });

  test('warns of the sandbox and of a quota nearly used up, fails where AWS has paused sending', async () => {
    ses.on(GetSendQuotaCommand).resolves({ Max24HourSend: 200, SentLast24Hours: 180 });
    expect(await checks()).toMatchObject([
      { level: 'ok' },
      { level: 'warn', about: 'mail quota' },
      { level: 'warn', about: 'mail sandbox', todo: expect.stringContaining('production access') },
    ]);
    ses.on(GetAccountSendingEnabledCommand).resolves({ Enabled: false });
    expect((await checks())[1]).toMatchObject({ level: 'fail', found: expect.stringContaining('paused') });
  });

  test('one thing that may not be looked at does not hide the others', async () => {
    ses.on(GetAccountSendingEnabledCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
    expect((await checks()).map(({ level, about }) => `${level} ${about}`)).toEqual([
      'ok mail sender',
      'warn mail account',
      'ok mail quota',
    ]);
  });

  test('a test mail goes out from the sender, and is reported whether SES took it or not', async () => {
    ses.on(SendEmailCommand).resolves({ MessageId: 'm-1' });
    expect((await checks('bob@example.com')).at(-1)).toMatchObject({
      level: 'ok',
      found: expect.stringContaining('m-1'),
    });
    expect(ses.commandCalls(SendEmailCommand)[0]?.args[0].input).toMatchObject({
      Source: sender,
      Destination: { ToAddresses: ['bob@example.com'] },
    });
    ses.on(SendEmailCommand).rejects(new Error('Email address is not verified.'));
    expect((await checks('bob@example.com')).at(-1)).toMatchObject({ level: 'fail', todo: expect.any(String) });
  });
});

describe('alarms', () => {
  const sns = mockClient(SNSClient);
  const checks = (...subscriptions: { SubscriptionArn: string; Endpoint: string }[]) => {
    sns.reset();
    sns.on(ListSubscriptionsByTopicCommand).resolves({ Subscriptions: subscriptions });
    return alarmChecks(new SNSClient({ region }), 'arn:aws:sns:eu-west-1:000000000000:alarms');
  };
  const confirmed = { SubscriptionArn: 'arn:aws:sns:eu-west-1:000000000000:alarms:1', Endpoint: 'ops@example.com' };
  const pending = { SubscriptionArn: 'PendingConfirmation', Endpoint: 'new@example.com' };

  test('need a recipient who has confirmed', async () => {
    expect(await checks(confirmed)).toMatchObject([{ level: 'ok' }]);
    expect(await checks(confirmed, pending)).toMatchObject([{ level: 'ok' }, { level: 'warn' }]);
    expect(await checks(pending)).toMatchObject([{ level: 'fail', found: 'new@example.com has not confirmed' }]);
    expect(await checks()).toMatchObject([{ level: 'fail', todo: expect.stringContaining('alarmAddress') }]);
  });
});

test('dead letters fail, and the queue is named', async () => {
  const sqs = mockClient(SQSClient);
  const [full, empty] = ['https://sqs/full', 'https://sqs/empty'];
  sqs.on(GetQueueAttributesCommand).callsFake(({ QueueUrl }: { QueueUrl: string }) => ({
    Attributes: { ApproximateNumberOfMessages: QueueUrl === full ? '3' : '0' },
  }));
  const checks = (...urls: string[]) =>
    queueChecks(
      new SQSClient({ region }),
      urls.map((url) => ({ name: url, url })),
    );
  expect(await checks(empty, empty)).toMatchObject([{ level: 'ok', found: '2 queues, all empty' }]);
  expect(await checks(empty, full)).toMatchObject([{ level: 'fail', found: `${full} holds 3` }]);
  expect(await checks()).toMatchObject([{ level: 'warn' }]);
});

test('without a policy everything is refused, and doctor says so', () => {
  expect(policyCheck(undefined)).toMatchObject({ level: 'fail', todo: 'countersign policy publish FILE' });
  const pointer = {
    version: 'v'.repeat(64),
    publishedAt: '2026-11-21T10:00:00.000Z',
    publishedBy: 'ops',
    epoch: 1,
    revoked: [],
  };
  expect(policyCheck(pointer)).toMatchObject({ level: 'ok' });
});

test('what may not be looked at is a warning, what cannot be is a failure', async () => {
  const failing = (name: string) => looked('it', () => Promise.reject(Object.assign(new Error('no'), { name })));
  expect(await failing('AccessDeniedException')).toMatchObject([{ level: 'warn', about: 'it' }]);
  expect(await failing('TimeoutError')).toMatchObject([{ level: 'fail', found: 'could not be looked at: no' }]);
});

test('the command: exit code 0 where nothing failed, 1 where the API does not let us in, and what was not looked at is said', async () => {
  const api = await FakeApi.start();
  const path = 'GET /requests?requestId=countersign-doctor';
  api.on(path, { status: 404, body: { code: 'not_found', message: 'There is no such request.' } });
  const well = await runCli(['doctor', '--api-url', api.url]);
  api.on(path, { status: 403, body: { message: 'Forbidden' } });
  const ill = await runCli(['doctor', '--api-url', api.url, '--json']);
  await api.stop();
  expect(well).toMatchObject({ code: 0, err: '' });
  expect(well.out).toMatch(/^ok +API: .*answers/m);
  expect(well.out).toMatch(/^warn +the rest: was not looked at/m);
  expect(ill.code).toBe(1);
  expect(JSON.parse(ill.out).checks[0]).toMatchObject({
    level: 'fail',
    todo: expect.stringContaining('execute-api:Invoke'),
  });
});
