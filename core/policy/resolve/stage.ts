import { isExcluded } from '../../four-eyes.ts';
import type { Approver, Stage } from '../../gate.ts';
import { addressesOf } from '../../identity.ts';
import { limits } from '../../limits.ts';
import { membersOf } from '../directory.ts';
import type { Policy, StagePlan } from '../policy.ts';
import { chosen, enough } from './assign.ts';
import { approverOf, type Seats, type Surroundings, seatsOf } from './seats.ts';
import { mistakable, mistaken, unmet } from './unmet.ts';
import type { Planned } from './verdict.ts';

/** A stage with people in it; or what about it cannot be met. */
export function stageOf({ plan, from }: Planned, around: Surroundings): { stage: Stage } | { problem: string } {
  const { policy } = around;
  const seats = seatsOf(plan, around);
  const candidates = { people: seats.seated.map(({ person }) => person), groups: seats.groups };
  if (!enough(plan.rule, candidates)) return { problem: unmet(plan, seats, policy) };
  const unsure = plan.rule === 'all' ? mistakable(seats.out, around) : [];
  if (unsure.length > 0) return { problem: mistaken(plan, unsure, policy) };
  const asked = chosen(plan, candidates, around);
  if (asked.length > limits.approversPerStage)
    return {
      problem: `The stage '${plan.name}' would ask ${asked.length} people, more than the ${limits.approversPerStage} that a stage can hold. Let it ask some of them: assign: least_loaded.`,
    };
  const { name, rule, timeout, criteria, order, comment, veto } = plan;
  const assurance = plan.assurance ?? policy.assurance?.[around.claim.risk];
  const delegateTo = heirs(plan, asked, around);
  const approvers = seats.seated.filter(({ person }) => asked.includes(person));
  const away = approvers.flatMap(({ via = [], also = [] }) => [...via, ...also]);
  const stage: Stage = {
    name,
    approvers,
    asks: namesAsked(plan, approvers, policy),
    rule,
    timeout,
    ...(criteria && { criteria }),
    ...(seats.out.length > 0 && { without: seats.out }),
    ...(away.length > 0 && { away: away.map((person) => approverOf(policy, person)) }),
    from,
    ...(order && { order }),
    ...(rule === 'one_from_each' && { groups: groupsOf(seats, asked) }),
    ...(comment && { comment }),
    ...(veto !== undefined && { veto }),
    ...(delegateTo.length > 0 && { delegateTo }),
    ...(assurance && { assurance }),
    ...(plan.assign && rule !== 'all' && { assigned: true }),
  };
  return { stage };
}

function groupsOf({ groups }: Seats, asked: readonly string[]): NonNullable<Stage['groups']> {
  return groups.map(({ name, people }) => ({ name, people: people.filter((person) => asked.includes(person)) }));
}

/** The groups and roles that the plan names, and of the people whom it names those whose seats these are. */
function namesAsked({ approvers: names }: StagePlan, approvers: readonly Approver[], { directory }: Policy): string[] {
  const seats = approvers.map(({ person, via }) => via?.[0] ?? person);
  return names.filter((name) => seats.includes(name) || !Object.hasOwn(directory.people, name));
}

/** To whom its approvers may hand their seat on: nobody, where everybody named sits already or is excluded. */
function heirs(
  { approvers, delegateTo }: StagePlan,
  asked: readonly string[],
  { policy, excluded }: Surroundings,
): string[] {
  if (delegateTo?.length === 0) return [];
  const names = [...new Set([...approvers, ...(delegateTo ?? [])])];
  const somebody = membersOf(policy.directory, names).some((key) => {
    const person = policy.directory.people[key];
    return person && !asked.includes(key) && !isExcluded(excluded, { person: key, addresses: addressesOf(person) });
  });
  return somebody ? names : [];
}
