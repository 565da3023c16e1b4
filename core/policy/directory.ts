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
