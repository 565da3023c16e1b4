import { unsealOffered } from '../../core/group.ts';
import { refuse } from '../../core/refusal.ts';
import { cast, type Sent } from '../commands/cast.ts';
import { became, decideAlso, flags } from '../commands/decide-together.ts';
import type { LinkHolder } from '../commands/link-holder.ts';
import type { FormBody } from '../web/form-body.ts';
import { type Page, togetherPage } from '../web/pages.ts';
import type { Read } from './review-answer.ts';
import { deadEnd, note } from './review-dead-ends.ts';
import { type Again, form, type ReviewServices, seatedNow } from './review-form.ts';
import { isAboutInput } from './review-perform.ts';

/** Gives the page's request and those chosen with it one answer, each by a command of its own, and says what became of each. */
export async function decidedTogether(
  services: ReviewServices,
  holder: LinkHolder,
  { body, read, sent }: { body: FormBody; read: Read; sent: Sent },
): Promise<Page> {
  const chosen = [...new Set(body.also)].map((value) => unsealOffered(value, body.nonce, holder.keys));
  const offered = chosen.flatMap((one) => one ?? []);
  if (offered.length < (body.also?.length ?? 0)) {
    const refusal = refuse('wrong_origin');
    await note(services, holder, refusal, body, sent.reached);
    const why = 'The requests that you chose as well are not those that this page offered.';
    return comeBack(services, holder, { typed: { ...body, also: [] }, status: refusal.status, why });
  }
  if (read.kind !== 'vote' || sent.notBefore !== undefined || sent.notAfter !== undefined) {
    const message =
      'Requests are decided together by a plain answer that takes effect at once: not by a comment, a delegation, changed values or an answer with times. Choose none of them, or answer plainly.';
    return comeBack(services, holder, { typed: body, status: 400, problems: [{ field: 'also', message }] });
  }
  const own = await cast(services, holder, sent, flags);
  if (own.kind === 'refused' && isAboutInput(own.refusal)) {
    const { status, message } = own.refusal;
    return comeBack(
      services,
      { ...holder, request: own.request ?? holder.request },
      { typed: body, status, why: message },
    );
  }
  const others = await Promise.all(offered.map((one) => decideAlso(services, holder, sent, one)));
  const { approver } = holder.seat;
  return togetherPage({
    reader: approver,
    comment: sent.comment,
    all: [became(holder.request.requestId, own), ...others],
  });
}

/** The form again, while there is a seat. */
async function comeBack(services: ReviewServices, holder: LinkHolder, again: Again): Promise<Page> {
  const seated = seatedNow(services, holder);
  return seated.ok ? form(services, holder, seated.request, again) : deadEnd(services, holder, seated.refusal, true);
}
