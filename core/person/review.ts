import { requestIdentity } from '../canonical.ts';
import type { Claim, Verified } from '../claim.ts';
import { canonicalAddress, findPerson, peopleAt, peopleNamedAt } from '../identity.ts';
import type { Policy } from '../policy/policy.ts';
import { ownSources } from '../policy/resolve/own.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { Request, SettledRequest } from '../request.ts';
import { isJudgement, type PersonRecord } from './fold.ts';

/** Whose override a request is: the verified person's; else theirs who it says asks for it. */
export function overriddenBy(policy: Policy, { verified, claim }: { verified: Verified; claim: Claim }): string {
  return verified.person ?? personAt(policy, claim.requestedBy);
}

/** May they have one? Nobody's log would be asked for the reviews of somebody whom the directory does not know. */
export function overrideBySomebody(
  policy: Policy,
  { verified, claim }: { verified: Verified; claim: Claim },
): Refusal | undefined {
  const { requestedBy } = claim;
  if (verified.person !== undefined || peopleNamedAt(policy, requestedBy).length > 0) return undefined;
  return refuse(
    'claim_not_allowed',
    `An emergency override is somebody's: '${requestedBy}' is nobody in the policy's directory. Name who asks for it by an address of theirs.`,
    'requestedBy',
  );
}

/** Who has a log for this address: as the directory knows it, in whatever disguise; else the address itself. */
export function personAt(policy: Policy, address: string): string {
  return findPerson(policy, address)?.key ?? peopleAt(policy, address)[0] ?? canonicalAddress(address);
}

/** The nth review (from 1) of an override: another follows where one ended without a judgement. */
export interface ReviewOf {
  override: string;
  nth: number;
}

/** The caller's key of the request that reviews an override, and its `id`. */
export function reviewKey({ override, nth }: ReviewOf): { requestId: string; id: string } {
  const requestId = nth === 1 ? `review:${override}` : `review:${override}:${nth}`;
  return { requestId, id: requestIdentity(ownSources.overrideReview, requestId) };
}

/** How far back it is looked whether an override took effect and nobody has noted yet that its review is owed. */
const unsettledFor = 30 * 24 * 3600_000;

/** Overrides of which the log does not say yet whether they took effect: waiting, refused, or their reactions are late. */
export function unaccounted({ overrides, commands }: PersonRecord, now: string): string[] {
  const since = new Date(Date.parse(now) - unsettledFor).toISOString();
  return overrides
    .filter(({ request, at }) => at > since && !commands.has(`owed:${reviewKey({ override: request, nth: 1 }).id}`))
    .map(({ request }) => request);
}

/** What a request reviews; undefined where it is no review. */
export function reviewOf({ source, requestId }: Pick<Request, 'source' | 'requestId'>): ReviewOf | undefined {
  const [, override, nth] = /^review:([a-z2-7]{32})(?::(\d+))?$/.exec(requestId) ?? [];
  return source === ownSources.overrideReview && override !== undefined
    ? { override, nth: Number(nth ?? 1) }
    : undefined;
}

/** The review that has to be opened because of this request: it was let through by an override, or is a review that nobody judged. */
export function reviewWanted(request: Request): ReviewOf | undefined {
  if (request.status !== 'settled' || request.review !== undefined) return undefined;
  const reviewed = reviewOf(request);
  if (reviewed) return isJudgement(request.outcome) ? undefined : { ...reviewed, nth: reviewed.nth + 1 };
  return wasOverride(request) ? { override: request.id, nth: 1 } : undefined;
}

/** Was it let through by an emergency override? */
export function wasOverride(request: SettledRequest): boolean {
  return request.outcome === 'bypassed' && request.round.gate.bypass?.kind === 'emergency_override';
}
