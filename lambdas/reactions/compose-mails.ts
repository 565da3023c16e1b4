import type { DueMail } from '../../core/due-mails.ts';
import { type EpochKeys, mintLink } from '../../core/link.ts';
import type { PolicyPointer } from '../../core/policy/policy.ts';
import type { PendingRequest, Request } from '../../core/request.ts';
import type { ReviewView } from '../../core/view.ts';
import { payloadText, revisedPayloadText } from '../commands/stored-payload.ts';
import { grantedMail } from '../mail/granted-mail.ts';
import { outcomeMail } from '../mail/outcome-mail.ts';
import { requestMail } from '../mail/request-mail.ts';
import { unreachableMail } from '../mail/unreachable-mail.ts';
import { windowMail } from '../mail/window-mail.ts';
import type { Mail, PayloadReader, PolicyInForce, Services } from '../services.ts';
import { reviewViewOf, statusViewOf } from '../web/view-of.ts';

export type ComposingServices = Pick<Services, 'log' | 'clock' | 'linkKeys'> & {
  policy: Pick<PolicyInForce, 'pointer'>;
  payloads: PayloadReader;
  reviewBaseUrl: string;
};

/** Makes mails of one request; what they share is read once. `pointer`: of the policy in force, where it was read already. */
export function composer(
  services: ComposingServices,
  request: Request,
  pointer?: PolicyPointer,
): (due: DueMail) => Promise<Mail> {
  const now = services.clock().toISOString();
  let shared: Promise<Shared> | undefined;
  let first: ReviewView | undefined;
  return async (due) => {
    switch (due.kind) {
      case 'ask': {
        if (request.status !== 'pending') throw new Error('a request that is not pending asks nobody');
        shared ??= share(services, request, pointer);
        const { text, revised, keys } = await shared;
        const { approver } = due;
        // Digests and differences are worked out once: a payload may have a megabyte, and fifty people may be asked.
        first ??= reviewViewOf(request, {
          payloadText: text,
          ...(revised !== undefined && { revisedPayloadText: revised }),
          person: approver.person,
          now,
        });
        const view: ReviewView = { ...first, approver: { name: approver.name, address: approver.address } };
        return requestMail({ view, link: askLink(services, request.id, due, keys), expires: due.expires });
      }
      case 'granted': {
        const { approver, link } = due;
        const view = statusViewOf(request, { now });
        if (!link) return grantedMail({ view, to: approver.address });
        const expires = Math.ceil(Date.parse(link.expires) / 1000);
        const keys = await newestKeys(services, pointer);
        const token = mintLink({ ...link, id: request.id, person: approver.person, expires }, keys);
        return grantedMail({ view, to: approver.address, link: `${services.reviewBaseUrl}/r/${token}` });
      }
      case 'grant':
        return grantedMail({ view: statusViewOf(request, { now }), to: due.to });
      case 'settled':
        return outcomeMail({ view: statusViewOf(request, { now }), to: due.approver.address, as: 'asked' });
      case 'window':
        if (!request.maintenance) throw new Error('a request for no window has no news of one');
        return windowMail({ ...due, id: request.id, ...request.maintenance, askedBy: request.claim.requestedBy });
      case 'unreachable':
        return unreachableMail({ view: statusViewOf(request, { now }), to: due.to, problems: problemsOf(request) });
      case 'outcome':
        return outcomeMail({ view: statusViewOf(request, { now }), to: due.to, as: 'requester' });
    }
  };
}

function problemsOf({ unreachable }: Request): readonly string[] {
  if (!unreachable) throw new Error('a gate that is within reach has nothing that keeps it from being met');
  return unreachable.problems;
}

/** The link of a mail that asks, absolute. */
export function askLink(
  { reviewBaseUrl }: Pick<ComposingServices, 'reviewBaseUrl'>,
  id: string,
  { round, stage, generation, approver, expires }: Extract<DueMail, { kind: 'ask' }>,
  keys: EpochKeys,
): string {
  const link = {
    id,
    round,
    stage,
    generation,
    person: approver.person,
    expires: Math.ceil(Date.parse(expires) / 1000),
  };
  return `${reviewBaseUrl}/r/${mintLink(link, keys)}`;
}

interface Shared {
  text: string;
  revised: string | undefined;
  keys: EpochKeys;
}

/** The keys that new links are signed with. */
export async function newestKeys(services: ComposingServices, known?: PolicyPointer): Promise<EpochKeys> {
  const pointer = known ?? (await services.policy.pointer());
  if (!pointer) throw new Error('no policy is published, so there is no link key');
  return services.linkKeys.of(pointer.epoch);
}

async function share(services: ComposingServices, request: PendingRequest, pointer?: PolicyPointer): Promise<Shared> {
  const [text, revised, keys] = await Promise.all([
    payloadText(services, request.round),
    revisedPayloadText(services, request),
    newestKeys(services, pointer),
  ]);
  return { text, revised, keys };
}
