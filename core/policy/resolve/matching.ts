/** A group of a stage that needs one from each, and who can speak for it (directory keys). */
export interface Group {
  name: string;
  people: readonly string[];
}

/** Gives as many groups as it can a person of their own. Answers the person's group, by the person. */
export function matched(groups: readonly Group[], people: readonly string[]): Map<string, number> {
  const groupOf = new Map<string, number>();
  const allowed = new Set(people);
  groups.forEach((_, group) => void place(groups, group, allowed, groupOf, new Set()));
  return groupOf;
}

function place(
  groups: readonly Group[],
  group: number,
  allowed: ReadonlySet<string>,
  groupOf: Map<string, number>,
  tried: Set<string>,
): boolean {
  for (const person of groups[group]?.people ?? []) {
    if (tried.has(person) || !allowed.has(person)) continue;
    tried.add(person);
    const other = groupOf.get(person);
    if (other !== undefined && !place(groups, other, allowed, groupOf, tried)) continue;
    groupOf.set(person, group);
    return true;
  }
  return false;
}

/**
 * Why not every group can have a person of its own: for each group without one, the groups it shares its people with, and
 * who those people are (fewer than the groups).
 */
export function shortOfPeople(
  groups: readonly Group[],
  people: readonly string[],
): { groups: string[]; people: string[] }[] {
  const groupOf = matched(groups, people);
  const given = new Set(groupOf.values());
  return groups.flatMap((_, start) => {
    if (given.has(start)) return [];
    const competing = new Set([start]);
    const shared = new Set<string>();
    for (const group of competing)
      for (const person of groups[group]?.people ?? []) {
        const other = groupOf.get(person);
        if (other === undefined || shared.has(person)) continue;
        shared.add(person);
        competing.add(other);
      }
    return [{ groups: [...competing].map((group) => groups[group]?.name ?? ''), people: [...shared] }];
  });
}
