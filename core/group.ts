import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { base64urlnopad } from '@scure/base';
import { digestOf } from './canonical.ts';
import { deadLink, type FreshPerson, type Seat, seatOf, takeSeat } from './decide/seat.ts';
import { type EpochKeys, equalInConstantTime, type Link } from './link.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Request, Round } from './request.ts';
import { shownOf } from './shown.ts';

/** How many other requests one page offers to decide with its own. */
export const mostTogether = 20;

/**
 * What requests that may be decided together have in common (a digest): everything that an approver is shown of them, but
 * their keys, priorities and evidence, and the event or execution that each came by. Undefined for what is always decided
 * alone: any risk but low, a way round the gate, and what Countersign asks for itself.
 */
export function likenessOf({ source, claim, verified }: Request, round: Round): string | undefined {
  const { gate, digest, reason } = round;
  if (claim.risk !== 'low' || claim.override || gate.bypass || verified.via === 'own') return undefined;
  const { evidence, ...asked } = claim;
  const { execution, eventId, ...asker } = verified;
  const same = {
    ...{ id: '', source, requestId: '', round: 0, digest },
    claim: { ...asked, priority: claim.risk },
    verified: asker,
    gate: round.openedGate,
  };
  return digestOf({ ...shownOf(same), reason: reason ?? null });
}

/** Of whom a request waits beside the one whose page it is, by which link. */
export interface PageHolder {
  request: Request;
  link: Link;
  seat: Seat;
  person: FreshPerson | undefined;
  revoked: boolean;
}

/** The page's link as a link to the same seat of another request: nothing of it but the request is another. */
export function linkTo({ link }: Pick<PageHolder, 'link'>, other: Request): Link {
  return { ...link, id: other.id, round: other.round.round };
}

/** Why whoever holds the link of a page may not decide another request on it now; undefined where they may. */
export function whyNotTogether(page: PageHolder, other: Request, now: string): Refusal | undefined {
  const likeness = likenessOf(page.request, page.seat.round);
  if (likeness === undefined || other.id === page.request.id || likeness !== likenessOf(other, other.round))
    return refuse('not_together');
  const dead = deadLink(page.request, page.seat, page.link, page.revoked, now);
  if (dead) return dead;
  const link = linkTo(page, other);
  if (!seatOf(other, link)) return refuse('not_eligible');
  const seated = takeSeat(other, { link, holder: page.person, revoked: page.revoked }, now);
  if (!seated.ok) return seated.refusal;
  return isQuiet(other) ? undefined : refuse('not_together');
}

/** Has nobody said anything on it that would be read on its own page only? Bare approvals say nothing. */
function isQuiet({ comments, reports, rounds }: Request): boolean {
  const votes = rounds.flatMap((round) => round.votes);
  const bare = votes.every(
    ({ vote, comment, conditions, again, notBefore, notAfter }) =>
      vote === 'for' && !comment && !conditions?.length && !again && !notBefore && !notAfter,
  );
  const handedOn = rounds.some((round) => round.handedOn.some(({ comment }) => comment));
  return comments.length === 0 && reports.length === 0 && bare && !handedOn;
}

/** Another request as a page offered it: which, and what was shown of it. */
export interface Offered {
  id: string;
  shownDigest: string;
}

/** The value of the box that chooses another request: bound to the page, by its sealed nonce, and to what it shows. */
export function sealOffered({ id, shownDigest }: Offered, nonce: string, keys: EpochKeys): string {
  return `${id}.${shownDigest}.${mac(id, shownDigest, nonce, keys)}`;
}

/** What such a value stands for; undefined where it was made for another page or altered. */
export function unsealOffered(value: string, nonce: string, keys: EpochKeys): Offered | undefined {
  const [, id, shownDigest, signature] = /^([a-z2-7]{32})\.([0-9a-f]{64})\.([A-Za-z0-9_-]{32})$/.exec(value) ?? [];
  if (!id || !shownDigest || !signature) return undefined;
  const expected = mac(id, shownDigest, nonce, keys);
  return equalInConstantTime(utf8ToBytes(signature), utf8ToBytes(expected)) ? { id, shownDigest } : undefined;
}

function mac(id: string, shownDigest: string, nonce: string, keys: EpochKeys): string {
  const text = ['also', id, shownDigest, nonce].join('\n');
  return base64urlnopad.encode(hmac(sha256, keys.form, utf8ToBytes(text)).subarray(0, 24));
}
