import { deadLink } from '../../core/decide/seat.ts';
import type { Reached } from '../../core/decide/vote.ts';
import { differencesBetween } from '../../core/difference.ts';
import type { Refusal } from '../../core/refusal.ts';
import { openLinksOf } from '../../core/request.ts';
import { noteRefused } from '../commands/cast.ts';
import type { LinkHolder } from '../commands/link-holder.ts';
import { payloadText } from '../commands/stored-payload.ts';
import {
  decidedMeanwhilePage,
  type LinkOffer,
  type Page,
  refusedPage,
  statusPage,
  supersededPage,
  type Withdrawal,
} from '../web/pages.ts';
import { statusViewOf } from '../web/view-of.ts';
import { now, type ReviewServices, seal } from './review-form.ts';

/** These say something that the request's own status does not. */
const aboutTheReader: readonly string[] = ['not_your_turn', 'handed_on'];

/** These say more than their code. */
const saysWhy: readonly string[] = ['not_eligible', 'override_blocked'];

/** What a link shows that cannot decide; `answered`: somebody has just tried to. */
export async function deadEnd(
  services: ReviewServices,
  holder: LinkHolder,
  refusal: Refusal,
  answered = false,
): Promise<Page> {
  const { request, seat } = holder;
  const reader = seat.approver;
  const view = () => statusViewOf(request, { now: now(services) });
  switch (refusal.code) {
    case 'already_settled':
    case 'already_voted':
    case 'not_your_turn':
    case 'no_longer_waiting':
    case 'handed_on':
      if (answered) return decidedMeanwhilePage({ view: view(), reader, status: refusal.status, why: refusal.message });
      return statusPage({
        ...{ view: view(), reader, withdrawal: withdrawalOf(services, holder) },
        ...(isOver(services, holder) && { status: 410 }),
        ...(aboutTheReader.includes(refusal.code) && { notice: refusal.message }),
      });
    case 'superseded':
      return supersededPage({
        view: view(),
        reader,
        round: seat.round.round,
        differences: await differencesSince(services, holder),
        ...(request.round.reason && { reason: request.round.reason }),
        ...offerOf(services, holder),
      });
    default:
      return refusedPage({
        code: refusal.code,
        // Left the directory, or lost the group by which they were asked; or which review is overdue, and since when.
        ...(saysWhy.includes(refusal.code) && { why: refusal.message }),
        ...offerOf(services, holder),
        answered: hasAnswered(holder),
      });
  }
}

/** The same after an attempt, which is recorded. */
export async function deadEndOf(
  services: ReviewServices,
  holder: LinkHolder,
  refusal: Refusal,
  body: { answer: string },
  reached: Reached,
): Promise<Page> {
  await note(services, holder, refusal, body, reached);
  return deadEnd(services, holder, refusal, true);
}

/** Records that the holder of a genuine link was refused. */
export async function note(
  services: ReviewServices,
  holder: LinkHolder,
  refusal: Refusal,
  body: { answer: string } | undefined,
  reached: Reached,
): Promise<void> {
  await noteRefused(services, holder, { nonce: services.ids.uuid(), answer: body?.answer ?? '', refusal, reached });
}

/** What it takes to withdraw, for whoever approved what is granted and has not taken effect. */
export function withdrawalOf(services: ReviewServices, holder: LinkHolder, comment?: string): Withdrawal | undefined {
  const { request, seat, link, revoked } = holder;
  if (request.status !== 'granted' || deadLink(request, seat, link, revoked, now(services))) return undefined;
  return hasOpenLink(holder) ? { nonce: seal(services, holder), ...(comment && { comment }) } : undefined;
}

/** Is the link's own time over? */
function isOver(services: ReviewServices, { link }: LinkHolder): boolean {
  return link.expires * 1000 <= services.clock().getTime();
}

async function differencesSince(services: ReviewServices, { request, seat }: LinkHolder) {
  const [before, after] = await Promise.all([payloadText(services, seat.round), payloadText(services, request.round)]);
  return differencesBetween(before, after);
}

/** Offered to whom the current round asks too. */
function offerOf(services: ReviewServices, holder: LinkHolder): { offer?: LinkOffer } {
  return hasOpenLink(holder) ? { offer: { nonce: seal(services, holder) } } : {};
}

/** Is there a link that could be mailed to them? Of what is granted, to whoever may take their approval back. */
export function hasOpenLink({ request, person }: LinkHolder): boolean {
  return person !== undefined && openLinksOf(request).includes(person.person);
}

/** Have they answered in the round that counts? */
function hasAnswered({ request, person }: LinkHolder): boolean {
  return request.round.votes.some((vote) => vote.person === person?.person);
}
