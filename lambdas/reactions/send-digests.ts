import { fold } from '../../core/fold.ts';
import { limits } from '../../core/limits.ts';
import { type DueMail, reactionsTo } from '../../core/reactions.ts';
import type { Request } from '../../core/request.ts';
import { digestMail } from '../mail/digest-mail.ts';
import type { LeftAsk, Mail } from '../services.ts';
import { statusViewOf } from '../web/view-of.ts';
import { askLink, newestKeys } from './compose-mails.ts';
import { inParallel } from './in-parallel.ts';
import { type MailServices, noteNotNotified } from './send-mails.ts';
import { sendOnce } from './send-once.ts';

type Ask = Extract<DueMail, { kind: 'ask' }>;

/** An ask that still waits, and the mail that would have been its own. */
interface Waiting {
  left: LeftAsk;
  request: Request;
  due: Ask;
}

/** How long the first of a digest has waited at least, in seconds: of a flood, the first digest is to hold more than the first drops. */
const collects = 60;
/** How many of one person's are looked at in one sweep: most of a flood may have been settled since. */
const looksAt = 500;

/**
 * Mails what was left to digests: one to a person in `limits.digestEverySeconds` at most, of `limits.digest` requests at
 * most; the rest stays for the next. Marked as sent and removed is what was in one, dropped what waits no longer. One
 * person's digest that fails keeps nobody from theirs.
 */
export async function sendDigests(services: MailServices): Promise<{ sent: number; failed: number }> {
  const came = { sent: 0, failed: 0 };
  const left: LeftAsk[] = [];
  for await (const ask of services.digests.waiting()) left.push(ask);
  await inParallel(
    Map.groupBy(left, ({ person }) => person),
    async ([person, asks]) => {
      try {
        if (await sendDigest(services, person, asks)) came.sent++;
      } catch (fault) {
        came.failed++;
        console.error({ message: 'a digest failed; the next sweep tries again', person, fault: String(fault) });
      }
    },
  );
  return came;
}

async function sendDigest(services: MailServices, person: string, asks: readonly LeftAsk[]): Promise<boolean> {
  const now = services.clock();
  const began = now.getTime() - collects * 1000;
  if (!asks.some(({ since }) => Date.parse(since) <= began)) return false;
  const of = `digest#${person}`;
  const period = limits.digestEverySeconds * 1000;
  const turn = Math.floor(now.getTime() / period) * period;
  const before = await services.markers.look(of, new Date(turn - period).toISOString());
  if (before && now.getTime() - Date.parse(before.at) < period) return false;

  let listed: Waiting[] = [];
  const done = async (messageId: string): Promise<void> => {
    const mark = async ({ left }: Waiting): Promise<void> => {
      await services.markers.sent(left.id, left.mail, messageId, now.toISOString());
      await services.digests.remove(left);
    };
    await Promise.all(listed.map(mark));
  };
  return sendOnce(services, {
    of,
    name: new Date(turn).toISOString(),
    compose: async () => {
      const found = await stillWaiting(services, inTurn(asks), now.toISOString());
      listed = found.waiting.slice(0, limits.digest);
      return compose(services, listed, { more: asks.length - found.dropped - listed.length, loudest: loudestOf(asks) });
    },
    sent: done,
    giveUp: async (reason) => {
      for (const { left, due } of listed) await noteNotNotified(services, left.id, due, reason);
      await done('refused');
    },
  });
}

/** The first of them that still wait, enough for a digest; what does not is removed. */
async function stillWaiting(
  services: MailServices,
  asks: readonly LeftAsk[],
  now: string,
): Promise<{ waiting: Waiting[]; dropped: number }> {
  const waiting: Waiting[] = [];
  let dropped = 0;
  const together = 10;
  for (let at = 0; at < Math.min(asks.length, looksAt) && waiting.length < limits.digest; at += together) {
    const looks = asks.slice(at, at + together).map((left) => waitingNow(services, left, now));
    for (const found of await Promise.all(looks))
      if (found) waiting.push(found);
      else dropped++;
  }
  return { waiting, dropped };
}

async function waitingNow(services: MailServices, left: LeftAsk, now: string): Promise<Waiting | undefined> {
  const { id, mail } = left;
  const request = fold(await services.log.read(id));
  const due =
    request &&
    reactionsTo(request)
      .mails.filter(isAsk)
      .find((ask) => ask.mail === mail);
  // One that was in a digest already may have been put back by a slow try.
  const waits = due && due.expires > now && !(await services.markers.look(id, mail))?.sent;
  if (waits) return { left, request, due };
  await services.digests.remove(left);
  return undefined;
}

function isAsk(mail: DueMail): mail is Ask {
  return mail.kind === 'ask';
}

async function compose(
  services: MailServices,
  listed: readonly Waiting[],
  about: { more: number; loudest: { source: string; count: number; of: number } },
): Promise<Mail | undefined> {
  const [newest] = listed.toSorted((a, b) => (a.left.since > b.left.since ? -1 : 1));
  if (!newest) return undefined;
  const keys = await newestKeys(services);
  const now = services.clock().toISOString();
  const items = listed.map(({ request, due }) => ({
    shown: statusViewOf(request, { now }).shown,
    deadline: due.expires,
    link: askLink(services, request.id, due, keys),
  }));
  // Each request keeps the address that was theirs when it was opened: the newest knows best.
  return digestMail({ to: newest.due.approver.address, items, ...about });
}

/** One of each source in turn, each source's oldest first: whoever floods pushes nobody else out of the digest. */
export function inTurn(asks: readonly LeftAsk[]): LeftAsk[] {
  const oldestFirst = [...asks].sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
  const turns = new Map<string, number>();
  return oldestFirst
    .map((ask) => {
      const turn = turns.get(ask.source) ?? 0;
      turns.set(ask.source, turn + 1);
      return { ask, turn };
    })
    .sort((a, b) => a.turn - b.turn)
    .map(({ ask }) => ask);
}

function loudestOf(asks: readonly LeftAsk[]): { source: string; count: number; of: number } {
  const of = asks.length;
  let loudest = { source: '', count: 0, of };
  for (const [source, { length: count }] of Map.groupBy(asks, (ask) => ask.source))
    if (count > loudest.count) loudest = { source, count, of };
  return loudest;
}
