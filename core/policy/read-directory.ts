import { addressForms } from '../identity.ts';
import { mailboxProblem } from '../intake/address.ts';
import { limits } from '../limits.ts';
import { groupsByPerson } from './directory.ts';
import { DirectoryInFile, GroupInFile, PersonInFile } from './file/directory.ts';
import { aKey, keyPattern } from './file/words.ts';
import { onePersonPerPrincipal } from './one-person-per-principal.ts';
import type { Person, Policy } from './policy.ts';
import { readAttendance } from './read-attendance.ts';
import { isMapping, namesUnder, type Path, type Reading } from './reading.ts';

/** The directory as far as it is right, and every name in it, right or wrong, that others may refer to. */
export interface DirectoryRead {
  directory: Policy['directory'];
  names: ReadonlySet<string>;
  /** Nothing in it was wrong. */
  complete: boolean;
  /** There is one in the file. */
  present: boolean;
}

/** What a reference to the directory is a reference to. */
export const aNamed = 'person, group or role';

/** Without one in the file: an empty one. */
export function readDirectory(reading: Reading, value: unknown, present: boolean): DirectoryRead {
  if (!present) return { directory: { people: {}, groups: {} }, names: new Set(), complete: true, present };
  const before = reading.findings.length;
  const fields = reading.fields(value, ['directory'], Object.keys(DirectoryInFile.shape));
  const at = (key: string): Path => ['directory', key];
  const people = fields && reading.entries(fields.people, at('people'), `each person under ${aKey}`, keyPattern);
  const groups =
    fields?.groups === undefined || (isMapping(fields.groups) && Object.keys(fields.groups).length === 0)
      ? []
      : reading.entries(fields.groups, at('groups'), `each group under ${aKey}`, keyPattern);
  const keys = new Set((people ?? []).map(([key]) => key));
  const roles = readRoles(reading, people ?? [], keys);
  const names = new Set([...keys, ...roles.keys(), ...(groups ?? []).map(([key]) => key)]);
  const directory = {
    people: readPeople(reading, people ?? [], keys),
    groups: readGroups(reading, groups ?? [], { keys, names, roles }),
  };
  const complete = reading.findings.length === before;
  if (complete) notInTooMany(reading, directory);
  return { directory, names, complete: reading.findings.length === before, present };
}

/** Each person's groups are kept beside them, where votes read them. */
function notInTooMany(reading: Reading, directory: Policy['directory']): void {
  for (const [person, { length }] of groupsByPerson(directory))
    if (length > limits.groupsPerPerson)
      reading.say(
        ['directory', 'people', person],
        `is in ${length} groups and roles, by way of others too; ${limits.groupsPerPerson} at most can be kept`,
      );
}

function readPeople(reading: Reading, entries: [string, unknown][], keys: ReadonlySet<string>): Record<string, Person> {
  const people: Record<string, Person> = {};
  for (const [key, entry] of entries) {
    const path = ['directory', 'people', key];
    const fields = reading.fields(entry, path, Object.keys(PersonInFile.shape));
    if (!fields) continue;
    // Key by key: what is wrong with one hides nothing that is wrong with another.
    const { shape } = PersonInFile;
    const name = reading.read(shape.name, fields.name, [...path, 'name']);
    const email = reading.read(shape.email, fields.email, [...path, 'email']);
    const aliases = reading.read(shape.aliases, fields.aliases, [...path, 'aliases']);
    const principals = reading.read(shape.principals, fields.principals, [...path, 'principals']);
    reading.read(shape.roles, fields.roles, [...path, 'roles']);
    people[key] = {
      name: name ?? '',
      email: email ?? '',
      ...(aliases && { aliases }),
      ...(principals && { principals }),
      ...readAttendance(reading, fields, path, { key, keys }),
    };
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

/** Who has which role: the people's own word, by role. */
function readRoles(
  reading: Reading,
  people: [string, unknown][],
  keys: ReadonlySet<string>,
): ReadonlyMap<string, string[]> {
  const roles = new Map<string, string[]>();
  for (const [person, entry] of people)
    for (const { name, at } of namesUnder(entry, 'roles')) {
      const path = ['directory', 'people', person, ...at];
      if (!keyPattern.test(name)) reading.say(path, `'${name}' cannot be a role's name: it must be ${aKey}`);
      else if (keys.has(name)) reading.say(path, `'${name}' is a person already; a role needs a name of its own`);
      else roles.set(name, [...(roles.get(name) ?? []), person]);
    }
  return roles;
}

interface Names {
  keys: ReadonlySet<string>;
  names: ReadonlySet<string>;
  roles: ReadonlyMap<string, string[]>;
}

function readGroups(reading: Reading, entries: [string, unknown][], { keys, names, roles }: Names) {
  const groups: Record<string, string[]> = {};
  for (const [key, entry] of entries) {
    const path = ['directory', 'groups', key];
    if (keys.has(key))
      reading.say(path, `'${key}' is a person already; a group needs a key of its own`, { onKey: true });
    reading.read(GroupInFile, entry, path);
    const members: unknown[] = Array.isArray(entry) ? entry : [];
    groups[key] = members.filter(
      (member, i): member is string =>
        typeof member === 'string' && member !== '' && reading.refersTo(names, member, [...path, i], aNamed),
    );
  }
  for (const [role, people] of roles) groups[role] = [...new Set([...(groups[role] ?? []), ...people])];
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
