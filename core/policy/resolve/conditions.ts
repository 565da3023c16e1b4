import { type ExpressionVariables, holds } from '../expression.ts';
import type { Condition, Policy } from '../policy.ts';
import type { Situation } from '../situation.ts';
import type { Place } from './environment.ts';
import type { Asked } from './verdict.ts';

/** Asks a condition of one situation. */
export type Ask = (condition: Condition) => Asked;

/** Asks conditions of this situation, each expression once however many rules have it. */
export function asking({ edition }: Policy, { claim, payload, source }: Situation, place: Place): Ask {
  const variables: ExpressionVariables = {
    facts: claim.facts ?? {},
    payload,
    environment: place.name,
    risk: claim.risk,
    priority: claim.priority,
    source,
    trigger: edition === undefined ? claim.trigger : claim.trigger?.toLowerCase(),
    requestedBy: claim.requestedBy.trim().toLowerCase(),
  };
  const known = new Map<string, boolean | 'unknown'>();
  return (condition) => {
    const { expression } = condition;
    const held = known.get(expression) ?? holds(expression, variables);
    known.set(expression, held);
    return { condition, held };
  };
}

/** In what makes a gate more demanding, what is unknown counts as holding. */
export function mayHold({ held }: Asked): boolean {
  return held !== false;
}

/** In what makes a gate easier, only what is known to hold does. */
export function doesHold({ held }: Asked): boolean {
  return held === true;
}

/** `breaking_changes holds`, in the words of the policy. */
export function inWords({ condition: { text }, held }: Asked): string {
  if (held === 'unknown')
    return `'${text}' is unknown: the request does not state all it needs, or not as it has to be`;
  return held ? `'${text}' holds` : `'${text}' does not hold`;
}
