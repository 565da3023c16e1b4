import type { Rule } from '../../gate.ts';
import type { Policy, StagePlan } from '../policy.ts';
import type { Standing } from '../situation.ts';
import { isWorking } from './availability.ts';
import { type Group, matched } from './matching.ts';

/** Among whom a stage chooses. */
export interface Candidates {
  /** Directory keys, in the order of their seats. */
  people: readonly string[];
  groups: readonly Group[];
}

/** How many votes a rule needs of that many people, at least one. */
export function votesOf(rule: Rule, people: number, groups: number): number {
  if (rule === 'all') return Math.max(people, 1);
  if (rule === 'one_from_each') return Math.max(groups, 1);
  return rule === 'any' ? 1 : rule.quorum;
}

/** Do these people suffice for the rule? */
export function enough(rule: Rule, { people, groups }: Candidates): boolean {
  const votes = rule === 'one_from_each' ? matched(groups, people).size : people.length;
  return votes >= votesOf(rule, people.length, groups.length);
}

/**
 * As many of them as the rule needs: those within their working hours first, then who has least to decide
 * (`least_loaded`) or was asked longest ago (`round_robin`), then in the directory's order.
 */
export function chosen(
  { rule, assign }: StagePlan,
  candidates: Candidates,
  { policy, now, standing }: { policy: Policy; now: string; standing?: Standing | undefined },
): string[] {
  const { people, groups } = candidates;
  if (!assign || rule === 'all') return [...people];
  const place = placesOf(policy.directory.people);
  const ranked = people.map((person) => {
    const known = policy.directory.people[person];
    return {
      person,
      away: known && isWorking(known, now) ? 0 : 1,
      load: loadOf(assign, standing, person),
      place: place.get(person) ?? 0,
    };
  });
  ranked.sort((a, b) => a.away - b.away || compare(a.load, b.load) || a.place - b.place);
  const needed = votesOf(rule, people.length, groups.length);
  const picked: string[] = [];
  for (const { person } of ranked) {
    if (picked.length === needed) break;
    const more = [...picked, person];
    // From each group one: a person who brings no group more is passed over.
    if (rule !== 'one_from_each' || matched(groups, more).size > picked.length) picked.push(person);
  }
  return people.filter((person) => picked.includes(person));
}

type People = Policy['directory']['people'];
const places = new WeakMap<People, ReadonlyMap<string, number>>();

/** Everybody's place in the directory. Made once for a directory, which may hold 10,000 people. */
function placesOf(people: People): ReadonlyMap<string, number> {
  const known = places.get(people) ?? new Map(Object.keys(people).map((key, index) => [key, index]));
  places.set(people, known);
  return known;
}

/** How much waits for somebody, or when they were asked last: the less, the sooner it is their turn. */
function loadOf(assign: NonNullable<StagePlan['assign']>, standing: Standing | undefined, person: string): number {
  if (!standing) return 0;
  const load = standing.load[person];
  // Of more people than can be asked about, some are not known: they must not always be first.
  if (!load) return Number.POSITIVE_INFINITY;
  if (assign === 'least_loaded') return load.open;
  return load.last === undefined ? 0 : Date.parse(load.last);
}

/** `Infinity - Infinity` is no number. */
function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
