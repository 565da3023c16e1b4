import { SESClient, SESServiceException, SendEmailCommand } from '@aws-sdk/client-ses';
import { mockClient } from 'aws-sdk-client-mock';
import { MailUnclear, sesMailer } from '../../../lambdas/adapters/mailer.ts';
import { meta, shownBy } from './support.ts';

const ses = mockClient(SESClient);
const mailer = sesMailer(new SESClient({ region: 'us-east-1' }), 'Countersign <approvals@example.com>');
const link = `https://review.example.com/r/${'Ab0_-xyz'.repeat(11)}`;
const mail = { to: 'bob@example.com', subject: 'Freigabe für „shop“', text: link, html: `<a href="${link}">` };
const fails = (name: string, status: number, message = `${name} of ${link}`) =>
  new SESServiceException({ name, message, $fault: status < 500 ? 'client' : 'server', ...meta(status) });

beforeEach(() => ses.reset());

test('a mail goes out as text and HTML, in UTF-8, to one address', async () => {
  ses.on(SendEmailCommand).resolves({ MessageId: 'message-1' });
  await expect(mailer.send(mail)).resolves.toEqual({ messageId: 'message-1' });
  expect(ses.commandCalls(SendEmailCommand)[0]?.args[0].input).toEqual({
    Source: 'Countersign <approvals@example.com>',
    Destination: { ToAddresses: ['bob@example.com'] },
    Message: {
      Subject: { Data: mail.subject, Charset: 'UTF-8' },
      Body: { Text: { Data: mail.text, Charset: 'UTF-8' }, Html: { Data: mail.html, Charset: 'UTF-8' } },
    },
  });
});

test.each([
  'bob@example.com\r\nBcc: eve@example.com',
  'bob@example.com, eve@example.com',
  'Bob <bob@example.com>',
  'bob@example.com;eve@example.com',
  'bob@eve@example.com',
  'bób@example.com',
  'bob',
  '',
])('R30 an address that is more or less than one is refused before SES sees it: %j', async (to) => {
  await expect(mailer.send({ ...mail, to })).resolves.toEqual({ refused: 'the address is not one that SES takes' });
  expect(ses.calls()).toHaveLength(0);
});

test('R30 a subject with a line break goes nowhere', async () => {
  const sent = await mailer.send({ ...mail, subject: 'a\r\nBcc: eve@example.com' });
  expect(sent).toEqual({ refused: 'the subject has control characters' });
  expect(ses.calls()).toHaveLength(0);
});

test.each([
  ['MessageRejected', 'SES rejected the mail: '],
  ['MailFromDomainNotVerifiedException', 'the MAIL FROM domain'],
  ['ValidationError', 'not valid'],
  ['InvalidParameterValue', 'not valid'],
])('R33 what SES refuses is refused, with a reason that holds no link: %s', async (name, reason) => {
  ses.on(SendEmailCommand).rejects(fails(name, 400));
  const sent = await mailer.send(mail);
  expect(sent).toEqual({ refused: expect.stringContaining(reason) });
  expect(JSON.stringify(sent)).not.toContain('Ab0_-xyz');
});

test('R33 SES’s own words say which identity is not verified', async () => {
  const words = 'Email address is not verified. The following identities failed the check: bob@example.com';
  ses.on(SendEmailCommand).rejects(fails('MessageRejected', 400, words));
  await expect(mailer.send(mail)).resolves.toEqual({ refused: `SES rejected the mail: ${words}` });
});

test.each([
  'Throttling',
  'ThrottlingException',
  'AccountSendingPausedException',
  'ConfigurationSetDoesNotExistException',
  'ConfigurationSetSendingPausedException',
  'AccessDenied',
  'ExpiredToken',
])('R33 what SES certainly did not take may be tried again: %s', async (name) => {
  ses.on(SendEmailCommand).rejects(fails(name, 400));
  const sent = await mailer.send(mail);
  expect(sent).toEqual({ retry: expect.stringContaining(name.replace('Exception', '')) });
  expect(JSON.stringify(sent)).not.toContain('Ab0_-xyz');
});

test('a mail that never reached SES may be tried again', async () => {
  ses.on(SendEmailCommand).rejects(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
  await expect(mailer.send(mail)).resolves.toEqual({ retry: 'SES cannot be reached (ECONNREFUSED)' });
});

test.each([
  ['a server error', fails('InternalFailure', 500)],
  ['a service that is unavailable', fails('ServiceUnavailable', 503)],
  ['a timeout', Object.assign(new Error(`timed out sending ${link}`), { name: 'TimeoutError' })],
  ['a connection that broke', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
])('after %s nobody knows whether the mail went out, and the fault says so without the mail', async (_what, error) => {
  ses.on(SendEmailCommand).rejects(error);
  await expect(mailer.send(mail)).rejects.toBeInstanceOf(MailUnclear);
  expect(await shownBy(mailer.send(mail))).not.toContain('Ab0_-xyz');
});
