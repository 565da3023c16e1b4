import type { Excluded, Level } from '../claim.ts';
import { isExcluded } from '../four-eyes.ts';
import type { Approver, Gate, Rule, Stage } from '../gate.ts';
import { addressesOf, peopleNamedAt } from '../identity.ts';
import { type Problem, type Refusal, refuse } from '../refusal.ts';
import { membersOf } from './directory.ts';
import type { Policy, StagePlan } from './policy.ts';

/**
 * The gate of a request: the policy's for its environment and risk, people instead of groups, without those whom four
 * eyes exclude. Refuses with `no_gate`, or with `gate_unreachable` naming each stage that too few are left for, and why.
 */
export function resolveGate(
  policy: Policy,
  claim: {
    environment: string;
    risk: Level;
    requestedBy?: string | undefined;
    authors?: readonly string[] | undefined;
  },
  excluded: Excluded,
  verified?: string,
): Gate | Refusal {
  const environment = environmentOf(policy, claim.environment);
  if (!environment)
    return refuse('no_gate', `The policy has no gates for the environment '${claim.environment}'.`, 'environment');
  const gate = environment.gates[claim.risk];
  if (!gate)
    return refuse(
      'no_gate',
      `The policy has no gate for risk '${claim.risk}' in the environment '${claim.environment}'.`,
      'risk',
    );
  const stages: Stage[] = [];
  const problems: Problem[] = [];
  gate.stages.forEach((planned, i) => {
    const { left, out } = seatsOf(policy, planned, excluded);
    const needed = votesOf(planned.rule, left.length);
    const unsure =
      planned.rule === 'all' ? out.filter((person) => !isNamed(policy, person.person, claim, verified)) : [];
    if (left.length < needed) problems.push({ path: `stages.${i}`, message: unmet(planned, needed, left, out) });
    else if (unsure.length > 0) problems.push({ path: `stages.${i}`, message: mistakable(planned, unsure) });
    stages.push({
      name: planned.name,
      approvers: left,
      rule: planned.rule,
      timeout: planned.timeout,
      ...(planned.criteria && { criteria: planned.criteria }),
      ...(out.length > 0 && { without: out }),
    });
  });
  if (problems.length > 0)
    return refuse('gate_unreachable', problems.map((problem) => problem.message).join(' '), problems);
  return { workflow: claim.risk === 'low' || claim.risk === 'medium' ? 'peer_review' : 'expert_review', stages };
}

/** An environment's gates by its name, case aside so that `Production` is no way round `production`; else `any`'s. */
function environmentOf(policy: Policy, name: string): Policy['environments'][string] | undefined {
  const all = Object.entries(policy.environments);
  const named = all.find(([key]) => key.toLowerCase() === name.toLowerCase());
  return (named ?? all.find(([key]) => key === 'any'))?.[1];
}

function seatsOf(policy: Policy, planned: StagePlan, excluded: Excluded): { left: Approver[]; out: Approver[] } {
  const left: Approver[] = [];
  const out: Approver[] = [];
  const taken = new Set<string>();
  for (const key of membersOf(policy.directory, planned.approvers)) {
    const person = policy.directory.people[key];
    if (!person) continue;
    const addresses = addressesOf(person);
    // One human sits once, even in a policy whose people share an address (loading refuses those).
    if (addresses.some((address) => taken.has(address))) continue;
    for (const address of addresses) taken.add(address);
    const approver = { person: key, name: person.name, address: person.email };
    (isExcluded(excluded, { person: key, addresses }) ? out : left).push(approver);
  }
  return { left, out };
}

/** How many votes a rule needs of the people who are left, at least one. */
function votesOf(rule: Rule, left: number): number {
  if (rule === 'all') return Math.max(left, 1);
  if (rule === 'one_from_each') throw new Error('not resolved yet');
  return rule === 'any' ? 1 : rule.quorum;
}

function unmet(planned: StagePlan, needed: number, left: readonly Approver[], out: readonly Approver[]): string {
  const why = out.length === 0 ? '' : `: ${namesOf(out)} asked for this or wrote it, so somebody else has to decide`;
  const who =
    left.length === 0 ? 'nobody is left' : `only ${left.length} of them ${left.length === 1 ? 'is' : 'are'} left`;
  return `The stage '${planned.name}' needs ${needed} ${needed === 1 ? 'approver' : 'approvers'} and ${who}${why}.`;
}

/**
 * Does the request name this person, in whatever disguise, or only an address with letters that could stand for anybody's?
 * A stage of `all` gets smaller for the former alone: one odd address must not choose a crowd who need not agree.
 */
function isNamed(
  policy: Policy,
  person: string,
  claim: { requestedBy?: string | undefined; authors?: readonly string[] | undefined },
  verified: string | undefined,
): boolean {
  const named = [claim.requestedBy ?? '', ...(claim.authors ?? [])];
  return person === verified || named.some((address) => peopleNamedAt(policy, address).includes(person));
}

function mistakable(planned: StagePlan, unsure: readonly Approver[]): string {
  return `The stage '${planned.name}' needs everybody, and somebody named in the request cannot be told from ${namesOf(unsure)}.`;
}

function namesOf(people: readonly Approver[]): string {
  return people.map(({ name }) => name).join(', ');
}
