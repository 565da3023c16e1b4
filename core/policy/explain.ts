import { type Gate, ruleInWords } from '../gate.ts';
import type { Json } from '../json.ts';
import type { Refusal } from '../refusal.ts';
import { factsNamed, inNumber } from './conditions.ts';
import { reviewRemarks } from './override-review.ts';
import type { Policy } from './policy.ts';
import { overrideVerdict, testEnvironmentVerdict, windowVerdicts } from './resolve/bypasses.ts';
import { checkpointVerdicts } from './resolve/checkpoints.ts';
import { asking } from './resolve/conditions.ts';
import { placeOf } from './resolve/environment.ts';
import { againVerdict, environmentVerdict } from './resolve/ordinary.ts';
import { unknownTrigger } from './resolve/unknown-names.ts';
import type { Verdict } from './resolve/verdict.ts';
import { chooseWorkflow, workflowVerdicts } from './resolve/workflows.ts';
import { resolve } from './resolve.ts';
import type { Resolution, Situation } from './situation.ts';

/** One rule of the policy beside a request: did it take part in the answer, and why? */
export interface ExplainedRule {
  /** Path in the policy file. */
  rule: string;
  kind: 'bypass' | 'override' | 'checkpoint' | 'workflow' | 'environment' | 'again';
  applied: boolean;
  why: string;
  /** Its conditions, as the policy writes them, and what each came to. */
  conditions: { text: string; held: boolean | 'unknown' }[];
  /** The facts they ask for, and what the request states of them; `null` where it states nothing. */
  facts: Record<string, Json>;
}

export interface Explanation {
  resolved: Resolution | Refusal;
  rules: ExplainedRule[];
  /** The same for reading, a line for the answer and one for each rule. */
  words: string[];
  /** What whoever asks should know besides, in sentences. */
  remarks: string[];
}

/** Which rules of the policy apply to a request, which do not, and why. */
export function explain(policy: Policy, situation: Situation): Explanation {
  const resolved = resolve(policy, situation);
  const rules = rulesOf(policy, situation, 'code' in resolved ? undefined : resolved.gate);
  const words = rules.map(({ rule, applied, why }) => `${applied ? 'applies' : 'does not apply'}: ${rule}: ${why}`);
  const remarks = reviewRemarks(policy, situation, resolved);
  return { resolved, rules, words: [answerInWords(resolved), ...words, ...remarks], remarks };
}

function rulesOf(policy: Policy, situation: Situation, gate: Gate | undefined): ExplainedRule[] {
  const place = placeOf(policy, situation.claim.environment);
  const ask = asking(policy, situation, place);
  const facts = situation.claim.facts ?? {};
  const told = (kind: ExplainedRule['kind'], verdict: Verdict, instead?: string): ExplainedRule => {
    const { rule, applies, why, conditions } = verdict;
    return {
      rule,
      kind,
      applied: applies && instead === undefined,
      why: applies && instead !== undefined ? `${why}; but ${instead}` : why,
      conditions: conditions.map(({ condition, held }) => ({ text: condition.text, held })),
      facts: factsOf(conditions, facts),
    };
  };
  const bypass = gate?.bypass?.kind;
  const past = earlier(situation, bypass);
  const ordinary = past ?? (situation.claim.override ? 'the request asks for an emergency override' : undefined);
  const test = testEnvironmentVerdict(situation, place);
  const windows = windowVerdicts(policy, situation, place);
  const first = windows.find(({ applies }) => applies);
  const override = overrideVerdict(policy, situation, ask);
  const workflows = workflowVerdicts(policy, situation.claim.risk, ask);
  const choice = chooseWorkflow(policy, workflows, situation.claim.risk);
  const environment = environmentVerdict(place, situation);
  const again = againVerdict(policy, situation);
  const trigger = unknownTrigger(policy, situation.claim);
  return [
    ...(test ? [told('bypass', test)] : []),
    ...windows.map((window) =>
      told(
        'bypass',
        window,
        window === first && bypass === 'maintenance_window' ? undefined : (past ?? 'it is not asked'),
      ),
    ),
    ...(override ? [told('override', override, bypass === 'emergency_override' ? undefined : past)] : []),
    ...checkpointVerdicts(policy, situation.claim, ask).map((verdict) => told('checkpoint', verdict, ordinary)),
    ...(trigger ? [told('checkpoint', trigger)] : []),
    ...workflows.map((verdict) => {
      const chosen = choice?.rules.includes(verdict) ?? false;
      const outdone = chosen ? undefined : `${choice?.kind} is more demanding`;
      return told('workflow', { ...verdict, applies: verdict.applies || chosen }, ordinary ?? outdone);
    }),
    ...(choice && !workflows.some(({ applies }) => applies)
      ? choice.rules.map((verdict) => told('workflow', verdict, ordinary))
      : []),
    ...(environment ? [told('environment', environment, ordinary)] : []),
    ...(again ? [told('again', again, ordinary)] : []),
  ];
}

/** What comes before most rules: why they are not asked at all. */
function earlier({ source }: Situation, bypass: NonNullable<Gate['bypass']>['kind'] | undefined): string | undefined {
  if (source.startsWith('countersign:')) return 'Countersign asks for this itself, through a gate of its own';
  return bypass && `the request is let by before that (${bypass.replaceAll('_', ' ')})`;
}

/** The facts that conditions speak of by name. Of one that may be named in either number, what is stated, or else one name. */
function factsOf(conditions: Verdict['conditions'], stated: Readonly<Record<string, Json>>): Record<string, Json> {
  const names = conditions.flatMap(({ condition }) => {
    const here = factsNamed(condition.expression);
    return here.filter((name, i) => {
      if (Object.hasOwn(stated, name)) return true;
      const others = inNumber(name).filter((other) => other !== name && here.includes(other));
      return !others.some((other) => Object.hasOwn(stated, other) || here.indexOf(other) < i);
    });
  });
  const sayable = [...new Set(names)].filter((name) => name !== '__proto__');
  return Object.fromEntries(sayable.map((name) => [name, Object.hasOwn(stated, name) ? (stated[name] ?? null) : null]));
}

function answerInWords(resolved: Resolution | Refusal): string {
  if ('code' in resolved) return `refused (${resolved.code}): ${resolved.message}`;
  const { gate, outcome } = resolved;
  if (outcome === 'auto_approved') return 'approved automatically: nobody is asked';
  if (outcome === 'bypassed') return `let through (${gate.bypass?.kind.replaceAll('_', ' ')}): nobody is asked`;
  const stages = gate.stages.map((stage) => `${stage.name} (${ruleInWords(stage)})`);
  return `${gate.workflow.replaceAll('_', ' ')}: ${stages.join(', then ')}`;
}
