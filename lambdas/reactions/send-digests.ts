import { fold } from '../../core/fold.ts';
import { limits } from '../../core/limits.ts';
import type { PolicyPointer } from '../../core/policy/policy.ts';
import { reactionsTo } from '../../core/reactions.ts';
import type { Request } from '../../core/request.ts';
import type { LeftMail } from '../services.ts';
import { composeDigest, type Listed } from './compose-digest.ts';
import { inParallel } from './in-parallel.ts';
import { type CappedMail, isCapped, type MailServices, noteNotNotified } from './send-mails.ts';
import { sendOnce } from './send-once.ts';
import { stillTold } from './still-told.ts';

/** How long the first of a digest has waited at least, in seconds: of a flood, the first digest is to hold more than the first drops. */
const collects = 60;
/** How many of one person's are looked at in one sweep: most of a flood may have been settled since. */
const looksAt = 500;

/** The markers of one person's digests of one kind. */
const markersOf = ({ kind, whose }: LeftMail) => (kind === 'ask' ? `digest#${whose}` : `digest-tells#${whose}`);

/**
 * Mails what was left to digests: one of a kind to a person in `limits.digestEverySeconds` at most, of `limits.digest`
 * requests at most; the rest stays for the next. Marked as sent and removed is what was in one, dropped what waits no longer.
 * One digest that fails keeps nobody from theirs.
 */
export async function sendDigests(services: MailServices): Promise<{ sent: number; failed: number }> {
  const came = { sent: 0, failed: 0 };
  const left: LeftMail[] = [];
  for await (const mail of services.digests.waiting()) left.push(mail);
  await inParallel(Map.groupBy(left, markersOf), async ([of, mails]) => {
    try {
      if (await sendDigest(services, of, mails)) came.sent++;
    } catch (fault) {
      came.failed++;
      console.error({ message: 'a digest failed; the next sweep tries again', of, fault: String(fault) });
    }
  });
  return came;
}

async function sendDigest(services: MailServices, of: string, mails: readonly LeftMail[]): Promise<boolean> {
  const now = services.clock();
  const began = now.getTime() - collects * 1000;
  if (!mails.some(({ since }) => Date.parse(since) <= began)) return false;
  const period = limits.digestEverySeconds * 1000;
  const turn = Math.floor(now.getTime() / period) * period;
  const before = await services.markers.look(of, new Date(turn - period).toISOString());
  if (before && now.getTime() - Date.parse(before.at) < period) return false;

  let listed: Listed[] = [];
  const done = async (messageId: string): Promise<void> => {
    const mark = async ({ left }: Listed): Promise<void> => {
      await services.markers.sent(left.id, left.mail, messageId, now.toISOString());
      if (left.kind === 'ask') await tellIfSettled(services, fold(await services.log.read(left.id)));
      await services.digests.remove(left);
    };
    await Promise.all(listed.map(mark));
  };
  return sendOnce(services, {
    of,
    name: new Date(turn).toISOString(),
    compose: async () => {
      const pointer = await services.policy.pointer();
      const found = await stillWaiting(services, inTurn(mails), { now: now.toISOString(), pointer });
      listed = found.waiting.slice(0, limits.digest);
      const more = mails.length - found.dropped - listed.length;
      return composeDigest(services, listed, { more, loudest: loudestOf(mails) }, pointer);
    },
    sent: done,
    giveUp: async (reason) => {
      for (const { left, due } of listed) await noteNotNotified(services, left.id, due, reason);
      await done('refused');
    },
  });
}

/** When (ISO), and under which policy, a digest's mails are looked at: read once for all of them. */
interface Looking {
  now: string;
  pointer: PolicyPointer | undefined;
}

/** The first of them that still wait, enough for a digest; what does not is removed. */
async function stillWaiting(
  services: MailServices,
  mails: readonly LeftMail[],
  at: Looking,
): Promise<{ waiting: Listed[]; dropped: number }> {
  const waiting: Listed[] = [];
  let dropped = 0;
  const together = 10;
  for (let from = 0; from < Math.min(mails.length, looksAt) && waiting.length < limits.digest; from += together) {
    const looks = mails.slice(from, from + together).map((left) => waitingNow(services, left, at));
    for (const found of await Promise.all(looks))
      if (found) waiting.push(found);
      else dropped++;
  }
  return { waiting, dropped };
}

async function waitingNow(
  services: MailServices,
  left: LeftMail,
  { now, pointer }: Looking,
): Promise<Listed | undefined> {
  const { id, mail } = left;
  const request = fold(await services.log.read(id));
  const due =
    request &&
    reactionsTo(request)
      .mails.filter(isCapped)
      .find((one) => one.mail === mail);
  // One that was in a digest already may have been put back by a slow try.
  const sent = (await services.markers.look(id, mail))?.sent === true;
  const waits = due && !isTooLate(due, now) && !sent;
  if (waits && (await stillTold(services, request, [due], pointer?.version)).length > 0) return { left, request, due };
  if (left.kind === 'ask' && sent) await tellIfSettled(services, request);
  await services.digests.remove(left);
  return undefined;
}

function isTooLate(due: CappedMail, now: string): boolean {
  return due.kind === 'ask' && due.expires <= now;
}

/**
 * Whoever told of a request's end while the digest that asks was on its way saw that this person had not been asked. Told
 * again, once the marker says that they were, it leaves nobody out.
 */
async function tellIfSettled(services: MailServices, request: Request | undefined): Promise<void> {
  if (request?.status !== 'settled') return;
  await services.retries.put({ id: request.id, seq: request.settledSeq - 1, kind: 'mail' });
}

/** One of each source in turn, each source's oldest first: whoever floods pushes nobody else out of the digest. */
export function inTurn(mails: readonly LeftMail[]): LeftMail[] {
  const oldestFirst = [...mails].sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
  const turns = new Map<string, number>();
  return oldestFirst
    .map((mail) => {
      const turn = turns.get(mail.source) ?? 0;
      turns.set(mail.source, turn + 1);
      return { mail, turn };
    })
    .sort((a, b) => a.turn - b.turn)
    .map(({ mail }) => mail);
}

function loudestOf(mails: readonly LeftMail[]): { source: string; count: number; of: number } {
  const of = mails.length;
  let loudest = { source: '', count: 0, of };
  for (const [source, { length: count }] of Map.groupBy(mails, (mail) => mail.source))
    if (count > loudest.count) loudest = { source, count, of };
  return loudest;
}
