import { cloudState } from '../aws.ts';
import { until } from './until.ts';

/** A mail as it left, from the local cloud's mailbox. */
export interface SentMail {
  id: string;
  from: string;
  to: string[];
  subject: string;
  at: string;
  text: string;
  html: string;
  raw?: string;
}

/** Every mail sent so far, newest first. */
export async function allMails(): Promise<SentMail[]> {
  const answer = await fetch(cloudState().mailboxUrl, { headers: { accept: 'application/json' } });
  return (await answer.json()) as SentMail[];
}

/** The mails about one request (`id` as the opening returns it), newest first; those to one address, if one is given. */
export async function mailsAbout(id: string, to?: string): Promise<SentMail[]> {
  const mails = await allMails();
  return mails.filter((mail) => mail.text.includes(id) && (to === undefined || mail.to.includes(to)));
}

/** The deciding link in a mail; undefined where it has none. */
export function linkIn(mail: SentMail): string | undefined {
  return /https?:\/\/\S+\/r\/[A-Za-z0-9_.~-]+/.exec(mail.text)?.[0];
}

/** Waits for the mail that asks this person about this request, and returns its link. */
export async function linkFor(id: string, to: string): Promise<string> {
  return await until(`a mail to ${to} about ${id}`, async () => {
    for (const mail of await mailsAbout(id, to)) {
      const link = linkIn(mail);
      if (link) return link;
    }
    return undefined;
  });
}

/** The mails that asked this person to decide this request, newest first. */
export async function asksTo(id: string, to: string): Promise<SentMail[]> {
  return (await mailsAbout(id, to)).filter((mail) => linkIn(mail) !== undefined);
}

/** Waits for the `count`th mail that asks this person, and returns its link. */
export async function laterLinkFor(id: string, to: string, count: number): Promise<string> {
  return await until(`mail ${count} that asks ${to} about ${id}`, async () => {
    const mails = await asksTo(id, to);
    const mail = mails[mails.length - count];
    return mail && linkIn(mail);
  });
}
