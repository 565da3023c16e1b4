import type { Approver } from '../../gate.ts';
import { peopleNamedAt } from '../../identity.ts';
import { membersOf } from '../directory.ts';
import type { Policy, StagePlan } from '../policy.ts';
import { votesOf } from './assign.ts';
import { shortOfPeople } from './matching.ts';
import type { Seats, Surroundings } from './seats.ts';
import { quoted } from './verdict.ts';

/** Why a stage that too few are left for cannot be met: which part, and exactly why. */
export function unmet(planned: StagePlan, seats: Seats, policy: Policy): string {
  if (planned.rule === 'one_from_each') return unmetGroups(planned, seats, policy);
  const left = seats.seated.length;
  const needed = votesOf(planned.rule, left, 0);
  const who = left === 0 ? 'nobody is left' : `only ${left} of them ${left === 1 ? 'is' : 'are'} left`;
  const why = reasons(planned.approvers, seats, policy);
  return `The stage '${planned.name}' needs ${needed} ${needed === 1 ? 'approver' : 'approvers'} and ${who}${why}.`;
}

function unmetGroups({ name, approvers }: StagePlan, seats: Seats, policy: Policy): string {
  const short = shortOfPeople(seats.groups, keysOf(seats.seated));
  const parts = short.map(({ groups, people }) =>
    people.length === 0
      ? `nobody is left of ${quoted(groups)}`
      : `${quoted(groups)} have only ${namesOf(policy, people)} left between them, and one person speaks for one group`,
  );
  const why = reasons(
    short.flatMap(({ groups }) => groups),
    seats,
    policy,
  );
  return `The stage '${name}' needs one from each of ${quoted(approvers)}, and ${parts.join(', and ')}${why}.`;
}

/** What keeps the people of these names away, with a colon before it. */
function reasons(names: readonly string[], seats: Seats, policy: Policy): string {
  const { people, groups } = policy.directory;
  const meant = new Set(membersOf(policy.directory, names));
  const out = seats.out.filter(({ person }) => meant.has(person));
  const twice = seats.twice.filter((person) => meant.has(person));
  const unknown = names.filter((name) => !Object.hasOwn(people, name) && !Object.hasOwn(groups, name));
  const empty = names.filter((name) => Object.hasOwn(groups, name) && groups[name]?.length === 0);
  const said: string[] = [];
  if (out.length > 0)
    said.push(`${namesOf(policy, keysOf(out))} asked for this or wrote it, so somebody else has to decide`);
  if (unknown.length > 0) said.push(`the directory has no person, group or role ${quoted(unknown)}`);
  if (empty.length > 0) said.push(`${quoted(empty)} ${empty.length === 1 ? 'has' : 'have'} no members`);
  if (twice.length > 0)
    said.push(
      `${namesOf(policy, twice)} ${twice.length === 1 ? 'shares' : 'share'} a mailbox with another of them, and one human counts once`,
    );
  return said.length === 0 ? '' : `: ${said.join('; ')}`;
}

/**
 * Those left out whom the request does not name, in whatever disguise, but only could name: by an address with letters
 * that may stand for anybody's. A stage of `all` must not get smaller for them: one odd address would choose a crowd who
 * need not agree.
 */
export function mistakable(out: readonly Approver[], { policy, claim, verified }: Surroundings): Approver[] {
  if (out.length === 0) return [];
  const named = [claim.requestedBy, ...(claim.authors ?? [])].flatMap((address) => peopleNamedAt(policy, address));
  return out.filter(({ person }) => person !== verified && !named.includes(person));
}

/** The same in words. */
export function mistaken({ name }: StagePlan, unsure: readonly Approver[], policy: Policy): string {
  return `The stage '${name}' needs everybody, and somebody named in the request cannot be told from ${namesOf(policy, keysOf(unsure))}.`;
}

function keysOf(people: readonly Approver[]): string[] {
  return people.map(({ person }) => person);
}

function namesOf({ directory }: Policy, keys: readonly string[]): string {
  return keys.map((key) => directory.people[key]?.name ?? key).join(', ');
}
