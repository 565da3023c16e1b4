import * as z from 'zod/mini';
import type { Claim, Excluded, Verified } from '../claim.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { Gate } from '../gate.ts';
import { addressesOf, excludedOf, peopleAt, peopleNamedAt, personOfPrincipal } from '../identity.ts';
import { Json } from '../json.ts';
import { type Problem, type Refusal, refuse } from '../refusal.ts';
import type { Request } from '../request.ts';
import { counted } from '../review-words.ts';
import type { PolicyChange } from './changes.ts';
import { ownSources } from './own-sources.ts';
import type { Policy } from './policy.ts';
import { resolve } from './resolve.ts';

/** What a request for another policy would do. Policies are named by their digests. */
export const ChangePayload = z.object({
  from: z.string(),
  to: z.string(),
  /** When (ISO) `from` came into force: should it be in force again later, this is not asked of it any more. */
  since: z.string(),
  changes: z.array(z.object({ path: z.string(), before: z.optional(Json), after: z.optional(Json) })),
});
export type ChangePayload = z.infer<typeof ChangePayload>;

/** Said first wherever a change is shown that does this. */
export const withoutGate =
  'It takes `policy_change` away: from then on whoever may publish changes the policy without anybody’s approval.';

/** A policy that somebody publishes, and the one it would take the place of. */
export interface Publication {
  /** ARN of whoever publishes, and their account. */
  publisher: { arn: string; account: string };
  /** Addresses of those who wrote it: they do not decide either. Somebody of the directory where the publisher is nobody. */
  authors?: readonly string[];
  inForce: Policy;
  next: Policy;
  /** The two by their digests, and since when the first is in force. */
  from: string;
  to: string;
  since: string;
  changes: PolicyChange[];
}

/** The request for it. A change of the policy is high risk, and has an environment of its own. */
export interface ChangeRequest {
  source: typeof ownSources.policyChange;
  claim: Claim;
  account: string;
  verified: Verified;
  excluded: Excluded;
  payload: { from: string; to: string; since: string; changes: PolicyChange[] };
}

/** `attempt`: 1 for the first time; what was turned down or ran out may be asked again. */
export function changeKey({ to, from }: Pick<Publication, 'to' | 'from'>, attempt: number): string {
  return attempt === 1 ? `policy:${to}:${from}` : `policy:${to}:${from}:${attempt}`;
}

/**
 * Refuses where it cannot be told who must not approve the change: whoever publishes is nobody of the directory and names
 * nobody who is, or an author is nobody. A person publishing for themselves needs to name nobody.
 */
export function authorsMissing({ publisher, inForce, authors = [] }: Publication): Refusal | undefined {
  const emails = Object.values(inForce.directory.people).map(({ email }) => email);
  const problems: Problem[] = authors.flatMap((author, at) => {
    if (peopleNamedAt(inForce, author).length > 0) return [];
    const suggestion = didYouMean(author, emails);
    const message = `'${author}' is nobody in the directory of the policy in force`;
    return [{ path: `authors.${at}`, message, ...(suggestion !== undefined && { suggestion }) }];
  });
  if (problems.length > 0) return refuse('invalid', 'Nothing was published: an author is not known.', problems);
  if (authors.length > 0 || personOfPrincipal(inForce, publisher.arn) !== undefined) return undefined;
  return refuse(
    'claim_not_allowed',
    `The policy in force does not know who ${publisher.arn} is, so it cannot be told who must not approve this change. Name who wrote it (countersign policy publish --author ADDRESS, or \`authors\` in the body), or publish as a person whose \`principals\` are in the directory.`,
    'authors',
  );
}

export function changeRequest(of: Publication): ChangeRequest {
  const { publisher, inForce, from, to, since, changes } = of;
  const person = personOfPrincipal(inForce, publisher.arn);
  const address = person === undefined ? undefined : inForce.directory.people[person]?.email;
  return {
    source: ownSources.policyChange,
    claim: claimOf(of, address ?? publisher.arn, describe(of)),
    account: publisher.account,
    verified: {
      via: 'api',
      account: publisher.account,
      principal: publisher.arn,
      ...(person !== undefined && { person }),
    },
    excluded: excludedFrom(of),
    payload: { from, to, since, changes },
  };
}

/** The gate that the policy in force has for it. */
export function changeGate(inForce: Policy, request: ChangeRequest, now: string): Gate | Refusal {
  const { source, claim, excluded, verified, payload } = request;
  const situation = { now, source, claim, payload, excluded, verified: verified.person };
  const resolved = resolve(inForce, situation);
  return 'code' in resolved ? resolved : resolved.gate;
}

/** Published by whoever may invoke the function that publishes, past the policy's own gate, for the reason they give. */
export function breakGlassRequest(
  of: Pick<Publication, 'from' | 'to' | 'since' | 'changes'>,
  { reason, account }: { reason: string; account: string },
): Pick<ChangeRequest, 'source' | 'claim' | 'account' | 'excluded' | 'payload'> & { gate: Gate } {
  const { from, to, since, changes } = of;
  return {
    source: ownSources.policyChange,
    claim: claimOf(of, 'whoever may invoke the publishing function', `Past the gate of the policy in force: ${reason}`),
    account,
    excluded: { people: [], addresses: [] },
    payload: { from, to, since, changes },
    gate: { workflow: 'emergency_bypass', stages: [], bypass: { kind: 'policy_break_glass', reason } },
  };
}

/** Was this let through: by its gate, or by breaking the glass? */
export function mayTakeEffect(request: Request): boolean {
  if (request.source !== ownSources.policyChange || request.status !== 'settled') return false;
  if (request.outcome === 'approved') return true;
  return request.outcome === 'bypassed' && request.round.gate.bypass?.kind === 'policy_break_glass';
}

function claimOf(
  { changes, authors = [] }: Pick<Publication, 'changes' | 'authors'>,
  requestedBy: string,
  description: string,
): Claim {
  const title = `Change of the policy: ${counted(changes.length, 'change')}`;
  return {
    title,
    description,
    requestedBy,
    ...(authors.length > 0 && { authors: [...authors] }),
    environment: 'policy',
    priority: 'high',
    risk: 'high',
  };
}

function describe({ from, to, inForce, next }: Publication): string {
  const publishes = `Publishes the policy ${to} in place of ${from}.`;
  if (!inForce.policyChange || next.policyChange) return publishes;
  return `${withoutGate} ${publishes}`;
}

/** Whoever publishes, as the policy in force knows them and as the new one would: neither can hide that it is them. */
function excludedFrom({ publisher, inForce, next, authors = [] }: Publication): Excluded {
  const keys = [inForce, next].flatMap((policy) => [
    ...[personOfPrincipal(policy, publisher.arn) ?? []].flat(),
    ...authors.flatMap((author) => peopleNamedAt(policy, author)),
  ]);
  const theirs = [inForce, next].flatMap(({ directory }) =>
    keys.flatMap((key) => (Object.hasOwn(directory.people, key) ? (directory.people[key] ?? []) : [])),
  );
  const named = theirs.flatMap(({ email, aliases = [] }) => [email, ...aliases]);
  const known = excludedOf(inForce, { authors: [...named, ...authors] });
  const people = [...known.people, ...keys, ...named.flatMap((address) => peopleAt(inForce, address))];
  const addresses = [...known.addresses, ...theirs.flatMap(addressesOf)];
  return { people: [...new Set(people)].sort(), addresses: [...new Set(addresses)].sort() };
}
