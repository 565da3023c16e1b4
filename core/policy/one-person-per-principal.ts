import { patternsOverlap } from './pattern.ts';
import type { Person } from './policy.ts';
import type { Reading } from './reading.ts';

type Listed = NonNullable<Person['principals']>[number];
interface Owned {
  key: string;
  principal: Listed;
}

type Kind = 'users' | 'sessions' | 'roles';
type Shelves = Readonly<Record<Kind, Map<string, Owned[]>>>;

/** No IAM principal is two people. Compares only what could be the same: thousands of people list theirs. */
export function onePersonPerPrincipal(reading: Reading, people: Record<string, Person>): void {
  const shelves: Shelves = { users: new Map(), sessions: new Map(), roles: new Map() };
  for (const [key, person] of Object.entries(people))
    person.principals?.forEach((principal, i) => {
      const other = couldBeTheSame(principal, shelves).find(
        (candidate) => candidate.key !== key && overlap(candidate.principal, principal),
      );
      if (other)
        reading.say(
          ['directory', 'people', key, 'principals', i],
          `fits principals of ${other.key} too; a principal must be one person`,
        );
      const { kind, label } = shelfOf(principal);
      shelves[kind].set(label, [...(shelves[kind].get(label) ?? []), { key, principal }]);
    });
}

/** A principal lies on the shelf of its session or user; where that is a pattern, of its role; patterns lie together. */
function shelfOf(principal: Listed): { kind: Kind; label: string } {
  if ('user' in principal) return { kind: 'users', label: labelOf(principal.user) };
  if (!principal.session.includes('*')) return { kind: 'sessions', label: principal.session };
  return { kind: 'roles', label: labelOf(principal.role) };
}

const patterns = '*';
function labelOf(pattern: string): string {
  return pattern.includes('*') ? patterns : pattern;
}

function couldBeTheSame(principal: Listed, { users, sessions, roles }: Shelves): Owned[] {
  if ('user' in principal) return on(users, principal.user);
  return [...on(sessions, principal.session), ...on(roles, principal.role)];
}

/** What lies on the shelves that a pattern could fit: its own and the patterns', or all of them. */
function on(shelves: Map<string, Owned[]>, pattern: string): Owned[] {
  if (pattern.includes('*')) return [...shelves.values()].flat();
  return [...(shelves.get(pattern) ?? []), ...(shelves.get(patterns) ?? [])];
}

function overlap(one: Listed, other: Listed): boolean {
  if ('user' in one) return 'user' in other && patternsOverlap(one.user, other.user);
  return 'role' in other && patternsOverlap(one.role, other.role) && patternsOverlap(one.session, other.session);
}
