import { membersOf } from './directory.ts';
import type { Policy, StagePlan } from './policy.ts';
import { coverOf } from './resolve/availability.ts';
import { asking } from './resolve/conditions.ts';
import { placeOf } from './resolve/environment.ts';
import { planOf } from './resolve/ordinary.ts';
import type { Situation } from './situation.ts';

/** What has to be read before this request can be resolved; undefined where nothing has. */
export interface StandingNeeded {
  /** Directory keys of those among whom a stage chooses. */
  people: string[];
}

/** Whose load, and whether maintenance windows, matter to this request's gate: most requests need neither. */
export function standingNeeded(policy: Policy, situation: Situation): StandingNeeded | undefined {
  const people = new Set(plansOf(policy, situation).flatMap((plan) => candidatesOf(policy, plan, situation.now)));
  return policy.maintenance || people.size > 0 ? { people: [...people] } : undefined;
}

function plansOf(policy: Policy, situation: Situation): StagePlan[] {
  if (situation.claim.override) return policy.emergency ? [policy.emergency.stage] : [];
  const place = placeOf(policy, situation.claim.environment);
  const plan = planOf(policy, situation, place, asking(policy, situation, place));
  return 'code' in plan ? [] : plan.planned.map((planned) => planned.plan);
}

function candidatesOf({ directory }: Policy, { assign, approvers }: StagePlan, now: string): string[] {
  if (!assign) return [];
  return membersOf(directory, approvers).map((person) => coverOf(directory.people, person, now)?.person ?? person);
}
