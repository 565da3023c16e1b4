import type { Reached } from '../../core/decide/vote.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { type LinkHolder, linkHolder } from '../commands/link-holder.ts';
import { runLinkCommand } from '../commands/run-command.ts';
import { conditionsIn, type FormBody } from '../web/form-body.ts';
import { utcTime } from '../web/form-problems.ts';
import { linkSentPage, type Page, refusedPage, sendLink, withdraw } from '../web/pages.ts';
import { reportThis } from '../web/report-form.ts';
import { readAnswer } from './review-answer.ts';
import { deadEnd, deadEndOf, hasOpenLink, note } from './review-dead-ends.ts';
import { form, now, type ReviewServices, seatedNow, unseal } from './review-form.ts';
import { isRepeated, perform, withdrawalAgain, withdrawn } from './review-perform.ts';
import { reported } from './review-report.ts';
import { decidedTogether } from './review-together.ts';

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
  // Also of what has been settled meanwhile, and from a page however old.
  if (sealed && body.answer === reportThis)
    return reported(services, holder, { nonce: sealed.nonce, comment: body.comment, reached });
  const seated = seatedNow(services, holder);
  if (!sealed) {
    if (!seated.ok) return deadEndOf(services, holder, seated.refusal, body, reached);
    const why = 'It was not sent from a page that was made for this link.';
    await note(services, holder, refuse('wrong_origin'), body, reached);
    return form(services, holder, seated.request, { typed: body, status: 403, why });
  }
  // What a page did already is answered as it was, whatever holds now.
  const repeated = isRepeated(holder, sealed.nonce);
  if (seated.ok && !repeated && sealed.stale)
    return form(services, holder, seated.request, { typed: body, status: 409 });
  if (body.answer === withdraw) {
    if (sealed.stale && !repeated && holder.request.status === 'granted')
      return withdrawalAgain(services, holder, body.comment, 409, 'The page was too old to be used as it was.');
    return withdrawn(services, holder, { nonce: sealed.nonce, comment: body.comment, reached });
  }

  const read = await readAnswer(services, holder, body, now(services));
  if (!repeated && seated.ok && read.problems.length > 0)
    return form(services, holder, seated.request, { typed: body, status: 400, problems: read.problems });
  // A plain answer is refused by its own command; these would read the policy first.
  if (!repeated && !seated.ok && (read.kind === 'edit' || read.kind === 'delegate'))
    return deadEndOf(services, holder, seated.refusal, body, reached);
  const asked = {
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
  };
  // A page too old decides nothing, and whose seat is gone is told so below.
  const together = body.also?.length && (repeated || !sealed.stale);
  return together ? decidedTogether(services, holder, asked) : perform(services, holder, asked);
}

/** Mails the current link to whom this one was mailed to. */
async function sendCurrentLink(services: ReviewServices, holder: LinkHolder, nonce: string): Promise<Page> {
  const { person, seat } = holder;
  if (!person) return refusedPage({ code: 'not_eligible' });
  // A page that offered it may be old: who is not asked any more is told where things stand.
  const seated = seatedNow(services, holder);
  if (!seated.ok && (seated.refusal.code === 'not_eligible' || !hasOpenLink(holder)))
    return deadEnd(services, holder, seated.refusal);
  const done = await runLinkCommand(services, holder.link.id, {
    type: 'reissue',
    // Not the id of what the same page's form decides.
    commandId: `link:${nonce}`,
    person: person.person,
    by: seat.approver.address,
    reason: 'asked for from a link that no longer works',
  });
  if (done.kind === 'refused')
    return deadEnd(services, { ...holder, request: done.request ?? holder.request }, done.refusal);
  return linkSentPage();
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
