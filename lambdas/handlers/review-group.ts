import { sealOffered } from '../../core/group.ts';
import { deadlineOf } from '../../core/request.ts';
import type { AlikeView } from '../../core/view.ts';
import { alikeWaiting } from '../commands/decide-together.ts';
import type { LinkHolder } from '../commands/link-holder.ts';

/** Identical requests to be offered with a page, sealed with its nonce. They are a help: where they cannot be read there are none. */
export async function offeredWith(
  services: Parameters<typeof alikeWaiting>[0],
  page: LinkHolder,
  nonce: string,
): Promise<AlikeView[]> {
  try {
    const requests = await alikeWaiting(services, page);
    return requests
      .map((request) => ({
        value: sealOffered({ id: request.id, shownDigest: request.round.shownDigest }, nonce, page.keys),
        requestId: request.requestId,
        openedAt: request.openedAt,
        deadline: deadlineOf(request),
        priority: request.claim.priority,
        evidence: request.claim.evidence ?? [],
      }))
      .sort((a, b) => (a.deadline < b.deadline ? -1 : 1));
  } catch (fault) {
    console.error({ message: 'identical requests could not be read', id: page.request.id, fault: String(fault) });
    return [];
  }
}
