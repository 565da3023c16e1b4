import { takeSeat } from '../../core/decide/seat.ts';
import type { Reached } from '../../core/decide/vote.ts';
import { differencesBetween } from '../../core/difference.ts';
import { sealForm, unsealForm } from '../../core/form.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { PendingRequest } from '../../core/request.ts';
import { cast, noteRefused } from '../commands/cast.ts';
import { type LinkHolder, linkHolder } from '../commands/link-holder.ts';
import { runCommand } from '../commands/run-command.ts';
import { payloadText, revisedPayloadText } from '../reactions/material.ts';
import type { PayloadReader, PolicyInForce, Services } from '../services.ts';
import { conditionsIn, type FormBody, tooLong } from '../web/form-body.ts';
import {
  cannotBeShownPage,
  decidedMeanwhilePage,
  type LinkOffer,
  linkSentPage,
  type Page,
  recordedPage,
  refusedPage,
  reviewPage,
  sendLink,
  staleFormPage,
  statusPage,
  supersededPage,
  templateHash,
} from '../web/pages.ts';
import { CannotBeShown, recordedAnswerOf, reviewViewOf, statusViewOf } from '../web/view-of.ts';

export type ReviewServices = Pick<Services, 'log' | 'linkKeys' | 'clock' | 'ids' | 'metrics'> & {
  policy: PolicyInForce;
  payloads: PayloadReader;
};

/** GET: what the holder of this link may see now. Changes nothing, whoever asks and however often. */
export async function showReview(services: ReviewServices, token: string): Promise<Page> {
  const holder = await linkHolder(services, token);
  if (!holder) return unknownLink(services);
  const seated = seatedNow(services, holder);
  if (seated.ok) return form(services, holder, seated.request);
  return deadEnd(services, holder, seated.refusal);
}

/** POST: an answer from the review page. */
export async function answerReview(
  services: ReviewServices,
  token: string,
  sent: { body: FormBody | undefined; ours: boolean; reached: Reached },
): Promise<Page> {
  const holder = await linkHolder(services, token);
  if (!holder) return unknownLink(services);
  const { body, reached } = sent;
  if (!sent.ours) return refusedAttempt(services, holder, refuse('wrong_origin'), body, reached);
  if (!body) return refusedAttempt(services, holder, refuse('invalid'), body, reached);

  const sealed = unseal(services, holder, body);
  if (sealed && body.answer === sendLink) return sendCurrentLink(services, holder, sealed.nonce);
  const repeated = sealed && holder.request.commands.has(`page:${sealed.nonce}`);
  const seated = seatedNow(services, holder);
  if (!repeated && seated.ok) {
    const typed = { comment: body.comment, conditions: body.conditions };
    if (!sealed) {
      const why = 'It was not sent from a page that was made for this link.';
      await note(services, holder, refuse('wrong_origin'), body, reached);
      return form(services, holder, seated.request, { typed, status: 403, why });
    }
    if (sealed.stale) return form(services, holder, seated.request, { typed, status: 409 });
    const why =
      tooLong(body) ?? (body.answer === 'comment' && body.comment === '' ? 'There is no comment yet.' : undefined);
    if (why) return form(services, holder, seated.request, { typed, status: 400, why });
  }
  if (!sealed) return deadEndOf(services, holder, seated.ok ? refuse('wrong_origin') : seated.refusal, body, reached);

  const done = await cast(services, holder, {
    answer: body.answer,
    comment: body.comment,
    conditions: conditionsIn(body.conditions),
    nonce: sealed.nonce,
    template: sealed.template,
    reached,
  });
  if (done.kind === 'refused')
    return deadEnd(services, { ...holder, request: done.request ?? holder.request }, done.refusal, true);
  const view = statusViewOf(done.request, { now: now(services) });
  const recorded = recordedAnswerOf(done.request, done.entry.seq);
  const reader = holder.seat.approver;
  return recorded ? recordedPage({ view, recorded, reader }) : statusPage({ view, reader });
}

/** Mails the current link to whom this one was mailed to. */
async function sendCurrentLink(services: ReviewServices, holder: LinkHolder, nonce: string): Promise<Page> {
  const { person, seat } = holder;
  if (!person) return refusedPage({ code: 'not_eligible' });
  const done = await runCommand(services, holder.link.id, {
    type: 'reissue',
    commandId: `page:${nonce}`,
    person: person.person,
    by: seat.approver.address,
    reason: 'asked for from a link that no longer works',
  });
  if (done.kind === 'refused')
    return deadEnd(services, { ...holder, request: done.request ?? holder.request }, done.refusal);
  return linkSentPage();
}

function seatedNow(services: ReviewServices, holder: LinkHolder): ReturnType<typeof takeSeat> {
  return takeSeat(holder.request, holder.link, holder.person, holder.revoked, now(services));
}

function unseal(
  services: ReviewServices,
  { token, seat, keys }: LinkHolder,
  body: FormBody,
): ReturnType<typeof unsealForm> {
  return unsealForm(body.nonce, { token, shownDigest: seat.round.shownDigest, now: seconds(services) }, keys);
}

function seal(services: ReviewServices, { token, seat, keys }: LinkHolder): string {
  const random = services.ids.random(9);
  return sealForm(
    { token, shownDigest: seat.round.shownDigest, template: templateHash(), madeAt: seconds(services), random },
    keys,
  );
}

/** The form, fresh or again. What cannot be shown as it was digested is not offered for decision. */
async function form(
  services: ReviewServices,
  holder: LinkHolder,
  request: PendingRequest,
  again?: { typed: { comment: string; conditions: string }; status: number; why?: string },
): Promise<Page> {
  const [text, revised] = await Promise.all([
    payloadText(services, request.round),
    revisedPayloadText(services, request),
  ]);
  try {
    const view = reviewViewOf(request, {
      payloadText: text,
      ...(revised !== undefined && { revisedPayloadText: revised }),
      person: holder.seat.approver.person,
      now: now(services),
    });
    const props = { view, nonce: seal(services, holder), action: '' };
    return again ? staleFormPage({ ...props, ...again }) : reviewPage(props);
  } catch (fault) {
    if (!(fault instanceof CannotBeShown)) throw fault;
    console.error({ message: 'a request cannot be shown as it was digested', id: request.id, fault: String(fault) });
    return cannotBeShownPage();
  }
}

/** What a link shows that cannot decide; `answered`: somebody has just tried to. */
async function deadEnd(
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
      return answered
        ? decidedMeanwhilePage({ view: view(), reader, status: refusal.status, why: refusal.message })
        : statusPage({ view: view(), reader });
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
      return refusedPage({ code: refusal.code, ...offerOf(services, holder) });
  }
}

async function deadEndOf(
  services: ReviewServices,
  holder: LinkHolder,
  refusal: Refusal,
  body: FormBody,
  reached: Reached,
): Promise<Page> {
  await note(services, holder, refusal, body, reached);
  return deadEnd(services, holder, refusal, true);
}

async function refusedAttempt(
  services: ReviewServices,
  holder: LinkHolder,
  refusal: Refusal,
  body: FormBody | undefined,
  reached: Reached,
): Promise<Page> {
  await note(services, holder, refusal, body, reached);
  return refusedPage({ code: refusal.code });
}

async function note(
  services: ReviewServices,
  holder: LinkHolder,
  refusal: Refusal,
  body: FormBody | undefined,
  reached: Reached,
): Promise<void> {
  await noteRefused(services, holder, { nonce: services.ids.uuid(), answer: body?.answer ?? '', refusal, reached });
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

function unknownLink(services: ReviewServices): Page {
  services.metrics.count('LinkRefused', { code: 'forged' });
  return refusedPage({ code: 'forged' });
}

function now(services: ReviewServices): string {
  return services.clock().toISOString();
}

function seconds(services: ReviewServices): number {
  return Math.floor(services.clock().getTime() / 1000);
}
