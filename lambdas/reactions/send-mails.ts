import { personTag } from '../../core/link.ts';
import { type DueMail, reactionsTo } from '../../core/reactions.ts';
import type { Request } from '../../core/request.ts';
import { runCommand } from '../commands/run-command.ts';
import type { LeftAsk, Mail, Services } from '../services.ts';
import { type ComposingServices, composer } from './compose-mails.ts';
import { sendOnce } from './send-once.ts';

export type MailServices = ComposingServices &
  Pick<Services, 'markers' | 'digests' | 'mailer' | 'metrics'> & { asksPerHour: number };

type Ask = Extract<DueMail, { kind: 'ask' }>;

/**
 * Sends every mail that is due and was called for after entry `from`: marker first, then the mail, then what became of
 * it. Throws, after trying them all, where one has to be tried again.
 */
export async function sendMails(services: MailServices, request: Request, from: number): Promise<void> {
  const due = reactionsTo(request).mails.filter((mail) => mail.since > from);
  if (due.length === 0) return;
  const compose = composer(services, request);
  const send = async (mail: DueMail): Promise<void> => {
    if (mail.kind === 'ask') return ask(services, request, mail, () => compose(mail));
    await sendOnce(services, { ...outgoing(services, request.id, mail), compose: () => compose(mail) });
  };
  const results = await Promise.allSettled(due.map(send));
  const failed = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
  if (failed.length > 0) throw new Error(`${failed.length} of ${due.length} mails: ${failed.join('; ')}`);
}

/**
 * A mail that asks has its marker among those that ask the same person in the same hour, by the time of the entry that
 * called for it: so claiming it is what counts it, and every try finds the same one. Where there are too many it is left to
 * the person's digest, which a marker beside the request's row says from then on.
 */
async function ask(services: MailServices, request: Request, due: Ask, compose: () => Promise<Mail>): Promise<void> {
  const { id } = request;
  const left = leftAsk(request, due);
  const known = await services.markers.look(id, due.mail);
  if (known?.sent) return;
  if (known?.left) return services.digests.put(left);
  // An earlier version claimed every mail beside the row: what it began is ended there.
  if (known) return void (await sendOnce(services, { ...outgoing(services, id, due), compose }));
  const of = `asks#${left.person}#${left.since.slice(0, 13)}`;
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
  const to = 'to' in due ? due.to : due.approver.address;
  await runCommand(services, id, { type: 'note_not_notified', mail: due.mail, to, channel: 'mail', reason });
}

function leftAsk({ id, source, commands }: Request, { approver, mail, since }: Ask): LeftAsk {
  const calledFor = [...commands.values()].find(({ seq }) => seq === since);
  if (!calledFor) throw new Error(`request ${id} asks because of entry ${since}, which no command wrote`);
  return { person: personTag(approver.person), id, mail, source, since: calledFor.at };
}
