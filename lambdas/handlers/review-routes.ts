import type { Reached } from '../../core/decide/vote.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { type LinkHolder, linkHolder } from '../commands/link-holder.ts';
import { runCommand } from '../commands/run-command.ts';
import { conditionsIn, type FormBody } from '../web/form-body.ts';
import { utcTime } from '../web/form-problems.ts';
import { linkSentPage, type Page, refusedPage, sendLink, statusPage, withdraw } from '../web/pages.ts';
import { statusViewOf } from '../web/view-of.ts';
import { readAnswer } from './review-answer.ts';
import { deadEnd, deadEndOf, note, withdrawalOf } from './review-dead-ends.ts';
import { form, now, type ReviewServices, seatedNow, unseal } from './review-form.ts';
import { perform, wasEdit, withdrawn } from './review-perform.ts';

export type { ReviewServices } from './review-form.ts';

/** GET: what the holder of this link may see now. Changes nothing, whoever asks and however often. */
export async function showReview(services: ReviewServices, token: string): Promise<Page> {
  const holder = await linkHolder(services, token);
  if (!holder) return unknownLink(services);
  const seated = seatedNow(services, holder);
  if (seated.ok) return form(services, holder, seated.request);
  return deadEnd(services, holder, seated.refusal);
}

/** POST: an answer from the review page. Looked at are, in this order: the link, where it comes from, the seat, the input. */
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
  const seated = seatedNow(services, holder);
  if (!sealed) {
    if (!seated.ok) return deadEndOf(services, holder, seated.refusal, body, reached);
    const why = 'It was not sent from a page that was made for this link.';
    await note(services, holder, refuse('wrong_origin'), body, reached);
    return form(services, holder, seated.request, { typed: body, status: 403, why });
  }
  // What a page did already is answered as it was, whatever holds now.
  const repeated = holder.request.commands.has(`page:${sealed.nonce}`) || wasEdit(holder, sealed.nonce);
  if (seated.ok && !repeated && sealed.stale)
    return form(services, holder, seated.request, { typed: body, status: 409 });
  if (body.answer === withdraw) {
    if (sealed.stale && !repeated) return staleWithdrawal(services, holder, body);
    return withdrawn(services, holder, { nonce: sealed.nonce, comment: body.comment, reached });
  }

  const read = await readAnswer(services, holder, body, now(services));
  if (!repeated && seated.ok && read.problems.length > 0)
    return form(services, holder, seated.request, { typed: body, status: 400, problems: read.problems });
  // A plain answer is refused by its own command; these would read the policy first.
  if (!repeated && !seated.ok && (read.kind === 'edit' || read.kind === 'delegate'))
    return deadEndOf(services, holder, seated.refusal, body, reached);
  return perform(services, holder, {
    body,
    read,
    sent: {
      answer: body.answer,
      comment: body.comment,
      conditions: conditionsIn(body.conditions),
      confirmed: [...(body.confirmed ?? [])],
      notBefore: utcTime(body.notBefore ?? ''),
      notAfter: utcTime(body.notAfter ?? ''),
      again: body.again ?? false,
      nonce: sealed.nonce,
      template: sealed.template,
      reached,
    },
  });
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

/** Where it stands, with what was typed: the page had grown too old to withdraw by. */
function staleWithdrawal(services: ReviewServices, holder: LinkHolder, body: FormBody): Page {
  const view = statusViewOf(holder.request, { now: now(services) });
  const withdrawal = withdrawalOf(services, holder, body.comment);
  return statusPage({ view, reader: holder.seat.approver, withdrawal, status: 409, stale: true });
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

function unknownLink(services: ReviewServices): Page {
  services.metrics.count('LinkRefused', { code: 'forged' });
  return refusedPage({ code: 'forged' });
}
