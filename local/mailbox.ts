import { Agent, get } from 'node:https';
import * as z from 'zod';
import type { Letter } from './postbox.ts';

const Addresses = z.array(z.string());
const Sent = z.object({
  MessageId: z.string(),
  Source: z.string(),
  To: Addresses,
  CC: Addresses,
  BCC: Addresses,
  Subject: z.string(),
  BodyText: z.string().nullish(),
  BodyHtml: z.string().nullish(),
  Timestamp: z.number(),
});
const Messages = z.object({ messages: z.record(z.string(), z.array(Sent)) });

/** A mail that was sent, as a mail program needs it. */
export interface Mail {
  id: string;
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  /** ISO 8601, UTC. */
  at: string;
  text: string;
  html: string;
  /** The mail byte for byte, where it could be kept. */
  raw: string | undefined;
  /** Whom it was handed over for, whatever its headers say. */
  recipients: string[] | undefined;
}

/** Reads every mail the local cloud has sent, newest first. */
export async function readMailbox(
  endpoint: string,
  ca: string,
  letter: (id: string) => Letter | undefined,
): Promise<Mail[]> {
  const { messages } = Messages.parse(JSON.parse(await getText(`${endpoint}/_ministack/ses/messages`, ca)));
  return Object.values(messages)
    .flat()
    .map((sent) => toMail(sent, letter(sent.MessageId)))
    .reverse()
    .sort((a, b) => b.at.localeCompare(a.at));
}

function toMail(sent: z.infer<typeof Sent>, letter: Letter | undefined): Mail {
  return {
    id: sent.MessageId,
    from: sent.Source,
    to: sent.To,
    cc: sent.CC,
    bcc: sent.BCC,
    subject: sent.Subject,
    at: new Date(sent.Timestamp * 1000).toISOString(),
    text: sent.BodyText ?? '',
    html: sent.BodyHtml ?? '',
    raw: letter?.raw,
    recipients: letter?.recipients,
  };
}

function getText(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: new Agent({ ca }), timeout: 10_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(`${url} answered ${response.statusCode}`)),
      );
      response.on('error', reject);
    });
    request.once('timeout', () => request.destroy(new Error(`${url} did not answer`)));
    request.once('error', reject);
  });
}
