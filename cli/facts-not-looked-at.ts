import { didYouMean } from '../core/did-you-mean.ts';
import { factsNamed } from '../core/policy/conditions.ts';
import type { Policy } from '../core/policy/policy.ts';

/** For each of these facts that no rule of the policy looks at, a sentence that says so, and what was probably meant. */
export function factsNotLookedAt(policy: Policy, facts: readonly string[]): string[] {
  const { sources, checkpoints = [], workflows = [], emergency } = policy;
  const conditions = [
    ...checkpoints.flatMap(({ when }) => when ?? []),
    ...workflows.flatMap(({ criteria, when }) => [...criteria, ...(when ? [when] : [])]),
    ...(emergency?.criteria ?? []),
  ];
  const triggers = checkpoints.flatMap((checkpoint) => checkpoint.triggers);
  const words = new Set([...triggers, ...conditions.flatMap(({ expression }) => expression.split(/\W+/))]);
  const stated = Object.values(sources).flatMap((source) => source.facts.filter((fact) => !fact.includes('*')));
  const candidates = [...triggers, ...stated, ...conditions.flatMap(({ expression }) => factsNamed(expression))];
  return facts
    .filter((fact) => !words.has(fact))
    .map((fact) => {
      const meant = didYouMean(fact, candidates);
      const hint = meant === undefined || meant === fact ? '.' : `; did you mean '${meant}'?`;
      return `No rule of this policy looks at the fact '${fact}'${hint}`;
    });
}
