import type { Because } from '../../gate.ts';
import type { Condition, StagePlan } from '../policy.ts';

/** What one rule of the policy says of a situation. */
export interface Verdict {
  /** The rule, as a path in the policy file. */
  rule: string;
  applies: boolean;
  /** Why it applies or does not, in a few words. */
  why: string;
  /** The conditions it was asked, and what they came to. */
  conditions: Asked[];
}

/** A condition and whether it holds. `unknown`: it needs what the request does not state. */
export interface Asked {
  condition: Condition;
  held: boolean | 'unknown';
}

/** A stage that a rule asks for. */
export interface Planned {
  plan: StagePlan;
  from: string;
}

/** As the gate keeps it. */
export function becauseOf({ rule, why }: Verdict): Because {
  return { rule, why };
}

/** `'a'`, `'a' and 'b'`, `'a', 'b' and 'c'`. */
export function quoted(names: readonly string[]): string {
  const all = names.map((name) => `'${name}'`);
  const last = all.pop() ?? '';
  return all.length === 0 ? last : `${all.join(', ')} and ${last}`;
}
