import type { Claim } from '../../claim.ts';
import { inNumber } from '../conditions.ts';
import type { Checkpoint, Policy, StagePlan } from '../policy.ts';
import { type Ask, inWords, mayHold } from './conditions.ts';
import type { Planned, Verdict } from './verdict.ts';

export interface CheckpointVerdict extends Verdict {
  planned: Planned;
}

/** What each checkpoint says of a request, in the file's order. */
export function checkpointVerdicts(policy: Policy, claim: Claim, ask: Ask): CheckpointVerdict[] {
  return [
    ...(policy.checkpoints ?? []).map((checkpoint) =>
      verdictOn(checkpoint, `checkpoints.${checkpoint.name}`, claim, ask),
    ),
    ...builtIn(policy).map(([checkpoint, rule]) => verdictOn(checkpoint, rule, claim, ask)),
  ];
}

/** Maintenance windows and changes of the policy ask for their stage of whoever asks for one. */
function builtIn({ maintenance, policyChange }: Policy): [Checkpoint, string][] {
  const rules: [Checkpoint, string][] = [];
  const add = (name: string, { stage }: { stage: StagePlan }, rule: string) =>
    rules.push([{ name, triggers: [name], required: true, stage }, rule]);
  if (maintenance) add('maintenance_window', maintenance, 'maintenance_windows');
  if (policyChange) add('policy_change', policyChange, 'policy_change');
  return rules;
}

/** What they are asked for by, where the policy has a section for them. */
export function builtInNames(policy: Policy): string[] {
  if (policy.edition === undefined) return ['maintenance_window', 'policy_change'];
  return builtIn(policy).map(([{ name }]) => name);
}

/** Does it ask for a maintenance window or another policy? Such a request is never let through unseen. */
export function changesTheRules({ trigger, checkpoint }: Claim): boolean {
  return [trigger?.toLowerCase(), checkpoint].some((name) => name === 'maintenance_window' || name === 'policy_change');
}

function verdictOn(checkpoint: Checkpoint, rule: string, claim: Claim, ask: Ask): CheckpointVerdict {
  const { name, triggers, when, required, stage } = checkpoint;
  const planned = { plan: { ...stage, name }, from: rule };
  const conditions = when ? [ask(when)] : [];
  const said = (applies: boolean, why: string) => ({ rule, applies, why, conditions, planned });
  if (claim.checkpoint === name) return said(true, 'the request names it');
  if (!required) return said(false, 'it is not required, and the request does not name it');
  const sent = claim.trigger?.toLowerCase();
  if (triggers.some((trigger) => trigger.toLowerCase() === sent))
    return said(true, `the request's trigger is '${claim.trigger}'`);
  const facts = new Map(Object.entries(claim.facts ?? {}));
  const named = triggers.flatMap(inNumber).filter((fact) => facts.has(fact));
  const fact = named.find((each) => facts.get(each) === true);
  if (fact !== undefined) return said(true, `the fact '${fact}' is stated to be true`);
  const odd = named.find((each) => typeof facts.get(each) !== 'boolean');
  if (odd !== undefined) return said(true, `the fact '${odd}' is stated, but neither as true nor as false`);
  const [condition] = conditions;
  if (condition) return said(mayHold(condition), inWords(condition));
  return said(false, 'nothing triggers it');
}
