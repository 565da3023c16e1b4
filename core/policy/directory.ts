import type { DirectoryNow } from '../still-asked.ts';
import type { Policy } from './policy.ts';

/**
 * The people that names of people and groups stand for: directory keys, each once, in the order they are named.
 * Groups may hold groups; a name that is neither (which a loaded policy does not have) stands for nobody.
 */
export function membersOf(directory: Policy['directory'], names: readonly string[]): string[] {
  const members = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (Object.hasOwn(directory.people, name)) members.add(name);
    else if (Object.hasOwn(directory.groups, name) && !seen.has(name)) {
      seen.add(name);
      for (const member of directory.groups[name] ?? []) visit(member);
    }
  };
  for (const name of names) visit(name);
  return [...members];
}

/** Everybody's groups and roles, by way of other groups too, sorted: by directory key. */
export function groupsByPerson(directory: Policy['directory']): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of Object.keys(directory.groups).sort())
    for (const person of membersOf(directory, [name])) {
      const known = groups.get(person);
      if (known) known.push(name);
      else groups.set(person, [name]);
    }
  return groups;
}

const made = new WeakMap<Policy['directory'], DirectoryNow>();

/** What a directory says of people. Made once for each: it may hold 10,000, and a sweep asks it about every request. */
export function directoryNow(directory: Policy['directory']): DirectoryNow {
  const now = made.get(directory) ?? make(directory);
  made.set(directory, now);
  return now;
}

function make(directory: Policy['directory']): DirectoryNow {
  const members = new Map<string, ReadonlySet<string>>();
  const membersIn = (group: string): ReadonlySet<string> => {
    const known = members.get(group) ?? new Set(membersOf(directory, [group]));
    members.set(group, known);
    return known;
  };
  return {
    has: (person) => Object.hasOwn(directory.people, person),
    isIn: (person, group) => Object.hasOwn(directory.groups, group) && membersIn(group).has(person),
  };
}
