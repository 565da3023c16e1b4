import type { Stage } from './gate.ts';

/** To whom somebody may hand their seat on, by names of the directory: each of `others`, and who is in all of `groups`. */
export interface Heirs {
  groups: string[];
  others: string[];
}

/**
 * Where one from each group is needed, a seat stays in its groups: else two people of one group could decide for both.
 * Only whom the policy names beside the groups may take it out of them.
 */
export function heirsOf({ rule, delegateTo = [], groups = [] }: Stage, person: string): Heirs {
  if (rule !== 'one_from_each') return { groups: [], others: delegateTo };
  const own = groups.filter(({ people }) => people.includes(person)).map(({ name }) => name);
  return {
    groups: delegateTo.length === 0 ? [] : own,
    others: delegateTo.filter((allowed) => !groups.some(({ name }) => name === allowed)),
  };
}

/** The same for reading: names one after the other. */
export function heirsInWords({ groups, others }: Heirs): string[] {
  return [...(groups.length > 0 ? [groups.join(' as well as ')] : []), ...others];
}
