import { addressBook, ownersOf } from '../../../core/address-book.ts';
import { unreadable } from '../../../core/four-eyes.ts';

const domains = ['example.com', 'example.org', 'mail.example.com', 'example.net'];
const people = Array.from(
  { length: 10_000 },
  (_, i) => [`person${i}@${domains[i % domains.length]}`, `p${i}`] as const,
);
const book = addressBook(people);
const found = (...addresses: string[]) => [...ownersOf(book, addresses).keys];
const compared = (...addresses: string[]) => ownersOf(book, addresses).compared;

test('R6 an address finds whose it is, and one with letters that cannot be read all whose it could be', () => {
  expect(found('person7@example.net', 'person8@example.com', 'nobody@example.com')).toEqual(['p7', 'p8']);
  expect(found(`person${unreadable}8@example.com`)).toEqual(
    people.map(([, key]) => key).filter((key) => /^p\d{0,2}8$/.test(key) && Number(key.slice(1)) % 4 === 0),
  );
  expect(found(`person7@example.${unreadable}${unreadable}t`)).toEqual(['p7']);
  expect(found(`${unreadable}person7@example.net`)).toEqual(['p7']);
});

test('an address that two have finds both', () => {
  const shared = addressBook([...people, ['person7@example.net', 'twin']]);
  expect([...ownersOf(shared, ['person7@example.net']).keys]).toEqual(['p7', 'twin']);
});

test('invariant 11: what can be read is looked up; the rest is compared with each domain once, and with the names in it', () => {
  const names = Array.from({ length: 21 }, (_, i) => `${unreadable}${i}`);
  expect(compared(...names.map((_, i) => `person${i}@example.com`))).toBe(0);
  // Twenty-one times a name in clear, in one domain of which no letter can be read.
  expect(compared(...names.map((_, i) => `person${i}@${unreadable.repeat(52)}`))).toBe(domains.length);
  expect(compared(...names.map((name) => `${name}@example.com`))).toBe(names.length * 2_500);
  expect(compared(...names.map((name) => `${name}@elsewhere.com`))).toBe(0);
  expect(compared(...names.map(() => `${unreadable}@example.com`))).toBe(2_500);
});
