import { canonicalJson } from '../../canonical.ts';
import { Level } from '../../claim.ts';
import { type Policy, type StagePlan, type WorkflowKind, type WorkflowRule, workflowKinds } from '../policy.ts';
import { type Ask, doesHold, inWords, mayHold } from './conditions.ts';
import { type Planned, quoted, type Verdict } from './verdict.ts';

export interface WorkflowVerdict extends Verdict {
  source: WorkflowRule;
  kind: WorkflowKind;
  /** It would apply if what is unknown held. */
  perhaps: boolean;
}

/** The approval workflow of a request: the most demanding kind among the rules that apply. */
export interface Choice {
  kind: WorkflowKind;
  /** The rules it comes from. */
  rules: Verdict[];
  planned: Planned[];
  afterwards: string[];
}

/** What each rule for an approval workflow says of a request. */
export function workflowVerdicts(policy: Policy, risk: Level, ask: Ask): WorkflowVerdict[] {
  return (policy.workflows ?? []).map((rule) => ({
    ...(rule.kind === 'expert_review' ? demanding(rule, risk, ask) : easing(rule, risk, ask)),
    rule: `approval_workflows.${rule.name}`,
    source: rule,
    kind: rule.kind,
  }));
}

type Judged = Omit<Verdict, 'rule'> & { perhaps: boolean };

/** Automatic approval and peer review: everything has to hold, and to be known to. */
function easing({ risks, criteria, when }: WorkflowRule, risk: Level, ask: Ask): Judged {
  const conditions = [...criteria, ...(when ? [when] : [])].map(ask);
  const failed = conditions.filter((asked) => !doesHold(asked)).map(inWords);
  if (risks && !risks.includes(risk)) failed.push(`risk '${risk}' is out of its scope (${risks.join(', ')})`);
  const perhaps = conditions.every(mayHold) && (!risks || risks.includes(risk));
  if (failed.length > 0) return { applies: false, perhaps, why: failed.join('; '), conditions };
  const held = conditions.map(({ condition }) => condition.text);
  const scope = risks ? [`risk '${risk}' is in its scope`] : [];
  const why = [...(held.length > 0 ? [`${quoted(held)} ${held.length === 1 ? 'holds' : 'hold'}`] : []), ...scope];
  return { applies: true, perhaps, why: why.join('; ') || 'it is for any request', conditions };
}

/** Expert review: any one of them is enough, and so is what is not known. */
function demanding({ risks, criteria, when }: WorkflowRule, risk: Level, ask: Ask): Judged {
  const conditions = [...criteria, ...(when ? [when] : [])].map(ask);
  const held = conditions.filter(mayHold).map(inWords);
  if (risks?.includes(risk)) held.push(`risk '${risk}' is in its scope`);
  const said = (applies: boolean, why: string) => ({ applies, perhaps: applies, why, conditions });
  if (held.length > 0) return said(true, held.join('; '));
  if (!risks && conditions.length === 0) return said(true, 'it is for any request');
  const failed = conditions.map(inWords);
  if (risks) failed.push(`risk '${risk}' is out of its scope (${risks.join(', ')})`);
  return said(false, failed.join('; '));
}

/** The choice; undefined where the policy has no approval workflows. What no rule covers needs an expert. */
export function chooseWorkflow(policy: Policy, verdicts: readonly WorkflowVerdict[], risk: Level): Choice | undefined {
  if (!policy.workflows) return undefined;
  // Where a rule is certain to apply, those that are not known not to count as well: leaving unsaid what a peer review
  // depends on is no way round it. Where none is certain, an expert decides.
  const covered = verdicts.some(({ applies }) => applies);
  const applying = covered ? verdicts.filter(({ perhaps }) => perhaps) : [];
  const kind = workflowKinds.findLast((candidate) => applying.some((verdict) => verdict.kind === candidate));
  if (kind) {
    const rules = applying.filter((verdict) => verdict.kind === kind);
    return choiceOf(kind, rules, rules);
  }
  const named =
    policy.edition === undefined
      ? policy.workflows.filter(({ kind: asked }) => asked === 'expert_review')
      : expertsForTheRest(policy.workflows, risk);
  const experts = verdicts.filter(({ source }) => named.includes(source));
  const says =
    experts.length > 0
      ? `asked as by ${quoted(experts.map(({ rule }) => rule))}`
      : "whoever has the role 'expert', as no rule says whom else to ask";
  const why = `no rule for an approval workflow applies, so an expert decides: ${says}`;
  return choiceOf('expert_review', [{ rule: 'approval_workflows', applies: true, why, conditions: [] }], experts);
}

/**
 * The rules that say who the expert is for what no rule covers: the one named `expert_review`, whatever its conditions; else
 * those for a scope alone that goes as far as this risk. None: whoever has the role. A rule of another name is for what
 * meets its conditions, and for nothing else.
 */
export function expertsForTheRest(workflows: readonly WorkflowRule[], risk: Level): WorkflowRule[] {
  const named = workflows.find(({ name }) => name === 'expert_review');
  if (named) return [named];
  const least = Level.options.indexOf(risk);
  return workflows.filter(
    ({ kind, criteria, when, risks = [] }) =>
      kind === 'expert_review' &&
      criteria.length === 0 &&
      !when &&
      risks.some((each) => Level.options.indexOf(each) >= least),
  );
}

/** Where a policy names no expert, whoever has the role. */
const anExpert: StagePlan = { name: 'expert_review', approvers: ['expert'], rule: 'any', timeout: 48 * 3600 };

function choiceOf(kind: WorkflowKind, rules: Verdict[], planning: readonly WorkflowVerdict[]): Choice {
  const plans = planning.flatMap(({ rule, source }) => (source.stage ? [{ plan: source.stage, from: rule }] : []));
  if (plans.length === 0 && kind === 'expert_review') plans.push({ plan: anExpert, from: 'approval_workflows' });
  const afterwards = new Set(planning.flatMap(({ source }) => source.afterwards ?? []));
  return { kind, rules, planned: eachOnce(plans), afterwards: [...afterwards] };
}

/** Rules that ask the same of the same people ask it once. */
function eachOnce(plans: readonly Planned[]): Planned[] {
  const seen = new Set<string>();
  return plans.filter(({ plan: { name: _, ...plan } }) => {
    const text = canonicalJson(plan);
    return !seen.has(text) && seen.add(text);
  });
}
