import type { Claim } from '../../claim.ts';
import { didYouMean } from '../../did-you-mean.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import { type Comparison, comparisonsIn, fitsComparison } from '../expression-comparisons.ts';
import type { Policy } from '../policy.ts';
import { builtInNames } from './checkpoints.ts';
import type { Verdict } from './verdict.ts';

/** A request that names a checkpoint which there is not must not get none. */
export function unknownCheckpoint(policy: Policy, { checkpoint: named }: Claim): Refusal | undefined {
  if (named === undefined || (policy.edition === undefined && !policy.checkpoints)) return undefined;
  const names = [...(policy.checkpoints ?? []).map(({ name }) => name), ...builtInNames(policy)];
  if (names.includes(named)) return undefined;
  const meant = didYouMean(named, names);
  const message = `The policy has no checkpoint '${named}'${meant === undefined ? '' : `; perhaps '${meant}' is meant`}.`;
  return refuse('no_gate', message, 'checkpoint');
}

/** Sources send triggers that are no business of ours; one that is nearly a checkpoint's is probably mistyped. */
export function mistypedTrigger(policy: Policy, { trigger }: Claim): Refusal | undefined {
  if (trigger === undefined || !isUnknown(policy, trigger)) return undefined;
  const compared = comparisonsOf(policy).flatMap(({ how, text }) => (how === 'is' ? [text] : []));
  const meant = didYouMean(trigger, [...triggersOf(policy), ...compared]);
  if (meant === undefined) return undefined;
  return refuse('no_gate', `No checkpoint has the trigger '${trigger}'; perhaps '${meant}' is meant.`, 'trigger');
}

/** Any other is let be, and said to have triggered nothing. */
export function unknownTrigger(policy: Policy, { trigger }: Claim): Verdict | undefined {
  if (trigger === undefined || !isUnknown(policy, trigger)) return undefined;
  const why = `no checkpoint has the request's trigger '${trigger}', which asks nobody`;
  return { rule: 'checkpoints', applies: false, why, conditions: [] };
}

function isUnknown(policy: Policy, trigger: string): boolean {
  const lower = trigger.toLowerCase();
  if (!policy.checkpoints || builtInNames(policy).includes(lower)) return false;
  const sent = policy.edition === undefined ? trigger : lower;
  return (
    !triggersOf(policy).some((one) => one.toLowerCase() === lower) &&
    !comparisonsOf(policy).some((comparison) => fitsComparison(comparison, sent))
  );
}

function triggersOf({ checkpoints = [] }: Policy): string[] {
  return checkpoints.flatMap(({ triggers }) => triggers);
}

/** Where a condition asks for a trigger. */
function comparisonsOf({ checkpoints = [], workflows = [] }: Policy): Comparison[] {
  const conditions = [
    ...checkpoints.map(({ when }) => when),
    ...workflows.flatMap((rule) => [rule.when, ...rule.criteria]),
  ];
  return conditions
    .flatMap((condition) => (condition ? comparisonsIn(condition.expression) : []))
    .filter(({ variable }) => variable === 'trigger');
}
