import { type EpochKeys, mintLink } from '../../core/link.ts';
import { type DueMail, reactionsTo } from '../../core/reactions.ts';
import type { PendingRequest, Request } from '../../core/request.ts';
import type { ReviewView } from '../../core/view.ts';
import { runCommand } from '../commands/run-command.ts';
import { UnsafeAddress } from '../mail/address.ts';
import { grantedMail } from '../mail/granted-mail.ts';
import { outcomeMail } from '../mail/outcome-mail.ts';
import { requestMail } from '../mail/request-mail.ts';
import type { Mail, PayloadReader, PolicyInForce, Services } from '../services.ts';
import { reviewViewOf, statusViewOf } from '../web/view-of.ts';
import { payloadText, revisedPayloadText } from './material.ts';

export type MailServices = Pick<Services, 'log' | 'clock' | 'markers' | 'linkKeys' | 'mailer' | 'metrics'> & {
  policy: Pick<PolicyInForce, 'pointer'>;
  payloads: PayloadReader;
  reviewBaseUrl: string;
};

/** A claim that stays unsent for longer belonged to a process that is gone, in seconds: past any function's timeout. */
const staleAfter = 120;

/**
 * Sends every mail that is due and was called for after entry `from`: marker first, then the mail, then what became of
 * it. Throws, after trying them all, where one has to be tried again.
 */
export async function sendMails(services: MailServices, request: Request, from: number): Promise<void> {
  const due = reactionsTo(request).mails.filter((mail) => mail.since > from);
  if (due.length === 0) return;
  const compose = composer(services, request);
  const results = await Promise.allSettled(due.map((mail) => sendOnce(services, request.id, mail, compose)));
  const failed = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
  if (failed.length > 0) throw new Error(`${failed.length} of ${due.length} mails: ${failed.join('; ')}`);
}

/** Throws where the mail has to be tried again. */
async function sendOnce(
  services: MailServices,
  id: string,
  due: DueMail,
  compose: (due: DueMail) => Promise<Mail>,
): Promise<void> {
  const now = services.clock().toISOString();
  const claim = await services.markers.claim(id, due.mail, now, staleAfter);
  switch (claim) {
    case 'sent':
      return;
    case 'held':
      throw new Error(`${due.mail} is being sent by somebody else`);
    case 'lost':
      return giveUp(services, id, due, 'it was claimed twice and never marked as sent');
    case 'claimed':
    case 'again': {
      const mail = await composed(services, id, due, compose);
      const told = 'to' in mail ? await services.mailer.send(mail) : mail;
      if ('messageId' in told) {
        await services.markers.sent(id, due.mail, told.messageId, now);
        return;
      }
      if ('refused' in told) {
        await giveUp(services, id, due, told.refused);
        await services.markers.sent(id, due.mail, 'refused', now);
        return;
      }
      await services.markers.release(id, due.mail);
      throw new Error(`${due.mail} was not taken: ${told.retry}`);
    }
  }
}

/** What cannot even be written was not sent: its claim is given back, unless no try will ever write it. */
async function composed(
  services: MailServices,
  id: string,
  due: DueMail,
  compose: (due: DueMail) => Promise<Mail>,
): Promise<Mail | { refused: string }> {
  try {
    return await compose(due);
  } catch (fault) {
    if (fault instanceof UnsafeAddress) return { refused: fault.message };
    await services.markers.release(id, due.mail);
    throw fault;
  }
}

/** Recorded first: the entry's own stream record brings the rest up to date. */
async function giveUp(services: MailServices, id: string, due: DueMail, reason: string): Promise<void> {
  services.metrics.count('MailNotSent');
  const to = 'to' in due ? due.to : due.approver.address;
  await runCommand(services, id, { type: 'note_not_notified', mail: due.mail, to, channel: 'mail', reason });
}

/** Makes mails of one request; what they share is read once. */
function composer(services: MailServices, request: Request): (due: DueMail) => Promise<Mail> {
  const now = services.clock().toISOString();
  let shared: Promise<Shared> | undefined;
  let first: ReviewView | undefined;
  return async (due) => {
    switch (due.kind) {
      case 'ask': {
        if (request.status !== 'pending') throw new Error('a request that is not pending asks nobody');
        shared ??= share(services, request);
        const { text, revised, keys } = await shared;
        const { round, stage, generation, approver } = due;
        // Digests and differences are worked out once: a payload may have a megabyte, and fifty people may be asked.
        first ??= reviewViewOf(request, {
          payloadText: text,
          ...(revised !== undefined && { revisedPayloadText: revised }),
          person: approver.person,
          now,
        });
        const view: ReviewView = { ...first, approver: { name: approver.name, address: approver.address } };
        const expires = Math.ceil(Date.parse(due.expires) / 1000);
        const token = mintLink({ id: request.id, round, stage, generation, person: approver.person, expires }, keys);
        return requestMail({ view, link: `${services.reviewBaseUrl}/r/${token}`, expires: due.expires });
      }
      case 'granted': {
        const { approver, link } = due;
        const view = statusViewOf(request, { now });
        if (!link) return grantedMail({ view, to: approver.address });
        const expires = Math.ceil(Date.parse(link.expires) / 1000);
        const keys = await newestKeys(services);
        const token = mintLink({ ...link, id: request.id, person: approver.person, expires }, keys);
        return grantedMail({ view, to: approver.address, link: `${services.reviewBaseUrl}/r/${token}` });
      }
      case 'grant':
        return grantedMail({ view: statusViewOf(request, { now }), to: due.to });
      case 'settled':
        return outcomeMail({ view: statusViewOf(request, { now }), to: due.approver.address, as: 'asked' });
      case 'outcome':
        return outcomeMail({ view: statusViewOf(request, { now }), to: due.to, as: 'requester' });
    }
  };
}

interface Shared {
  text: string;
  revised: string | undefined;
  keys: EpochKeys;
}

async function newestKeys(services: MailServices): Promise<EpochKeys> {
  const pointer = await services.policy.pointer();
  if (!pointer) throw new Error('no policy is published, so there is no link key');
  return services.linkKeys.of(pointer.epoch);
}

async function share(services: MailServices, request: PendingRequest): Promise<Shared> {
  const [text, revised, keys] = await Promise.all([
    payloadText(services, request.round),
    revisedPayloadText(services, request),
    newestKeys(services),
  ]);
  return { text, revised, keys };
}
