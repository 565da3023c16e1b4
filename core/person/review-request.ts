import type { Claim, Excluded } from '../claim.ts';
import type { Gate } from '../gate.ts';
import { excludedOf } from '../identity.ts';
import type { JsonObject } from '../json.ts';
import { limits } from '../limits.ts';
import type { EmergencyRule, Policy } from '../policy/policy.ts';
import { ownSources } from '../policy/resolve/own.ts';
import { resolve } from '../policy/resolve.ts';
import type { Refusal } from '../refusal.ts';
import type { SettledRequest } from '../request.ts';

/** The fact of a review that says when it is overdue (ISO). */
const dueFact = 'review_due';

/** What the review of an override asks, and of whom it must not be asked. */
export interface ReviewRequest {
  claim: Claim;
  payload: JsonObject;
  excluded: Excluded;
}

/** The request that reviews an override: by `policy`'s directory, overdue at `due` (ISO). */
export function reviewRequest(policy: Policy, override: SettledRequest, due: string): ReviewRequest {
  const { id, requestId, claim, verified, round } = override;
  const approved = round.votes.filter(({ vote }) => vote === 'for');
  const approvers = [...new Set(approved.map(({ by }) => by))];
  const justification = claim.override?.justification ?? '';
  const excluded = excludedOf(policy, {
    requestedBy: claim.requestedBy,
    authors: [...(claim.authors ?? []), ...approvers],
    ...(verified.person !== undefined && { verifiedPerson: verified.person }),
  });
  return {
    claim: {
      title: shortened(`Review of an emergency override: ${claim.title}`),
      description: `This was let through without its ordinary approval. Its justification: ${justification}`,
      requestedBy: claim.requestedBy,
      ...(approvers.length > 0 && { authors: approvers }),
      environment: claim.environment,
      priority: claim.priority,
      risk: claim.risk,
      facts: { [dueFact]: due },
    },
    payload: {
      override: id,
      requestId,
      title: claim.title,
      justification,
      digest: round.digest,
      decidedBy: approvers.length > 0 ? approvers : [claim.requestedBy],
    },
    excluded: {
      people: together(
        excluded.people,
        override.excluded.people,
        approved.map(({ person }) => person),
      ),
      addresses: together(excluded.addresses, override.excluded.addresses),
    },
  };
}

/** The gate of a review: as the override's policy plans it, with the people of `policy`. */
export function reviewGate(
  policy: Policy,
  emergency: EmergencyRule,
  { claim, payload, excluded }: ReviewRequest,
  now: string,
): Gate | Refusal {
  const source = ownSources.overrideReview;
  const resolved = resolve({ ...policy, emergency }, { now, source, claim, payload, excluded });
  return 'code' in resolved ? resolved : resolved.gate;
}

/** When a review is overdue (ISO); undefined for a request that is no review. */
export function reviewDue({ source, claim }: { source: string; claim: Claim }): string | undefined {
  const due = claim.facts?.[dueFact];
  return source === ownSources.overrideReview && typeof due === 'string' ? due : undefined;
}

function shortened(title: string): string {
  const letters = [...title];
  return letters.length <= limits.title ? title : `${letters.slice(0, limits.title - 1).join('')}…`;
}

function together(...lists: string[][]): string[] {
  return [...new Set(lists.flat())].sort();
}
