import { takeSeat } from '../../core/decide/seat.ts';
import { sealForm, unsealForm } from '../../core/form.ts';
import type { PendingRequest } from '../../core/request.ts';
import type { FormProblem, TypedForm } from '../../core/view.ts';
import { byLink } from '../commands/cast.ts';
import type { LinkHolder } from '../commands/link-holder.ts';
import { payloadText, revisedPayloadText } from '../commands/stored-payload.ts';
import type { AlikeRequests, PayloadStore, PolicyInForce, PolicyStore, Services } from '../services.ts';
import { cannotBeShownPage, type Page, reviewPage, staleFormPage, templateHash } from '../web/pages.ts';
import { CannotBeShown, reviewViewOf } from '../web/view-of.ts';
import { offeredWith } from './review-group.ts';

export type ReviewServices = Pick<Services, 'log' | 'people' | 'linkKeys' | 'clock' | 'ids' | 'metrics'> & {
  /** A version is read only to hand a seat on, to edit, and for whose an override is where AWS does not say. */
  policy: PolicyInForce & Pick<PolicyStore, 'version'>;
  payloads: Omit<PayloadStore, 'fetchIncoming'>;
  alike: AlikeRequests;
};

/** May the holder of this link answer now? */
export function seatedNow(services: ReviewServices, holder: LinkHolder): ReturnType<typeof takeSeat> {
  return takeSeat(holder.request, byLink(holder), now(services));
}

/** The page a nonce was made for, if that was one for this link and its round. */
export function unseal(
  services: ReviewServices,
  { token, seat, keys }: LinkHolder,
  body: { nonce: string },
): ReturnType<typeof unsealForm> {
  return unsealForm(body.nonce, { token, shownDigest: seat.round.shownDigest, now: seconds(services) }, keys);
}

/** A new page's nonce. */
export function seal(services: ReviewServices, { token, seat, keys }: LinkHolder): string {
  const random = services.ids.random(9);
  return sealForm(
    { token, shownDigest: seat.round.shownDigest, template: templateHash(), madeAt: seconds(services), random },
    keys,
  );
}

/** What came of a form that was not taken: what was typed in it, and why it comes back. */
export interface Again {
  typed: TypedForm;
  status: number;
  why?: string;
  problems?: readonly FormProblem[];
}

/** The form, fresh or again. What cannot be shown as it was digested is not offered for decision. */
export async function form(
  services: ReviewServices,
  holder: LinkHolder,
  request: PendingRequest,
  again?: Again,
): Promise<Page> {
  const nonce = seal(services, holder);
  const [text, revised, alike] = await Promise.all([
    payloadText(services, request.round),
    revisedPayloadText(services, request),
    offeredWith(services, holder, nonce),
  ]);
  try {
    const view = reviewViewOf(request, {
      payloadText: text,
      ...(revised !== undefined && { revisedPayloadText: revised }),
      person: holder.seat.approver.person,
      now: now(services),
    });
    const props = { view: { ...view, alike }, nonce, action: '' };
    return again ? staleFormPage({ ...props, ...again }) : reviewPage(props);
  } catch (fault) {
    if (!(fault instanceof CannotBeShown)) throw fault;
    console.error({ message: 'a request cannot be shown as it was digested', id: request.id, fault: String(fault) });
    return cannotBeShownPage();
  }
}

export function now(services: ReviewServices): string {
  return services.clock().toISOString();
}

function seconds(services: ReviewServices): number {
  return Math.floor(services.clock().getTime() / 1000);
}
