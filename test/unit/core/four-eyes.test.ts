import { isExcluded, sameAddress, unreadable } from '../../../core/four-eyes.ts';

// `?` stands for a letter that nobody can read.
const read = (address: string) => address.replaceAll('?', unreadable);
const same = (one: string, other: string) => {
  const answers = [sameAddress(read(one), read(other)), sameAddress(read(other), read(one))];
  expect(answers[0]).toBe(answers[1]);
  return answers[0];
};

describe('R6 an unreadable letter', () => {
  test.each([
    ['one letter', 'b?b@example.com', 'bob@example.com'],
    ['two, as a ligature does', 'b?@example.com', 'bob@example.com'],
    ['none, as a mark does', 'bob?@example.com', 'bob@example.com'],
    ['another of its kind, more or fewer', 'b??b@example.com', 'b?b@example.com'],
    ['nothing but letters like it', '??@example.com', '?@example.com'],
    ['a letter of the domain', 'bob@ex?mple.com', 'bob@example.com'],
    ['letters in both', 'b?b@ex?mple.com', 'bob@example.com'],
    ['one beside an @ in quotes', 'a@b?@example.com', 'a@bc@example.com'],
    ['one before an @ in quotes', 'a?@c@example.com', 'ab@c@example.com'],
    ['all of a mailbox that is empty', '?@example.com', '@example.com'],
  ])('may stand for %s', (_, one, other) => {
    expect(same(one, other)).toBe(true);
  });

  test.each([
    ['the letters beside it', 'b?b@example.com', 'bad@example.com'],
    ['what follows it', '?b@example.com', 'a@example.com'],
    ['what stands before it', 'b?@example.com', 'a@example.com'],
    ['another domain', 'b?b@example.com', 'bob@example.org'],
    ['a domain that has another letter', 'b?b@example.com', 'bob@exbmple.com'],
    ['another mailbox', 'bob@ex?mple.com', 'bab@example.com'],
    ['a whole name', '?@example.com', 'alice@example.com'],
    ['an @', 'a?b@example.com', 'a@b@example.com'],
    ['the @', 'a?example.com', 'a@example.com'],
    ['another text, though neither is an address', 'zb?', 'abx'],
  ])('does not make up for %s', (_, one, other) => {
    expect(same(one, other)).toBe(false);
  });
});

test('what is read is the same only as itself', () => {
  expect(same('bob@example.com', 'bob@example.com')).toBe(true);
  expect(same('bob@example.com', 'bab@example.com')).toBe(false);
  expect(same('example.com', '@example.com')).toBe(false);
});

test('R6 four eyes exclude a person by their key, or by any one of their addresses', () => {
  const excluded = { people: ['alice'], addresses: ['bobby@gmail.com', read('c?rol@example.com')] };
  const out = (person: string, ...addresses: string[]) => isExcluded(excluded, { person, addresses });
  expect(out('alice', 'new@example.com')).toBe(true);
  expect(out('bob', 'bob@example.com', 'bobby@gmail.com')).toBe(true);
  expect(out('bob', 'bobby@gmail.com', 'bob@example.com')).toBe(true);
  expect(out('carol', 'cc@example.com', 'carol@example.com')).toBe(true);
  expect(out('dan', 'dan@example.com', 'd@gmail.com')).toBe(false);
  expect(out('dan')).toBe(false);
});
