import { digestOf } from './canonical.ts';
import type { Claim, Verified } from './claim.ts';
import { type Approver, type Because, type Bypass, type Gate, ruleInWords } from './gate.ts';
import type { Request, Round } from './request.ts';

/** One difference between what an earlier request would have done and what this one would. `path` is a JSON Pointer. */
export interface Difference {
  path: string;
  kind: 'added' | 'removed' | 'changed';
  /** Canonical JSON text. */
  before?: string;
  after?: string;
}

/**
 * Everything an approver is shown of one round that they decide on: mail and page are rendered from this and from
 * nothing else, save what happens meanwhile (votes, comments, time). Its digest is the round's `shownDigest`, computed
 * again whenever it is shown: this form is frozen, and another one needs a number in the entry (none: this one). What a gate
 * of an earlier version does not have is left out of it.
 */
export interface Shown {
  id: string;
  source: string;
  requestId: string;
  round: number;
  claim: Claim;
  verified: Verified;
  /** Digest of the payload's canonical text; the text itself is checked against it before it is shown. */
  digest: string;
  stages: ShownStage[];
  because?: Because[];
  bypass?: Bypass;
  /** When the approval takes effect at the earliest, and at the latest (ISO). */
  notBefore?: string;
  notAfter?: string;
  revises?: { requestId: string; digest: string };
}

/** A stage as it is asked. What happens to its seats meanwhile is no part of it. */
export interface ShownStage {
  name: string;
  rule: string;
  /** Each with whom they sit for, where it is not their own seat. */
  approvers: string[];
  criteria: string[];
  without?: string[];
  from?: string;
  /** Who can stand for which group (directory keys), where one from each is asked. */
  groups?: { name: string; people: string[] }[];
  /** Which answers have to say why. */
  comment?: 'always' | 'unless_approved';
}

export interface ShownOf {
  id: string;
  source: string;
  requestId: string;
  round: number;
  claim: Claim;
  verified: Verified;
  digest: string;
  gate: Gate;
  /** Digest of what the revised request would have done. */
  revisedDigest?: string;
}

export function shownOf(of: ShownOf): Shown {
  const { because, bypass, notBefore, notAfter } = of.gate;
  return {
    id: of.id,
    source: of.source,
    requestId: of.requestId,
    round: of.round,
    claim: of.claim,
    verified: of.verified,
    digest: of.digest,
    stages: of.gate.stages.map((stage) => ({
      name: stage.name,
      rule: ruleInWords(stage),
      approvers: stage.approvers.map(named),
      criteria: stage.criteria ?? [],
      ...(stage.without && { without: stage.without.map(named) }),
      ...(stage.from !== undefined && { from: stage.from }),
      ...(stage.groups && { groups: stage.groups }),
      ...(stage.comment && { comment: stage.comment }),
    })),
    ...(because && { because }),
    ...(bypass && { bypass }),
    ...(notBefore !== undefined && { notBefore }),
    ...(notAfter !== undefined && { notAfter }),
    ...(of.claim.revises && of.revisedDigest && { revises: { requestId: of.claim.revises, digest: of.revisedDigest } }),
  };
}

export function shownDigest(of: ShownOf): string {
  return digestOf(shownOf(of));
}

/** What is shown of a request's round as it stands. */
export function shownNow(request: Request, revisedDigest: string | undefined): Shown {
  const { id, source, requestId, claim, verified, round } = request;
  return shownOf({
    ...{ id, source, requestId, claim, verified },
    round: round.round,
    digest: round.digest,
    // Before any seat was handed on: that is what was digested.
    gate: round.openedGate,
    ...(revisedDigest !== undefined && { revisedDigest }),
  });
}

/** The round of the revised request that approvers compare with: the one that was digested, for it may have been edited since. */
export function roundCompared(request: Request, revised: Request): Round {
  const { rounds, round } = revised;
  if (rounds.length === 1) return round;
  const wasShown = ({ digest }: Round) => digestOf(shownNow(request, digest)) === request.round.shownDigest;
  return rounds.find(wasShown) ?? round;
}

function named({ name, address, via }: Approver): string {
  return via ? `${name} <${address}>, for ${via.join(', ')}` : `${name} <${address}>`;
}
