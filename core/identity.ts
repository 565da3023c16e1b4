import { type AddressBook, addressBook, ownersOf } from './address-book.ts';
import type { Excluded } from './claim.ts';
import { sameAddress, unreadable } from './four-eyes.ts';
import { asSeen, skeleton } from './look-alikes.ts';
import { fitsPattern } from './policy/pattern.ts';
import type { Person, Policy } from './policy/policy.ts';
import { decodeLabel } from './punycode.ts';

const nothing = /(?!)/g;

/** Providers for whom several domains are one, and the characters they ignore before the `@`. */
const providers: Record<string, { domain: string; ignores: RegExp }> = {
  'gmail.com': { domain: 'gmail.com', ignores: /\./g },
  'googlemail.com': { domain: 'gmail.com', ignores: /\./g },
  'proton.me': { domain: 'proton.me', ignores: /[._-]/g },
  'protonmail.com': { domain: 'proton.me', ignores: /[._-]/g },
  'protonmail.ch': { domain: 'proton.me', ignores: /[._-]/g },
  'pm.me': { domain: 'proton.me', ignores: /[._-]/g },
  'icloud.com': { domain: 'icloud.com', ignores: nothing },
  'me.com': { domain: 'icloud.com', ignores: nothing },
  'mac.com': { domain: 'icloud.com', ignores: nothing },
};

const providersAsSeen = new Map(Object.entries(providers).map(([name, provider]) => [asSeen(name), provider]));

/**
 * The one form in which two addresses of the same mailbox are equal, disguises removed: case, `+tag`, dots where the
 * provider ignores them, look-alikes, invisible characters, encoded domains. May hold `unreadable` characters: compare
 * with `sameAddress`.
 */
export function canonicalAddress(address: string): string {
  return canonical(address, (domain) =>
    skeleton(
      domain
        .normalize('NFKC')
        .toLowerCase()
        .split('.')
        .map((label) => decodeLabel(label) ?? label)
        .join('.'),
    ),
  );
}

/**
 * Every canonical form of an address. More than one where its domain is written in another script: as that looks, and
 * as DNS knows it (`xn--…`).
 */
export function addressForms(address: string): string[] {
  const plain = plainForm(address);
  if (plain !== undefined) return [plain];
  const encoded = canonical(address, (domain) => {
    const host = domain.normalize('NFKC').toLowerCase();
    if (/^[\x21-\x7e]*$/.test(host)) return host;
    return URL.canParse(`http://${host}/`) ? new URL(`http://${host}/`).hostname : skeleton(host);
  });
  return [...new Set([canonicalAddress(address), encoded])];
}

/** How many letters of these addresses could be any, each name and each domain counted once: what comparing them costs. */
export function unreadableLetters(addresses: readonly string[]): number {
  const forms = [...new Set(addresses)].map(canonicalAddress);
  const names = forms.map((form) => form.slice(0, form.lastIndexOf('@') + 1));
  const domains = forms.map((form) => form.slice(form.lastIndexOf('@') + 1));
  return [...new Set([...names, ...domains])].join('').split(unreadable).length - 1;
}

/** The one form of an address in plain ASCII, as nearly all are: what the long way comes to, without its folding. */
function plainForm(address: string): string | undefined {
  if (!/^[\x21-\x7e]+$/.test(address)) return undefined;
  const text = address.toLowerCase();
  const split = text.lastIndexOf('@');
  if (split < 0 || text.includes('xn--', split)) return undefined;
  return inOneForm(text.slice(0, split), text.slice(split + 1));
}

function canonical(address: string, domainOf: (domain: string) => string): string {
  const text = address.normalize('NFKC').trim();
  const split = text.lastIndexOf('@');
  if (split < 0) return skeleton(text);
  // Spaces again: one may have stood behind something unseen.
  return inOneForm(skeleton(text.slice(0, split)).trim(), domainOf(text.slice(split + 1)).trim());
}

/** Without `+tag`, dots at the end, and what the provider ignores. */
function inOneForm(local: string, domain: string): string {
  const typed = domain.replace(/\.+$/, '');
  const provider = Object.hasOwn(providers, typed) ? providers[typed] : undefined;
  const tag = local.indexOf('+');
  const mailbox = tag > 0 ? local.slice(0, tag) : local;
  return `${(provider && mailbox.replace(provider.ignores, '')) || mailbox}@${provider?.domain ?? typed}`;
}

/** A canonical address as a hasty reader takes it: `gmaiI.com` for `gmail.com`, dots and all. */
function asTaken(form: string): string {
  const seen = asSeen(form);
  const split = seen.lastIndexOf('@');
  const [local, domain] = [seen.slice(0, Math.max(split, 0)), seen.slice(split + 1)];
  const like = domain.includes(unreadable)
    ? [...providersAsSeen].find(([name]) => sameAddress(name, domain))?.[1]
    : providersAsSeen.get(domain);
  return like && split > 0 ? `${local.replace(like.ignores, '') || local}@${asSeen(like.domain)}` : seen;
}

/** Canonical forms of everything a person of the directory is reached at. */
export function addressesOf(person: Person): string[] {
  const only = person.aliases?.length ? undefined : plainForm(person.email);
  if (only !== undefined) return [only];
  const forms = [person.email, ...(person.aliases ?? [])].flatMap(addressForms);
  // The directory is ASCII, so a form that cannot be read comes from an encoded domain, whose encoded form stands beside it.
  return [...new Set(forms.filter((form) => !form.includes(unreadable)))];
}

/** Directory keys of everybody whose address this could be, or could be meant to pass for, in the directory's order. */
export function peopleAt(policy: Policy, address: string): string[] {
  return peopleMeeting(policy, addressForms(address));
}

/** Those of them whom every letter of the address speaks for: none of it is unreadable, and so could be anybody's. */
export function peopleNamedAt(policy: Policy, address: string): string[] {
  return peopleMeeting(
    policy,
    addressForms(address).filter((form) => !form.includes(unreadable)),
  );
}

/** Whose mailboxes these could be, or could be meant to pass for? Errs on the side of too many. */
function peopleMeeting(policy: Policy, forms: readonly string[]): string[] {
  const { people } = policy.directory;
  const { keys } = ownersOf(addressBookOf(people), forms.map(asTaken));
  return keys.size < 2 ? [...keys] : Object.keys(people).filter((key) => keys.has(key));
}

const addressBooks = new WeakMap<Policy['directory']['people'], AddressBook>();

/** Who is reached at each address, as a hasty reader takes it. Made once for a directory, which may hold 10,000 people. */
function addressBookOf(people: Policy['directory']['people']): AddressBook {
  const known = addressBooks.get(people);
  if (known) return known;
  const book = addressBook(
    Object.entries(people).flatMap(([key, person]) => addressesOf(person).map((form) => [asTaken(form), key] as const)),
  );
  addressBooks.set(people, book);
  return book;
}

/** The person whose mailbox this is, look-alikes aside; undefined where it is nobody's. */
export function findPerson(policy: Policy, address: string): { key: string; person: Person } | undefined {
  const forms = addressForms(address);
  for (const [key, person] of Object.entries(policy.directory.people))
    if (addressesOf(person).some((theirs) => forms.includes(theirs))) return { key, person };
  return undefined;
}

/** Who signed a call, read from the ARN that AWS gives for them. */
export type Principal =
  | { kind: 'role'; account: string; role: string; session: string }
  | { kind: 'user'; account: string; user: string }
  | { kind: 'other'; account: string; name: string };

/** Reads `arn:aws:sts::…:assumed-role/Role/session`, `arn:aws:iam::…:user/path/name` and the like; undefined for anything else. */
export function principalOf(arn: string): Principal | undefined {
  const match = /^arn:aws[a-z-]*:(sts|iam)::(\d{12}):(.+)$/.exec(arn);
  const [, service, account = '', resource = ''] = match ?? [];
  if (!match) return undefined;
  const parts = resource.split('/');
  const last = parts.at(-1) ?? '';
  const [kind, role] = parts;
  if (service === 'sts' && kind === 'assumed-role' && role && parts.length === 3)
    return { kind: 'role', account, role, session: last };
  if (service === 'iam' && kind === 'user' && parts.length > 1) return { kind: 'user', account, user: last };
  return { kind: 'other', account, name: resource };
}

/** Directory key of the person an IAM principal is; undefined where it is nobody's, and so a machine's. */
export function personOfPrincipal(policy: Policy, arn: string): string | undefined {
  const principal = principalOf(arn);
  if (!principal) return undefined;
  return Object.entries(policy.directory.people).find(([, person]) =>
    person.principals?.some((listed) => {
      if ('user' in listed) return principal.kind === 'user' && fitsPattern(listed.user, principal.user);
      return (
        principal.kind === 'role' &&
        fitsPattern(listed.role, principal.role) &&
        fitsPattern(listed.session, principal.session)
      );
    }),
  )?.[0];
}

/**
 * Everybody who must not decide: whoever is named as requester or author, in any disguise, and whoever AWS says is
 * asking. Addresses of theirs are kept too, so that a directory that changes meanwhile lets nobody back in.
 */
export function excludedOf(
  policy: Policy,
  asked: { requestedBy?: string; authors?: readonly string[]; verifiedPerson?: string },
): Excluded {
  const named = [...(asked.requestedBy === undefined ? [] : [asked.requestedBy]), ...(asked.authors ?? [])];
  const addresses = new Set([...new Set(named)].flatMap(addressForms));
  const people = new Set(peopleMeeting(policy, [...addresses]));
  if (asked.verifiedPerson !== undefined) people.add(asked.verifiedPerson);
  for (const key of people) {
    const person = policy.directory.people[key];
    if (person) for (const address of addressesOf(person)) addresses.add(address);
  }
  return { people: [...people].sort(), addresses: [...addresses].sort() };
}
