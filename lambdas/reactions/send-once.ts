import { UnsafeAddress } from '../mail/address.ts';
import type { Mail, Services } from '../services.ts';

/** One mail to be out once, and what is done around it. */
export interface Outgoing {
  /** Its marker: among which, and its own name there. */
  of: string;
  name: string;
  /** Writes it; undefined where it is not to go out by itself after all. */
  compose: () => Promise<Mail | undefined>;
  /** Records that nobody will have it. */
  giveUp: (reason: string) => Promise<void>;
  /** Records what follows from its being out, before its own marker says so. */
  sent?: (messageId: string, now: string) => Promise<void>;
}

/** A claim that stays unsent for longer belonged to a process that is gone, in seconds: past any function's timeout. */
const staleAfter = 120;

/**
 * Claims a mail's marker, sends the mail, and marks it as sent: at the boundary between the last two a crash may double it,
 * never lose it. Answers whether it went out now. Throws where it has to be tried again.
 */
export async function sendOnce(
  services: Pick<Services, 'clock' | 'markers' | 'mailer'>,
  outgoing: Outgoing,
): Promise<boolean> {
  const { of, name } = outgoing;
  const now = services.clock().toISOString();
  switch (await services.markers.claim(of, name, now, staleAfter)) {
    case 'sent':
      return false;
    case 'held':
      throw new Error(`${name} is being sent by somebody else`);
    case 'lost':
      await outgoing.giveUp('it was claimed twice and never marked as sent');
      return false;
    case 'claimed':
    case 'again': {
      const mail = await composed(services, outgoing);
      if (!mail) {
        await services.markers.release(of, name);
        return false;
      }
      const told = 'to' in mail ? await services.mailer.send(mail) : mail;
      if ('messageId' in told) {
        await outgoing.sent?.(told.messageId, now);
        await services.markers.sent(of, name, told.messageId, now);
        return true;
      }
      if ('refused' in told) {
        await outgoing.giveUp(told.refused);
        await services.markers.sent(of, name, 'refused', now);
        return false;
      }
      await services.markers.release(of, name);
      throw new Error(`${name} was not taken: ${told.retry}`);
    }
  }
}

/** What cannot even be written was not sent: its claim is given back, unless no try will ever write it. */
async function composed(
  services: Pick<Services, 'markers'>,
  { of, name, compose }: Outgoing,
): Promise<Mail | undefined | { refused: string }> {
  try {
    return await compose();
  } catch (fault) {
    if (fault instanceof UnsafeAddress) return { refused: fault.message };
    await services.markers.release(of, name);
    throw fault;
  }
}
