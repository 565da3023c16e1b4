import type { Entry, Opened } from '../entry.ts';
import { type Gate, ruleInWords, type Stage, votesNeeded } from '../gate.ts';
import { excludedOf } from '../identity.ts';
import type { Json } from '../json.ts';
import type { Refusal } from '../refusal.ts';
import { askAgain } from './ask-again.ts';
import { durationInWords } from './duration.ts';
import type { Policy } from './policy.ts';
import { resolve } from './resolve.ts';
import type { Resolution, Situation } from './situation.ts';
import { checkClaim } from './sources.ts';

/** One thing that a policy would have done differently. */
export interface Change {
  kind: 'refused' | 'automatic' | 'bypassed' | 'asked' | 'workflow' | 'stage_added' | 'stage_dropped' | 'stage_changed';
  words: string;
  /** Fewer would have had to agree, or to less. */
  weaker?: true;
}

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
    const changes = changesOf(opened, wouldBe(policy, situationOf(policy, opened, payload, askAgain(revised))));
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

function changesOf(opened: Opened, would: Resolution | Refusal): Change[] {
  if ('code' in would) return [{ kind: 'refused', words: `would be refused (${would.code}): ${would.message}` }];
  if (would.outcome !== opened.outcome) return [...outcomeChange(would), ...stageChanges(opened.gate, would.gate)];
  const before = opened.gate.workflow;
  const after = would.gate.workflow;
  return [
    ...(before === after ? [] : [{ kind: 'workflow' as const, words: `${before} would be ${after}` }]),
    ...stageChanges(opened.gate, would.gate),
  ];
}

function outcomeChange({ outcome, gate }: Resolution): Change[] {
  if (outcome === 'auto_approved')
    return [{ kind: 'automatic', words: 'would be approved automatically', weaker: true }];
  if (outcome === 'bypassed') {
    const kind = gate.bypass?.kind.replaceAll('_', ' ') ?? 'bypass';
    return [{ kind: 'bypassed', words: `would be let through (${kind})`, weaker: true }];
  }
  return [{ kind: 'asked', words: `would no longer be let through: ${gate.workflow}` }];
}

function stageChanges(before: Gate, after: Gate): Change[] {
  const left = [...before.stages];
  const changes: Change[] = [];
  for (const stage of after.stages) {
    // Gates of earlier versions do not say which rule a stage comes from.
    const i = left.findIndex(({ name, from }) => name === stage.name && (from ?? stage.from) === stage.from);
    const [old] = i < 0 ? [] : left.splice(i, 1);
    if (!old) changes.push({ kind: 'stage_added', words: `stage '${stage.name}' added: ${ruleInWords(stage)}` });
    else {
      const what = differences(old, stage);
      if (what.length > 0)
        changes.push({
          kind: 'stage_changed',
          words: `stage '${stage.name}' changed: ${what.join('; ')}`,
          ...(asksLess(old, stage) && { weaker: true }),
        });
    }
  }
  return [
    ...changes,
    ...left.map(({ name }) => ({
      kind: 'stage_dropped' as const,
      words: `stage '${name}' dropped`,
      weaker: true as const,
    })),
  ];
}

/** Fewer votes, an item less on the checklist, or no veto where one rejection was enough. */
function asksLess(before: Stage, after: Stage): boolean {
  if (votesNeeded(after) < votesNeeded(before)) return true;
  if (before.rule === 'all' && after.rule !== 'all' && after.approvers.length > votesNeeded(after)) return true;
  if (before.criteria?.some((criterion) => !after.criteria?.includes(criterion))) return true;
  return (before.veto === true && after.veto !== true) || (before.comment === 'always' && after.comment !== 'always');
}

function differences(before: Stage, after: Stage): string[] {
  const said: string[] = [];
  if (ruleInWords(before) !== ruleInWords(after)) said.push(`${ruleInWords(before)} → ${ruleInWords(after)}`);
  if (before.timeout !== after.timeout)
    said.push(`${durationInWords(before.timeout)} → ${durationInWords(after.timeout)}`);
  if ((before.criteria ?? []).join('\n') !== (after.criteria ?? []).join('\n')) said.push('other criteria');
  // Whom load would have picked then cannot be told.
  if (before.assigned || after.assigned) return said;
  const more = namesBeyond(after, before);
  const fewer = namesBeyond(before, after);
  if (more.length > 0) said.push(`would ask ${more.join(', ')}`);
  if (fewer.length > 0) said.push(`would not ask ${fewer.join(', ')}`);
  return said;
}

function namesBeyond(one: Stage, other: Stage): string[] {
  const known = new Set(other.approvers.map(({ person }) => person));
  return one.approvers.filter(({ person }) => !known.has(person)).map(({ name }) => name);
}
