import type { Reached } from '../../core/decide/vote.ts';
import { differencesBetween } from '../../core/difference.ts';
import type { Refusal } from '../../core/refusal.ts';
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
        // Left the directory, or lost the group by which they were asked.
        ...(refusal.code === 'not_eligible' && { why: refusal.message }),
        ...offerOf(services, holder),
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
  const { request, person, seat, revoked } = holder;
  if (request.status !== 'granted' || revoked || seat.round.round !== request.round.round) return undefined;
  const approved = request.round.votes.some((vote) => vote.person === person?.person && vote.vote === 'for');
  return approved ? { nonce: seal(services, holder), ...(comment && { comment }) } : undefined;
}

async function differencesSince(services: ReviewServices, { request, seat }: LinkHolder) {
  const [before, after] = await Promise.all([payloadText(services, seat.round), payloadText(services, request.round)]);
  return differencesBetween(before, after);
}

/** Offered to whom the current round asks too. */
function offerOf(services: ReviewServices, holder: LinkHolder): { offer?: LinkOffer } {
  const { request, person } = holder;
  if (request.status !== 'pending' || !person) return {};
  const asked = request.round.gate.stages[request.round.stage]?.approvers.some((a) => a.person === person.person);
  return asked ? { offer: { nonce: seal(services, holder) } } : {};
}
