import type { Bypass } from '../../gate.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import { membersOf } from '../directory.ts';
import { fitsPattern } from '../pattern.ts';
import type { Policy } from '../policy.ts';
import type { MaintenanceWindow, Resolution, Situation } from '../situation.ts';
import { changesTheRules } from './checkpoints.ts';
import { type Ask, doesHold, inWords } from './conditions.ts';
import { isProduction, type Place } from './environment.ts';
import { stagesOf, surroundingsOf } from './gate.ts';
import { becauseOf, quoted, type Verdict } from './verdict.ts';

/** What the environment's bypass says; undefined where it has none. Production is never let through. */
export function testEnvironmentVerdict({ claim }: Situation, place: Place): Verdict | undefined {
  if (place.environment?.bypass !== 'automatic') return undefined;
  const said = (applies: boolean, why: string): Verdict => ({
    rule: `environments.${place.name}.bypass`,
    applies,
    why,
    conditions: [],
  });
  if (isProduction(place)) return said(false, `'${place.name}' is production, which nothing bypasses by itself`);
  // `any` is also every environment that somebody misspelt.
  if (place.name === 'any') return said(false, "'any' is no test environment");
  if (changesTheRules(claim)) return said(false, 'what changes the rules goes through a gate');
  return said(true, `'${place.name}' is a test environment`);
}

/** What each maintenance window says: only inside its time, its scope and the policy's. */
export function windowVerdicts(policy: Policy, situation: Situation, place: Place): WindowVerdict[] {
  return (situation.standing?.windows ?? []).map((window) => {
    const why = outsideOf(policy, situation, place, window);
    return {
      rule: 'maintenance_windows',
      applies: why === undefined,
      why: why ?? `the window ${window.id} is open until ${window.to}`,
      conditions: [],
      window,
    };
  });
}

export interface WindowVerdict extends Verdict {
  window: MaintenanceWindow;
}

/** Why a window does not hold for this request; undefined where it does. */
function outsideOf(
  { maintenance }: Policy,
  { now, claim, source }: Situation,
  { name }: Place,
  window: MaintenanceWindow,
): string | undefined {
  const [at, from, to] = [now, window.from, window.to].map((time) => Date.parse(time));
  const fits = (pattern: string) => fitsPattern(pattern.toLowerCase(), name.toLowerCase());
  if (!maintenance) return 'the policy has no maintenance windows';
  if (changesTheRules(claim)) return 'what changes the rules goes through a gate';
  if (claim.override) return 'an emergency override goes its own way';
  if (at === undefined || from === undefined || to === undefined || !(from <= at && at < to))
    return `the window ${window.id} is not open now (${window.from} to ${window.to})`;
  if (to - from > maintenance.longest * 1000) return `the window ${window.id} is longer than the policy lets one be`;
  if (!maintenance.environments.some(fits)) return `the policy has no maintenance windows for '${name}'`;
  if (!window.environments.some(fits)) return `the window ${window.id} is not for '${name}'`;
  if (!window.sources.some((pattern) => fitsPattern(pattern, source)))
    return `the window ${window.id} is not for the source '${source}'`;
  return undefined;
}

/** Let through at once, nobody asked. */
export function letThrough(verdict: Verdict, bypass: Bypass): Resolution {
  const workflow = bypass.kind === 'emergency_override' ? 'emergency_bypass' : 'automatic';
  return { gate: { workflow, stages: [], because: [becauseOf(verdict)], bypass }, outcome: 'bypassed' };
}

/** What the policy says of an emergency override; undefined where it knows none. */
export function overrideVerdict(policy: Policy, { claim }: Situation, ask: Ask): Verdict | undefined {
  const { emergency } = policy;
  if (!emergency) return undefined;
  const conditions = emergency.criteria.map(ask);
  const held = conditions.filter(doesHold).map(({ condition }) => condition.text);
  const said = (applies: boolean, why: string): Verdict => ({
    rule: 'approval_workflows.emergency_bypass',
    applies,
    why,
    conditions,
  });
  if (!claim.override) return said(false, 'the request asks for no override');
  if (conditions.length === 0) return said(true, 'the request asks for an override and justifies it');
  if (held.length === 0)
    return said(false, `none of what makes an emergency is so: ${conditions.map(inWords).join('; ')}`);
  return said(true, `the request asks for an override, and ${quoted(held)} ${held.length === 1 ? 'holds' : 'hold'}`);
}

/** The gate of an emergency override; or that there is nobody to ask because the requester may act first. */
export function overridden(policy: Policy, situation: Situation, ask: Ask): Resolution | Refusal | undefined {
  const { override } = situation.claim;
  if (!override) return undefined;
  const { emergency } = policy;
  const verdict = overrideVerdict(policy, situation, ask);
  if (!emergency || !verdict) return refuse('no_gate', 'The policy has no emergency override.', 'override');
  if (!verdict.applies) return refuse('no_gate', `This is no emergency by the policy: ${verdict.why}.`, 'override');
  const first =
    situation.verified !== undefined && membersOf(policy.directory, emergency.actFirst).includes(situation.verified);
  const bypass: Bypass = {
    kind: 'emergency_override',
    justification: override.justification,
    actedFirst: first,
  };
  if (first) return letThrough({ ...verdict, why: `${verdict.why}; who asks may act first` }, bypass);
  const stages = stagesOf([{ plan: emergency.stage, from: verdict.rule }], surroundingsOf(policy, situation));
  if ('code' in stages) return stages;
  return { gate: { workflow: 'emergency_bypass', stages, because: [becauseOf(verdict)], bypass } };
}
