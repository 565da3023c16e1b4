import { seatOf } from '../../core/decide/seat.ts';
import type { Decided } from '../../core/entry.ts';
import { fold } from '../../core/fold.ts';
import { likenessOf, linkTo, mostTogether, type Offered, whyNotTogether } from '../../core/group.ts';
import { type Refusal, type RefusalCode, refusals, refuse } from '../../core/refusal.ts';
import type { PendingRequest, Request } from '../../core/request.ts';
import type { AlikeRequests, Services } from '../services.ts';
import { type CastServices, cast, noteRefused, type Sent } from './cast.ts';
import type { LinkHolder } from './link-holder.ts';
import { peopleBehind } from './people-now.ts';
import type { Done } from './run-command.ts';

/** What became of one request of several that were decided together: `unknown` where a fault leaves that open. */
export type Became = { requestId: string } & (
  | { kind: 'recorded'; entry: Decided; request: Request }
  | { kind: 'refused'; code: RefusalCode }
  | { kind: 'unknown' }
);

/** Requests like the one whose page it is that wait for its holder as well, those that expire first before the others. */
export async function alikeWaiting(
  services: Pick<Services, 'log' | 'clock'> & { alike: AlikeRequests },
  page: LinkHolder,
): Promise<PendingRequest[]> {
  const likeness = likenessOf(page.request, page.seat.round);
  if (likeness === undefined) return [];
  const ids = await services.alike.find(likeness, mostTogether + 1);
  const others = ids.filter((id) => id !== page.request.id).slice(0, mostTogether);
  const requests = await Promise.all(others.map(async (id) => fold(await services.log.read(id))));
  const now = services.clock().toISOString();
  return requests.flatMap((other) => (other?.status === 'pending' && !whyNotTogether(page, other, now) ? [other] : []));
}

/**
 * Gives another request the answer that its holder gives on a page, as a command of its own, with an entry of its own. What
 * the page did before is answered as it was. Throws nothing: what fails here keeps no other request from its answer.
 */
export async function decideAlso(
  services: CastServices,
  page: LinkHolder,
  sent: Sent,
  offered: Offered,
): Promise<Became> {
  let requestId = offered.id;
  try {
    const entries = await services.log.read(offered.id);
    const request = fold(entries);
    if (!request) return { requestId, kind: 'refused', code: 'not_found' };
    requestId = request.requestId;
    const before = request.commands.get(`refused:${sent.nonce}`);
    if (before?.type === 'attempt_refused' && isCode(before.code))
      return { requestId, kind: 'refused', code: before.code };
    const link = linkTo(page, request);
    const seat = seatOf(request, link);
    // Whoever they hold this seat for need not be whom they hold the page's for.
    const people = seat && (await peopleBehind(services, seat, page.inForce));
    const holder = { ...page, link, entries, request, people };
    const isDone = request.commands.has(`page:${sent.nonce}`);
    const refusal = isDone ? undefined : whyNot(page, request, offered, services.clock().toISOString());
    if (refusal) {
      await noteRefused(services, holder, { ...sent, refusal });
      return { requestId, kind: 'refused', code: refusal.code };
    }
    return became(
      requestId,
      await cast(services, { ...holder, seat: { ...page.seat, round: request.round } }, sent, flags),
    );
  } catch (fault) {
    console.error({
      message: 'one of several requests may not have been decided',
      id: offered.id,
      fault: String(fault),
    });
    return { requestId, kind: 'unknown' };
  }
}

/** What every decision carries that was taken together with others. */
export const flags = ['group'];

export function became(requestId: string, done: Done): Became {
  if (done.kind === 'refused') return { requestId, kind: 'refused', code: done.refusal.code };
  const { entry, request } = done;
  if (entry.type !== 'decided') throw new Error(`entry ${entry.seq} of request ${entry.id} is no decision`);
  return { requestId, kind: 'recorded', entry, request };
}

function whyNot(page: LinkHolder, request: Request, offered: Offered, now: string): Refusal | undefined {
  const refusal = whyNotTogether(page, request, now);
  if (refusal) return refusal;
  return request.round.shownDigest === offered.shownDigest ? undefined : refuse('superseded');
}

function isCode(code: string): code is RefusalCode {
  return Object.hasOwn(refusals, code);
}
