import { couldBe, unreadable } from './four-eyes.ts';

/** Mailboxes by their domain, and whose each is: what is looked up in stands under its name, and is not searched for. */
export type AddressBook = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** Makes the book of canonical addresses, each with whose it is. */
export function addressBook(entries: Iterable<readonly [address: string, key: string]>): AddressBook {
  const book = new Map<string, Map<string, string[]>>();
  for (const [address, key] of entries) {
    const { mailbox, domain } = split(address);
    const mailboxes = book.get(domain) ?? new Map<string, string[]>();
    book.set(domain, mailboxes.set(mailbox, [...(mailboxes.get(mailbox) ?? []), key]));
  }
  return book;
}

/**
 * Whose mailboxes these canonical addresses are, or could be. Only what cannot be read is compared, and `compared` says how
 * often: a domain with each domain once, a name with the names of the domains it could be in.
 */
export function ownersOf(book: AddressBook, addresses: Iterable<string>): { keys: Set<string>; compared: number } {
  const keys = new Set<string>();
  let compared = 0;
  const fitting = (text: string, known: Iterable<string>): string[] => {
    if (!text.includes(unreadable)) return [text];
    return [...known].filter((other) => {
      compared++;
      return couldBe(text, other);
    });
  };
  const domains = new Map<string, string[]>();
  for (const address of new Set(addresses)) {
    const { mailbox, domain } = split(address);
    const within = domains.get(domain) ?? fitting(domain, book.keys());
    domains.set(domain, within);
    for (const one of within) {
      const mailboxes = book.get(one);
      if (!mailboxes) continue;
      for (const name of fitting(mailbox, mailboxes.keys())) for (const key of mailboxes.get(name) ?? []) keys.add(key);
    }
  }
  return { keys, compared };
}

function split(address: string): { mailbox: string; domain: string } {
  const at = address.lastIndexOf('@');
  return { mailbox: address.slice(0, Math.max(at, 0)), domain: address.slice(at + 1) };
}
