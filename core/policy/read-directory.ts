import { addressForms } from '../identity.ts';
import { mailboxProblem } from '../intake/address.ts';
import { GroupInFile, keyPattern, PersonInFile } from './file.ts';
import { patternsOverlap } from './pattern.ts';
import type { Person, Policy } from './policy.ts';
import { isMapping, type Path, type Reading } from './reading.ts';

/** The directory as far as it is right, and every name in it, right or wrong, that others may refer to. */
export interface DirectoryRead {
  directory: Policy['directory'];
  names: string[];
  /** Nothing in it was wrong. */
  complete: boolean;
}

export function readDirectory(reading: Reading, value: unknown): DirectoryRead {
  const before = reading.findings.length;
  const fields = reading.fields(value, ['directory'], ['people', 'groups']);
  const at = (key: string): Path => ['directory', key];
  const people = fields && reading.entries(fields.people, at('people'), `each person under ${aKey}`, keyPattern);
  const groups =
    fields?.groups === undefined || (isMapping(fields.groups) && Object.keys(fields.groups).length === 0)
      ? []
      : reading.entries(fields.groups, at('groups'), `each group under ${aKey}`, keyPattern);
  const directory = {
    people: readPeople(reading, people ?? []),
    groups: readGroups(
      reading,
      groups ?? [],
      (people ?? []).map(([key]) => key),
    ),
  };
  const names = [...(people ?? []), ...(groups ?? [])].map(([name]) => name);
  return { directory, names, complete: reading.findings.length === before };
}

const aKey = 'a key of letters, digits, `_`, `.` and `-`, beginning with a letter';

function readPeople(reading: Reading, entries: [string, unknown][]): Record<string, Person> {
  const people: Record<string, Person> = {};
  for (const [key, entry] of entries) {
    const person = reading.read(PersonInFile, entry, ['directory', 'people', key]);
    if (!person) continue;
    const { aliases, principals, ...rest } = person;
    people[key] = { ...rest, ...(aliases && { aliases }), ...(principals && { principals }) };
  }
  oneHumanOnce(reading, entries);
  onePersonPerPrincipal(reading, people);
  return people;
}

/** No mailbox is two people's: one human would count twice (R7). */
function oneHumanOnce(reading: Reading, entries: [string, unknown][]): void {
  const owners = new Map<string, { key: string; address: string }>();
  for (const [key, entry] of entries)
    for (const [address, at] of mailboxesIn(entry)) {
      const forms = addressForms(address);
      const owner = forms.map((form) => owners.get(form)).find((found) => found && found.key !== key);
      if (owner)
        reading.say(
          ['directory', 'people', key, ...at],
          `'${address}' is the same mailbox as ${owner.key}'s '${owner.address}'; one human must be one person`,
        );
      for (const form of forms) if (!owners.has(form)) owners.set(form, { key, address });
    }
}

function mailboxesIn(entry: unknown): [string, Path][] {
  if (!isMapping(entry)) return [];
  const aliases = Array.isArray(entry.aliases) ? entry.aliases : [];
  const all: [unknown, Path][] = [
    [entry.email, ['email']],
    ...aliases.map((a, i): [unknown, Path] => [a, ['aliases', i]]),
  ];
  return all.flatMap(([address, at]): [string, Path][] =>
    typeof address === 'string' && mailboxProblem(address) === undefined ? [[address, at]] : [],
  );
}

type Listed = NonNullable<Person['principals']>[number];

/** No IAM principal is two people. */
function onePersonPerPrincipal(reading: Reading, people: Record<string, Person>): void {
  const seen: { key: string; principal: Listed }[] = [];
  for (const [key, person] of Object.entries(people))
    person.principals?.forEach((principal, i) => {
      const other = seen.find((candidate) => candidate.key !== key && overlap(candidate.principal, principal));
      if (other)
        reading.say(
          ['directory', 'people', key, 'principals', i],
          `fits principals of ${other.key} too; a principal must be one person`,
        );
      seen.push({ key, principal });
    });
}

function overlap(one: Listed, other: Listed): boolean {
  if ('user' in one) return 'user' in other && patternsOverlap(one.user, other.user);
  return 'role' in other && patternsOverlap(one.role, other.role) && patternsOverlap(one.session, other.session);
}

function readGroups(reading: Reading, entries: [string, unknown][], people: string[]): Record<string, string[]> {
  const names = [...people, ...entries.map(([key]) => key)];
  const groups: Record<string, string[]> = {};
  for (const [key, entry] of entries) {
    const path = ['directory', 'groups', key];
    if (people.includes(key))
      reading.say(path, `'${key}' is a person already; a group needs a key of its own`, { onKey: true });
    const members = reading.read(GroupInFile, entry, path);
    groups[key] = (members ?? []).filter((member, i) =>
      reading.refersTo(names, member, [...path, i], 'person or group'),
    );
  }
  noCycles(reading, groups);
  return groups;
}

function noCycles(reading: Reading, groups: Record<string, string[]>): void {
  const done = new Set<string>();
  const visit = (group: string, trail: string[]): void => {
    if (trail.includes(group)) {
      const loop = [...trail.slice(trail.indexOf(group)), group];
      reading.say(['directory', 'groups', group], `the group contains itself: ${loop.join(' → ')}`, { onKey: true });
      return;
    }
    if (done.has(group)) return;
    for (const member of groups[group] ?? []) if (Object.hasOwn(groups, member)) visit(member, [...trail, group]);
    done.add(group);
  };
  for (const group of Object.keys(groups)) visit(group, []);
}
