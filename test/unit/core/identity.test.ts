import fc from 'fast-check';
import { sameAddress } from '../../../core/four-eyes.ts';
import {
  addressesOf,
  addressForms,
  canonicalAddress,
  excludedOf,
  findPerson,
  peopleAt,
  personOfPrincipal,
  principalOf,
} from '../../../core/identity.ts';
import type { Policy } from '../../../core/policy/policy.ts';

const policy: Policy = {
  directory: {
    people: {
      alice: { name: 'Alice', email: 'alice@example.com', principals: [{ role: 'Deploy*', session: 'alice' }] },
      bob: { name: 'Bob', email: 'bob@example.com', aliases: ['bobby@gmail.com'], principals: [{ user: 'bob' }] },
      idna: { name: 'Ida', email: 'ida@xn--80a1acny.xn--p1ai' },
    },
    groups: {},
  },
  sources: {},
  environments: {},
};

describe('canonicalAddress', () => {
  test.each([
    ['Bob@Example.COM', 'bob@example.com'],
    ['  bob@example.com ', 'bob@example.com'],
    ['bob+prod@example.com', 'bob@example.com'],
    ['bob+a+b@example.com', 'bob@example.com'],
    ['+bob@example.com', '+bob@example.com'],
    ['b.o.b@example.com', 'b.o.b@example.com'],
    ['B.o.b+x@GoogleMail.com', 'bob@gmail.com'],
    ['bo-b_.x@protonmail.com', 'bobx@proton.me'],
    ['bob+x@me.com', 'bob@icloud.com'],
    ['b.o.b@Mac.com', 'b.o.b@icloud.com'],
    ['bob@example.com.', 'bob@example.com'],
    ['bob@example.com..', 'bob@example.com'],
    ['bob@example.com \u200b', 'bob@example.com'],
    ['\u200b bob@example.com', 'bob@example.com'],
    ['@GoogleMail.com', '@gmail.com'],
    ['bоb@example.com', 'bob@example.com'],
    ['ВОВ@EXAMPLE.COM', 'bob@example.com'],
    ['bob@exаmple.com', 'bob@example.com'],
    ['bob@xn--exmple-4nf.com', 'bob@example.com'],
    ['ｂｏｂ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'bob@example.com'],
    ['bob＋x@example.com', 'bob@example.com'],
    ['bob@example。com', 'bob@example.com'],
    ['𝐛𝐨𝐛@example.com', 'bob@example.com'],
    ['bo\u200bb@example.com', 'bob@example.com'],
    ['bo\u00adb@example.com', 'bob@example.com'],
    ['bób@example.com', 'bob@example.com'],
    ['bo\u0301b@example.com', 'bob@example.com'],
    ['bοb@example.com', 'bob@example.com'],
  ])('R6 takes the disguise off %s', (disguised, plain) => {
    expect(canonicalAddress(disguised)).toBe(plain);
  });

  test('does not confuse plain addresses with one another', () => {
    const addresses = [
      'bob@example.com',
      'bab@example.com',
      'bob@example.org',
      'bob@mail.example.com',
      'bo@example.com',
    ];
    expect(new Set(addresses.map(canonicalAddress)).size).toBe(addresses.length);
  });

  test('an international domain has the form DNS knows beside the one it looks like', () => {
    expect(addressForms('ida@почта.рф')).toContain('ida@xn--80a1acny.xn--p1ai');
    expect(addressForms('ida@exämple.com')).toEqual(['ida@example.com', 'ida@xn--exmple-cua.com']);
    expect(addressForms('bob@xn--exmple-4nf.com')).toEqual(['bob@example.com', 'bob@xn--exmple-4nf.com']);
  });

  test('a domain in ASCII is taken as it is written, whatever the mailbox', () => {
    expect(addressForms('bób@127.1')).toEqual(['bob@127.1']);
  });

  test('text that is no address has a form all the same', () => {
    for (const text of ['Bob', ' Bob ', 'bób']) {
      expect(canonicalAddress(text)).toBe('bob');
      expect(addressForms(text)).toEqual(['bob']);
    }
    expect(canonicalAddress('')).toBe('');
    expect(canonicalAddress('bob@xn--999999999.xn--')).toMatch(/^bob@/);
  });
});

describe('peopleAt', () => {
  test.each([
    ['aΙice@example.com', 'a capital iota for l'],
    ['аlice@example.com', 'a Cyrillic a'],
    ['alⅰce@example.com', 'a Roman numeral'],
    ['a1ice@example.com', 'a one for l'],
    ['al♥ce@example.com', 'a letter nobody listed'],
    ['ɐlice@example.com', 'a turned a'],
    ['alice@ехample.com', 'a look-alike domain'],
    ['alice@example.cоm', 'a look-alike top-level domain'],
  ])('R6 sees through %s (%s)', (disguised) => {
    expect(peopleAt(policy, disguised)).toEqual(['alice']);
  });

  test.each(['alicia@example.com', 'malice@example.com', 'alice@example.org', 'боб@example.com'])(
    '%s is somebody else than alice@example.com',
    (other) => {
      expect(peopleAt(policy, other)).not.toContain('alice');
    },
  );

  test.each([
    ['b.obby@gmaiI.com', 'bob', 'a look-alike of a provider who ignores dots'],
    ['b.obby@gm\u4e00il.com', 'bob', 'one with a letter that nobody listed'],
    ['e-v.e@protonmaiI.com', 'eve', 'another name of theirs'],
    ['bob@xn--exmple-4nf.com', 'bob', 'an encoded look-alike domain'],
  ])('R6 sees through the provider in %s, who is %s (%s)', (disguised, key) => {
    const eve = { name: 'Eve', email: 'eve@pm.me' };
    const people = { ...policy.directory.people, eve };
    expect(peopleAt({ ...policy, directory: { people, groups: {} } }, disguised)).toEqual([key]);
  });

  test('R6 an address that could be several people’s is all of theirs, and nobody else’s, in the directory’s order', () => {
    const of = (...emails: string[]): Policy => {
      const people = Object.fromEntries(emails.map((email, i) => [`p${i}`, { name: `P ${i}`, email }]));
      return { ...policy, directory: { people, groups: {} } };
    };
    const several = of('bob@example.com', 'carol@example.com', 'bab@example.com', 'dan@example.com');
    expect(peopleAt(several, 'b\u4e00b@example.com')).toEqual(['p0', 'p2']);
    expect(excludedOf(several, { requestedBy: 'b\u4e00b@example.com' }).people).toEqual(['p0', 'p2']);
    const alike = of('rob1@example.com', 'robl@example.com', 'roby@example.com');
    expect(peopleAt(alike, 'robI@example.com')).toEqual(['p0', 'p1']);
    // Found the other way round: the second by how the domain looks, the first by how DNS knows it.
    expect(peopleAt(of('ida@xn--80a1acny.xn--p1ai', 'ida@nopta.pf'), 'ida@почта.рф')).toEqual(['p0', 'p1']);
  });

  test('an unreadable letter never stands for the @ or for a whole name', () => {
    expect(sameAddress('\uFFFDexample.com', 'a@example.com')).toBe(false);
    expect(sameAddress('\uFFFD@example.com', 'alice@example.com')).toBe(false);
    expect(sameAddress('b\uFFFDb@example.com', 'bob@example.com')).toBe(true);
    expect(sameAddress('bob@example.com', '\uFFFDbob@example.com')).toBe(true);
  });
});

describe('the directory', () => {
  test('knows a person by any of their addresses, not by one that only looks like theirs', () => {
    expect(findPerson(policy, 'Bobby+x@googlemail.com')?.key).toBe('bob');
    expect(findPerson(policy, 'ida@почта.рф')?.key).toBe('idna');
    expect(findPerson(policy, 'a1ice@example.com')).toBeUndefined();
    expect(findPerson(policy, 'nobody@example.com')).toBeUndefined();
  });

  test('keeps readable forms only', () => {
    expect(addressesOf({ name: 'Ida', email: 'ida@xn--80a1acny.xn--p1ai' })).toEqual(['ida@xn--80a1acny.xn--p1ai']);
  });

  test.each([
    ['arn:aws:sts::111122223333:assumed-role/DeployTeam/alice', 'alice'],
    ['arn:aws-cn:sts::111122223333:assumed-role/Deploy/alice', 'alice'],
    ['arn:aws:sts::111122223333:assumed-role/DeployTeam/alice2', undefined],
    ['arn:aws:sts::111122223333:assumed-role/Other/alice', undefined],
    ['arn:aws:iam::111122223333:user/team/bob', 'bob'],
    ['arn:aws:iam::111122223333:user/alice', undefined],
    ['arn:aws:sts::111122223333:assumed-role/Deploy/alice/bob', undefined],
    ['arn:aws:iam::111122223333:root', undefined],
    ['bob', undefined],
  ])('%s is %s', (arn, person) => {
    expect(personOfPrincipal(policy, arn)).toBe(person);
  });

  test('reads what AWS calls a principal', () => {
    expect(principalOf('arn:aws:sts::111122223333:federated-user/x')).toEqual({
      kind: 'other',
      account: '111122223333',
      name: 'federated-user/x',
    });
    for (const arn of [
      'arn:aws:s3:::bucket',
      'x arn:aws:iam::111122223333:user/bob',
      'arn:aws:iam::111122223333:user/bob\nx',
      'arn:aws:iam::111122223333:',
    ])
      expect(principalOf(arn)).toBeUndefined();
  });

  test.each([
    'iam::111122223333:assumed-role/Deploy/alice',
    'sts::111122223333:federated-user/Deploy/alice',
    'sts::111122223333:assumed-role/Deploy/x/alice',
    'sts::111122223333:assumed-role/Deploy',
    'sts::111122223333:assumed-role//alice',
    'sts::111122223333:user/bob',
    'iam::111122223333:role/bob',
    'iam::111122223333:user',
  ])('R51 arn:aws:%s is neither a role nor a user, and so nobody’s', (rest) => {
    expect(principalOf(`arn:aws:${rest}`)?.kind).toBe('other');
    expect(personOfPrincipal(policy, `arn:aws:${rest}`)).toBeUndefined();
  });

  test('R6 a person is any one of their principals, and a user is no role', () => {
    const principals = [{ user: 'u*' }, { role: 'Admin', session: 'carol' }];
    const carol = { name: 'Carol', email: 'carol@example.com', principals };
    const of: Policy = { ...policy, directory: { people: { carol }, groups: {} } };
    const who = (rest: string) => personOfPrincipal(of, `arn:aws:${rest}`);
    expect(who('iam::111122223333:user/una')).toBe('carol');
    expect(who('sts::111122223333:assumed-role/Admin/carol')).toBe('carol');
    expect(who('sts::111122223333:assumed-role/Admin/dan')).toBeUndefined();
    const anyUser = { ...carol, principals: [{ user: '*' }] };
    const users: Policy = { ...policy, directory: { people: { carol: anyUser }, groups: {} } };
    for (const rest of ['sts::111122223333:assumed-role/Admin/carol', 'iam::111122223333:root'])
      expect(personOfPrincipal(users, `arn:aws:${rest}`)).toBeUndefined();
  });
});

describe('excludedOf', () => {
  test('R6 leaves out claimed, verified and listed people, with every address of theirs', () => {
    const excluded = excludedOf(policy, {
      requestedBy: 'BOB+x@example.com',
      authors: ['стranger@example.com'],
      verifiedPerson: 'alice',
    });
    expect(excluded.people).toEqual(['alice', 'bob']);
    expect(excluded.addresses).toEqual(
      expect.arrayContaining(['alice@example.com', 'bob@example.com', 'bobby@gmail.com', 'ctranger@example.com']),
    );
  });

  test('R6 keeps a requester who is in no directory, for one that changes meanwhile', () => {
    expect(excludedOf(policy, { requestedBy: 'New@example.com' })).toEqual({
      people: [],
      addresses: ['new@example.com'],
    });
  });

  test('leaves nobody out where nobody is named', () => {
    expect(excludedOf(policy, {})).toStrictEqual({ people: [], addresses: [] });
  });

  test('R6 keeps a verified person whom the directory does not know any more', () => {
    expect(excludedOf(policy, { verifiedPerson: 'gone' })).toEqual({ people: ['gone'], addresses: [] });
  });

  test('is the same however it is named: in order', () => {
    const named = ['zoe@example.com', 'adam@example.com', 'bob@example.com', 'alice@example.com'];
    expect(excludedOf(policy, { authors: named })).toEqual({
      people: ['alice', 'bob'],
      addresses: ['adam@example.com', 'alice@example.com', 'bob@example.com', 'bobby@gmail.com', 'zoe@example.com'],
    });
  });
});

test('R6 plain ASCII takes a short way, which comes to what the long one does', () => {
  const character = fc.constantFrom(...'abzABZ019.+-_|lI'.split(''));
  const part = fc.string({ unit: character, minLength: 1, maxLength: 12 });
  const domains = fc.oneof(
    part,
    fc.constantFrom('gmail.com', 'GoogleMail.com', 'pm.me', 'proton.me.', 'example.com..'),
  );
  fc.assert(
    fc.property(part, domains, fc.boolean(), (local, domain, at) => {
      const address = at ? `${local}@${domain}` : `a@${local}@${domain}`;
      // The same in full-width letters, which nothing but the long way reads.
      const wide = [...address].map((c) => String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0)).join('');
      expect(addressForms(address)).toEqual([canonicalAddress(wide)]);
      expect(addressForms(address)).toContain(canonicalAddress(address));
    }),
  );
});

test('R6 whom an address could mean is found in a large directory as in a small one', () => {
  const people = Object.fromEntries(
    Array.from({ length: 3000 }, (_, i) => [`p${i}`, { name: `P ${i}`, email: `person${i}@example.com` }]),
  );
  const large: Policy = { ...policy, directory: { people: { ...people, ...policy.directory.people }, groups: {} } };
  expect(peopleAt(large, 'B.O.B@example.com')).toEqual([]);
  expect(peopleAt(large, 'b0bby@gmaiI.com')).toEqual(['bob']);
  expect(peopleAt(large, 'PERSON7+x@example.com')).toEqual(['p7']);
  expect(peopleAt(large, 'person1l@example.com')).toEqual(['p11']);
  expect(peopleAt(large, 'b\u4e00b@example.com')).toEqual(['bob']);
  expect(excludedOf(large, { requestedBy: 'alice@example.com', authors: ['person3@example.com'] }).people).toEqual([
    'alice',
    'p3',
  ]);
});
