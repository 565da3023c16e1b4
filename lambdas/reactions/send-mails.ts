import { addressOf, type DueMail } from '../../core/due-mails.ts';
import { personTag } from '../../core/link.ts';
import { reactionsTo } from '../../core/reactions.ts';
import type { Request } from '../../core/request.ts';
import { runCommand } from '../commands/run-command.ts';
import type { LeftMail, Mail, MailMarker, PolicyInForce, Services } from '../services.ts';
import { type ComposingServices, composer } from './compose-mails.ts';
import { sendOnce } from './send-once.ts';
import { stillTold } from './still-told.ts';

export type MailServices = ComposingServices & { policy: Pick<PolicyInForce, 'people'> } & Pick<
    Services,
    'markers' | 'digests' | 'mailer' | 'metrics' | 'retries'
  > & { asksPerHour: number };

/** The mails of which nobody has too many in an hour: what is above comes in a digest. */
export type CappedMail = Extract<DueMail, { kind: 'ask' | 'settled' | 'outcome' | 'unreachable' }>;

/** What is known of a request's mails, by mail. */
type Known = ReadonlyMap<string, MailMarker>;

/**
 * Sends every mail that is due and was called for after entry `from`: marker first, then the mail, then what became of
 * it. Throws, after trying them all, where one has to be tried again.
 */
export async function sendMails(services: MailServices, request: Request, from: number): Promise<void> {
  const called = reactionsTo(request).mails.filter((mail) => mail.since > from);
  if (called.length === 0) return;
  const pointer = await services.policy.pointer();
  const due = await stillTold(services, request, called, pointer?.version);
  const compose = composer(services, request, pointer);
  const known: Known = due.some(isCapped) ? await services.markers.lookAt(request.id) : new Map();
  const send = async (mail: DueMail): Promise<void> => {
    if (isCapped(mail)) return sendCapped(services, request, mail, known, () => compose(mail));
    await sendOnce(services, { ...outgoing(services, request.id, mail), compose: () => compose(mail) });
  };
  const results = await Promise.allSettled(due.map(send));
  const failed = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
  if (failed.length > 0) throw new Error(`${failed.length} of ${due.length} mails: ${failed.join('; ')}`);
}

export function isCapped(due: DueMail): due is CappedMail {
  switch (due.kind) {
    case 'ask':
    case 'settled':
    case 'outcome':
    case 'unreachable':
      return true;
    case 'granted':
    case 'grant':
    case 'window':
      return false;
  }
}

/**
 * Such a mail has its marker among those that ask the same person, or tell the same address, in the same hour, by the time of
 * the entry that called for it: so claiming it is what counts it, and every try finds the same one. Where there are too many it
 * is left to a digest, which a marker beside the request's row says from then on.
 */
async function sendCapped(
  services: MailServices,
  request: Request,
  due: CappedMail,
  known: Known,
  compose: () => Promise<Mail>,
): Promise<void> {
  const { id } = request;
  const left = leftMail(request, due);
  const before = known.get(due.mail);
  if (before?.sent) return;
  if (before?.left) return services.digests.put(left);
  // An earlier version claimed every mail beside the row: what it began is ended there.
  if (before) return void (await sendOnce(services, { ...outgoing(services, id, due), compose }));
  if (due.kind === 'settled' && wasNeverAsked(due.asks, known)) return;
  const of = `${left.kind}s#${left.whose}#${left.since.slice(0, 13)}`;
  await sendOnce(services, {
    ...outgoing(services, id, due),
    of,
    name: `${id}/${due.mail}`,
    compose: async () => {
      // Counted after claiming: of those that claim at the same time no more keep theirs than may.
      if ((await services.markers.countIn(of)) <= services.asksPerHour) return compose();
      await services.markers.leave(id, due.mail, services.clock().toISOString());
      await services.digests.put(left);
      return undefined;
    },
  });
}

/** Were all the mails that ask somebody left to digests, and in none so far? Then there is nothing for them to be told. */
function wasNeverAsked(asks: readonly string[], known: Known): boolean {
  const unsent = asks.filter((mail) => known.get(mail)?.left && !known.get(mail)?.sent);
  return asks.length > 0 && unsent.length === asks.length;
}

function outgoing(services: MailServices, id: string, due: DueMail) {
  const giveUp = (reason: string) => noteNotNotified(services, id, due, reason);
  return { of: id, name: due.mail, giveUp };
}

/** Recorded first: the entry's own stream record brings the rest up to date. */
export async function noteNotNotified(
  services: Pick<Services, 'log' | 'clock' | 'metrics'>,
  id: string,
  due: DueMail,
  reason: string,
): Promise<void> {
  services.metrics.count('MailNotSent');
  const to = addressOf(due);
  await runCommand(services, id, { type: 'note_not_notified', mail: due.mail, to, channel: 'mail', reason });
}

function leftMail({ id, source, commands }: Request, due: CappedMail): LeftMail {
  const { mail, since } = due;
  const calledFor = [...commands.values()].find(({ seq }) => seq === since);
  if (!calledFor) throw new Error(`request ${id} has ${mail} because of entry ${since}, which no command wrote`);
  const whom =
    due.kind === 'ask'
      ? { kind: 'ask' as const, whose: personTag(due.approver.person) }
      : // Whoever floods may name anybody as requester: what counts is the mailbox.
        { kind: 'tell' as const, whose: personTag(addressOf(due).toLowerCase()) };
  return { ...whom, id, mail, source, since: calledFor.at };
}
