import {
  GetAccountSendingEnabledCommand,
  GetIdentityVerificationAttributesCommand,
  GetSendQuotaCommand,
  type SESClient,
  SendEmailCommand,
} from '@aws-sdk/client-ses';
import { type Check, looked } from './check.ts';

/** SES gives an account in its sandbox 200 mails a day; no account out of it has so few. */
const SANDBOX_QUOTA = 200;
const NEARLY = 0.8;

/** Can mail go out from this sender? `testMail`: also send one there. */
export async function mailChecks(ses: SESClient, sender: string, testMail: string | undefined): Promise<Check[]> {
  const checks = [
    ...(await looked('mail sender', async () => [await identity(ses, sender)])),
    ...(await looked('mail account', () => paused(ses))),
    ...(await looked('mail quota', () => quota(ses))),
  ];
  if (testMail !== undefined) checks.push(await sendTest(ses, sender, testMail));
  return checks;
}

async function identity(ses: SESClient, sender: string): Promise<Check> {
  const about = 'mail sender';
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  const { VerificationAttributes = {} } = await ses.send(
    new GetIdentityVerificationAttributesCommand({ Identities: [sender, domain] }),
  );
  const states = [sender, domain].map((name) => VerificationAttributes[name]?.VerificationStatus);
  if (states.includes('Success')) return { level: 'ok', about, found: `${sender} is verified` };
  return {
    level: 'fail',
    about,
    found: states.includes('Pending') ? `${sender} is not verified yet` : `SES does not know ${sender}, nor ${domain}`,
    todo: `Follow the link in SES's mail to ${sender}, or add the DNS records that the SES console shows for ${domain}.`,
  };
}

async function paused(ses: SESClient): Promise<Check[]> {
  const about = 'mail account';
  const { Enabled } = await ses.send(new GetAccountSendingEnabledCommand({})).catch((error: unknown) => {
    // The local cloud has no such call, and pauses nobody.
    if (error instanceof Error && /unknown action/i.test(error.message)) return { Enabled: true };
    throw error;
  });
  if (Enabled !== false) return [];
  const todo = "See the SES console's account page, and answer AWS's mail about it.";
  return [{ level: 'fail', about, found: "AWS has paused this account's sending", todo }];
}

async function quota(ses: SESClient): Promise<Check[]> {
  const about = 'mail quota';
  const { Max24HourSend = 0, SentLast24Hours = 0 } = await ses.send(new GetSendQuotaCommand({}));
  if (Max24HourSend < 0) return [{ level: 'ok', about, found: 'there is no limit' }];
  const full = SentLast24Hours >= Max24HourSend * NEARLY;
  const used: Check = {
    level: full ? 'warn' : 'ok',
    about,
    found: `${Math.round(SentLast24Hours)} of ${Max24HourSend} mails of the last 24 hours are used`,
    ...(full && { todo: 'Ask for a higher sending quota in the SES console.' }),
  };
  if (Max24HourSend > SANDBOX_QUOTA) return [used];
  const sandbox: Check = {
    level: 'warn',
    about: 'mail sandbox',
    found: 'by its quota the account is in the SES sandbox: mail reaches verified addresses only',
    todo: "Ask for production access on the SES console's account page, or verify every approver's address.",
  };
  return [used, sandbox];
}

async function sendTest(ses: SESClient, sender: string, to: string): Promise<Check> {
  const about = 'test mail';
  try {
    const { MessageId = '' } = await ses.send(
      new SendEmailCommand({
        Source: sender,
        Destination: { ToAddresses: [to] },
        Message: {
          Subject: { Data: 'Countersign: a test', Charset: 'UTF-8' },
          Body: {
            Text: { Data: 'Mail from Countersign reaches you. There is nothing to decide.', Charset: 'UTF-8' },
          },
        },
      }),
    );
    return { level: 'ok', about, found: `SES took it for ${to} (${MessageId}): see that it arrives` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      level: 'fail',
      about,
      found: `SES did not take it: ${why}`,
      todo: 'Verify the sender, and while the account is in the sandbox the recipient too.',
    };
  }
}
