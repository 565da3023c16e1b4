import type { Entry, Opened } from '../entry.ts';
import type { Gate } from '../gate.ts';
import { excludedOf } from '../identity.ts';
import type { Json } from '../json.ts';
import type { Refusal } from '../refusal.ts';
import { askAgain } from './ask-again.ts';
import { type Change, gateChanges } from './gate-changes.ts';
import type { Policy } from './policy.ts';
import { resolve } from './resolve.ts';
import type { Resolution, Situation } from './situation.ts';
import { checkClaim } from './sources.ts';
import type { Among } from './stage-differences.ts';

export type { Change } from './gate-changes.ts';

/** A past request that a policy would have decided differently. */
export interface Replayed {
  id: string;
  source: string;
  requestId: string;
  title: string;
  /** ISO. */
  openedAt: string;
  /** The policy it was opened under. */
  policyVersion: string;
  changes: Change[];
  /** Its payload is not at hand: what a rule asks of it was taken as unknown. */
  withoutPayload?: true;
}

export interface Replay {
  /** How many requests were looked at. */
  requests: number;
  different: Replayed[];
}

/**
 * What a policy would have done differently with past requests, each as it was opened: on its day, with the people who are
 * in the policy's directory. Edits, leavers and loads of that time are not played again.
 */
export function replay(logs: readonly (readonly Entry[])[], policy: Policy): Replay {
  const openings = logs.flatMap(([first]) => (first?.type === 'opened' ? [first] : []));
  const logOf = new Map(logs.map((entries) => [entries[0]?.id ?? '', entries]));
  const different = openings.flatMap((opened) => {
    const payload = payloadOf(opened);
    const revised = opened.revisesId === undefined ? [] : (logOf.get(opened.revisesId) ?? []);
    const situation = situationOf(policy, opened, payload, askAgain(revised));
    const among = { directory: policy.directory, excluded: situation.excluded.people };
    const changes = changesOf(opened, wouldBe(policy, situation), among);
    if (changes.length === 0) return [];
    const { id, source, requestId, claim, at, policyVersion } = opened;
    const about = { id, source, requestId, title: claim.title, openedAt: at, policyVersion, changes };
    return [payload === undefined ? { ...about, withoutPayload: true as const } : about];
  });
  return { requests: openings.length, different };
}

function wouldBe(policy: Policy, situation: Situation): Resolution | Refusal {
  const { source, claim, verified } = situation;
  // What Countersign asks for itself is no source's claim.
  const refusal = source.startsWith('countersign:') ? undefined : checkClaim(policy, source, claim, verified);
  return refusal ?? resolve(policy, situation);
}

function situationOf(policy: Policy, opened: Opened, payload: Json | undefined, again: string[]): Situation {
  const { claim, verified, source, at, gate } = opened;
  const { requestedBy, authors } = claim;
  const excluded = excludedOf(policy, {
    requestedBy,
    ...(authors && { authors }),
    ...(verified.person !== undefined && { verifiedPerson: verified.person }),
  });
  // The window it came through was open then; whether the policy would let one be is the question.
  const windows =
    gate.bypass?.kind === 'maintenance_window'
      ? [{ id: gate.bypass.window, from: at, to: later(at), environments: [claim.environment], sources: [source] }]
      : [];
  const standing = { load: {}, windows };
  return { now: at, source, claim, payload, excluded, verified: verified.person, again, standing };
}

function later(at: string): string {
  return new Date(Date.parse(at) + 1000).toISOString();
}

function payloadOf({ payload }: Opened): Json | undefined {
  return 'text' in payload ? JSON.parse(payload.text) : undefined;
}

function changesOf(opened: Opened, would: Resolution | Refusal, among: Among): Change[] {
  if ('code' in would) return [{ kind: 'refused', words: `would be refused (${would.code}): ${would.message}` }];
  const stages = gateChanges(opened.gate, would.gate, among);
  if (would.outcome !== opened.outcome) return [...outcomeChange(opened, would), ...stages];
  const before = opened.gate.workflow;
  const after = would.gate.workflow;
  return [
    ...bypassChange(opened.gate, would.gate),
    ...(before === after ? [] : [{ kind: 'workflow' as const, words: `${before} would be ${after}` }]),
    ...stages,
  ];
}

function outcomeChange({ gate: before }: Opened, { outcome, gate }: Resolution): Change[] {
  if (outcome === 'auto_approved') {
    // Of a test environment nothing was asked at all.
    const weaker = before.bypass?.kind !== 'test_environment';
    return [{ kind: 'automatic', words: 'would be approved automatically', ...(weaker && { weaker }) }];
  }
  if (outcome === 'bypassed')
    return [{ kind: 'bypassed', words: `would be let through (${bypassInWords(gate)})`, weaker: true }];
  return [{ kind: 'asked', words: `would no longer be let through: ${gate.workflow}` }];
}

/** Let through both times, by another way: a test environment asks for no window that people let be, and for no review. */
function bypassChange(before: Gate, after: Gate): Change[] {
  if (before.bypass?.kind === after.bypass?.kind) return [];
  const words = `would be let through (${bypassInWords(after)}, not ${bypassInWords(before)})`;
  return [{ kind: 'bypassed', words, ...(after.bypass?.kind === 'test_environment' && { weaker: true as const }) }];
}

function bypassInWords({ bypass }: Gate): string {
  return bypass?.kind.replaceAll('_', ' ') ?? 'bypass';
}
