import { type SESClient, SESServiceException, SendEmailCommand } from '@aws-sdk/client-ses';
import type { Mail, Mailer } from '../services.ts';

/** SES may or may not have taken the mail: it did not answer, or with a fault of its own. */
export class MailUnclear extends Error {
  override readonly name = 'MailUnclear';
}

/** What SES refuses because of this very mail or its addresses: trying again changes nothing. */
const refusals: Record<string, string> = {
  MessageRejected: 'SES rejected the mail',
  MailFromDomainNotVerified: 'the MAIL FROM domain is not verified',
  ValidationError: 'SES finds the mail or its address not valid',
  InvalidParameterValue: 'SES finds the mail or its address not valid',
};
/** Faults that say that nothing was even asked: no connection was made. */
const notReached = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);
/** One address and nothing else: no display name, no list, no control character, nothing beyond ASCII (SES takes no other). */
const ADDRESS = /^[!-~]+$/;
const NOT_IN_ADDRESS = /[\s,;:<>()[\]\\"]/;

/** Sends through SES. Reasons name what is wrong and hold nothing of the mail. */
export function sesMailer(client: SESClient, sender: string): Mailer {
  return {
    async send(mail) {
      const wrong = wrongWith(mail);
      if (wrong) return { refused: wrong };
      try {
        const sent = await client.send(
          new SendEmailCommand({
            Source: sender,
            Destination: { ToAddresses: [mail.to] },
            Message: {
              Subject: { Data: mail.subject, Charset: 'UTF-8' },
              Body: { Text: { Data: mail.text, Charset: 'UTF-8' }, Html: { Data: mail.html, Charset: 'UTF-8' } },
            },
          }),
        );
        return { messageId: sent.MessageId ?? 'unknown' };
      } catch (error) {
        return meaning(error);
      }
    },
  };
}

function wrongWith({ to, subject }: Mail): string | undefined {
  if (!ADDRESS.test(to) || NOT_IN_ADDRESS.test(to) || to.split('@').length !== 2) {
    return 'the address is not one that SES takes';
  }
  // Composing a mail makes its subject one line; should that ever fail, no header of a stranger's goes out.
  return /\p{Cc}/u.test(subject) ? 'the subject has control characters' : undefined;
}

/** What an error says of the mail. Only an answer of SES's below 500 says for certain that it was not taken. */
function meaning(error: unknown): { refused: string } | { retry: string } {
  const code = codeOf(error);
  if (code !== undefined && notReached.has(code)) return { retry: `SES cannot be reached (${code})` };
  if (!(error instanceof SESServiceException)) throw new MailUnclear(`SES did not answer (${nameOf(error)}).`);
  const name = error.name.replace(/Exception$/, '');
  const refusal = refusals[name];
  if (refusal !== undefined) {
    // Its own words name the identity that is not verified. Other messages quote the mail, link and all.
    return { refused: name === 'MessageRejected' ? `${refusal}: ${withoutTokens(error.message)}` : refusal };
  }
  const status = error.$metadata.httpStatusCode ?? 0;
  if (status >= 400 && status < 500) return { retry: `SES does not take mail at the moment (${name})` };
  throw new MailUnclear(`SES failed with ${name}.`);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

function withoutTokens(text: string): string {
  return text.replace(/https?:\S+|[A-Za-z0-9_-]{40,}/g, '…').slice(0, 300);
}
