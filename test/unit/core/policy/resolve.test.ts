import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Excluded } from '../../../../core/claim.ts';
import { isExcluded } from '../../../../core/four-eyes.ts';
import type { Gate } from '../../../../core/gate.ts';
import { addressesOf, excludedOf, peopleAt } from '../../../../core/identity.ts';
import { loadPolicy } from '../../../../core/policy/load.ts';
import type { Policy } from '../../../../core/policy/policy.ts';
import { resolve } from '../../../../core/policy/resolve.ts';
import type { Refusal } from '../../../../core/refusal.ts';
import { situation } from '../../../support/situations.ts';

const loaded = loadPolicy(readFileSync('policy/demo.yaml', 'utf8'));
if (!loaded.ok) throw new Error('the playing policy has mistakes');
const demo = loaded.policy;
const nobody = { people: [], addresses: [] };

type Risk = 'low' | 'medium' | 'high' | 'critical';

/** The gate alone. */
function resolveGate(
  policy: Policy,
  claim: { environment: string; risk: Risk; requestedBy?: string | undefined; authors?: string[] },
  excluded: Excluded,
): Gate | Refusal {
  const resolved = resolve(policy, situation({ ...claim, requestedBy: claim.requestedBy ?? '' }, { excluded }));
  return 'code' in resolved ? resolved : resolved.gate;
}

function gateFor(environment: string, risk: Risk, requestedBy?: string, authors: string[] = []): Gate | Refusal {
  const excluded = excludedOf(demo, { ...(requestedBy && { requestedBy }), authors });
  return resolveGate(demo, { environment, risk, requestedBy, authors }, excluded);
}

function seatsOf(gate: Gate | Refusal): string[][] {
  return 'code' in gate ? [] : gate.stages.map(({ approvers }) => approvers.map(({ person }) => person));
}

describe('the playing policy has a way to each kind of gate', () => {
  test.each<[string, Risk, unknown, string[][]]>([
    ['production', 'low', ['any'], [['bob']]],
    ['production', 'medium', ['all'], [['bob', 'carol']]],
    ['production', 'high', [{ quorum: 2 }], [['bob', 'carol', 'dan']]],
    ['production', 'critical', ['any', 'any'], [['bob'], ['carol']]],
    ['staging', 'high', ['any'], [['bob']]],
    ['expires-soon', 'low', ['any'], [['bob']]],
    ['on-call', 'low', ['any'], [['erin']]],
    ['on-call', 'medium', ['all'], [['erin', 'dan']]],
    ['anything-else', 'low', ['any'], [['bob']]],
  ])('%s at risk %s', (environment, risk, rules, people) => {
    const gate = gateFor(environment, risk, 'alice@example.com');
    expect(seatsOf(gate)).toEqual(people);
    expect('code' in gate || gate.stages.map(({ rule }) => rule)).toEqual(rules);
  });

  test('R6 what its first lines say of bob in another spelling is so', () => {
    const said = readFileSync('policy/demo.yaml', 'utf8');
    const spelling = /bob@example\.com \(or (\S+)\)/.exec(said)?.[1] ?? '';
    expect(spelling).not.toBe('');
    expect(seatsOf(gateFor('production', 'medium', spelling))).toEqual([['carol']]);
    expect(gateFor('staging', 'low', spelling)).toMatchObject({ code: 'gate_unreachable' });
  });

  test('an environment in other letters is no way round its gate', () => {
    expect(seatsOf(gateFor('PRODUCTION', 'medium'))).toEqual([['bob', 'carol']]);
  });
});

describe('four eyes', () => {
  test('R6 whoever asked is left out of `all`, and the others remain', () => {
    expect(seatsOf(gateFor('production', 'medium', 'B.OB+x@EXAMPLE.com'))).toEqual([['bob', 'carol']]);
    expect(seatsOf(gateFor('production', 'medium', 'BOB+x@EXAMPLE.com'))).toEqual([['carol']]);
    expect(seatsOf(gateFor('production', 'medium', 'carol.clark@example.com'))).toEqual([['bob']]);
  });

  test('R6 a disguised approver is left out of `all` like an undisguised one', () => {
    for (const disguised of ['саrol@example.com', 'car0l@example.com', 'ｃａｒｏｌ@example.com'])
      expect(seatsOf(gateFor('production', 'medium', 'alice@example.com', [disguised]))).toEqual([['bob']]);
  });

  test('R6 an address that could be anybody excludes them, but a stage of `all` is refused, not made smaller', () => {
    for (const odd of ['c\u4e00\u4e00@example.com', '\u4e00\u4e00\u4e00@example.com']) {
      const gate = gateFor('production', 'medium', 'alice@example.com', [odd]);
      expect(gate).toMatchObject({ code: 'gate_unreachable', message: expect.stringContaining('Carol Clark') });
      expect(seatsOf(gateFor('production', 'high', odd)).flat()).not.toContain('carol');
    }
  });

  test('who is left out of a stage is named in it, for approvers and auditors to see', () => {
    const gate = gateFor('production', 'medium', 'bob@example.com');
    expect('code' in gate || gate.stages[0]?.without).toEqual([
      { person: 'bob', name: 'Bob Baker', address: 'bob@example.com' },
    ]);
  });

  test('R6 authors are left out like the requester', () => {
    expect(seatsOf(gateFor('production', 'high', 'alice@example.com', ['dan@example.com']))).toEqual([
      ['bob', 'carol'],
    ]);
  });

  test('W1 a quorum that too few are left for is refused, naming stage and reason', () => {
    const gate = gateFor('production', 'high', 'dan@example.com', ['carol@example.com']);
    expect(gate).toMatchObject({
      code: 'gate_unreachable',
      status: 403,
      errors: [
        {
          path: 'stages.0',
          message:
            "The stage 'review' needs 2 approvers and only 1 of them is left: Carol Clark, Dan Dyer asked for this or wrote it, so somebody else has to decide.",
        },
      ],
    });
  });

  test('W1 every stage that cannot be met is named', () => {
    const gate = gateFor('production', 'critical', 'bob@example.com', ['carol@example.com']);
    expect('code' in gate && gate.errors.map(({ path }) => path)).toEqual(['stages.0', 'stages.1']);
    expect('code' in gate && gate.message).toContain(
      "The stage 'review' needs 1 approver and nobody is left: Bob Baker",
    );
  });
});

test('where the policy has no gate, none is made up', () => {
  const policy: Policy = { ...demo, environments: { production: { gates: { low: { stages: [] } } } } };
  expect(resolveGate(policy, { environment: 'staging', risk: 'low' }, nobody)).toMatchObject({
    code: 'no_gate',
    errors: [{ path: 'environment' }],
  });
  expect(resolveGate(policy, { environment: 'production', risk: 'high' }, nobody)).toMatchObject({
    code: 'no_gate',
    errors: [{ path: 'risk' }],
  });
});

// ── properties ──

const keys = ['ann', 'ben', 'cid', 'dora', 'eli', 'fay'];
const domain = fc.constantFrom('example.com', 'gmail.com', 'mail.example.org');

/** Any directory of people with one or two addresses each, none shared, and a gate of groups and people. */
const policies = fc
  .record({
    domains: fc.tuple(...keys.map(() => fc.tuple(domain, fc.option(domain)))),
    group: fc.subarray(keys),
    stages: fc.array(
      fc.record({
        approvers: fc.subarray([...keys, 'group', 'ring'], { minLength: 1 }),
        rule: fc.oneof(
          fc.constant('all' as const),
          fc.constant('any' as const),
          fc.record({ quorum: fc.integer({ min: 1, max: 4 }) }),
        ),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ domains, group, stages }): Policy => {
    const people = Object.fromEntries(
      keys.map((key, i) => {
        const [first, second] = domains[i] ?? ['example.com', null];
        return [key, { name: key, email: `${key}@${first}`, ...(second && { aliases: [`${key}.alias@${second}`] }) }];
      }),
    );
    const planned = stages.map((stage, i) => ({ ...stage, name: `stage ${i}`, timeout: 60 }));
    return {
      // Groups that hold one another: loading refuses them, resolving must end all the same.
      directory: { people, groups: { group, ring: ['ann', 'ring', 'group'] } },
      sources: {},
      environments: { production: { gates: { high: { stages: planned } } } },
    };
  });

const lookAlikes: Record<string, string[]> = {
  a: ['а', 'α', 'ａ', 'á', 'ɑ', 'ɐ'],
  e: ['е', 'ε', 'ｅ', 'é', 'ǝ'],
  i: ['і', 'ι', 'ı', 'Ι'],
  o: ['о', 'ο', 'ø', '0'],
  l: ['ⅼ', 'ӏ', '1', 'I'],
  c: ['с', 'ｃ', 'ↄ'],
  n: ['ո', 'ñ', 'ᴎ'],
};

/** One way to write an address differently. */
const disguise = fc.array(
  fc.oneof(
    fc.constant((address: string) => address.toUpperCase()),
    fc
      .string({ unit: fc.constantFrom('x', '1', '+', '.'), maxLength: 4 })
      .map((tag) => (address: string) => address.replace('@', `+${tag}@`)),
    fc.constant((address: string) => (/@gmail\.com$/i.test(address) ? `${address[0]}.${address.slice(1)}` : address)),
    fc.constant((address: string) => address.replace(/@gmail\.com$/i, '@googlemail.com')),
    fc.constant((address: string) => ` ${address} `),
    fc.tuple(fc.nat(30), fc.constantFrom('\u200b', '\u00ad', '\u2060', '\u0301')).map(
      ([at, mark]) =>
        (address: string) =>
          address.slice(0, 1 + (at % (address.length - 1))) + mark + address.slice(1 + (at % (address.length - 1))),
    ),
    fc.tuple(fc.nat(30), fc.nat(10)).map(([at, which]) => (address: string) => {
      const i = at % address.length;
      const alike = lookAlikes[(address[i] ?? '').toLowerCase()] ?? [];
      return alike.length === 0 ? address : address.slice(0, i) + alike[which % alike.length] + address.slice(i + 1);
    }),
  ),
  { maxLength: 4 },
);

const named = fc.record({ key: fc.constantFrom(...keys), alias: fc.boolean(), disguise });

function written(
  policy: Policy,
  { key, alias, disguise }: { key: string; alias: boolean; disguise: ((a: string) => string)[] },
): string {
  const person = policy.directory.people[key];
  const address = (alias && person?.aliases?.[0]) || person?.email || '';
  return disguise.reduce((text, next) => next(text), address);
}

test('R6 no policy and no claim seats a requester, an author or a verified caller, whatever the disguise', () => {
  fc.assert(
    fc.property(
      policies,
      named,
      fc.array(named, { maxLength: 2 }),
      fc.option(fc.constantFrom(...keys)),
      (policy, requester, authors, verified) => {
        const excluded = excludedOf(policy, {
          requestedBy: written(policy, requester),
          authors: authors.map((author) => written(policy, author)),
          ...(verified && { verifiedPerson: verified }),
        });
        const out = new Set([requester.key, ...authors.map(({ key }) => key), ...(verified ? [verified] : [])]);
        for (const key of out) {
          const person = policy.directory.people[key];
          // What the vote asks again, should the directory name them by another key by then.
          expect(person && isExcluded(excluded, { person: 'renamed', addresses: addressesOf(person) })).toBe(true);
        }
        for (const seats of seatsOf(resolveGate(policy, { environment: 'production', risk: 'high' }, excluded)))
          for (const person of seats) expect(out).not.toContain(person);
      },
    ),
    { numRuns: 500 },
  );
});

test('R7 a stage that opens can be met, seats nobody twice, and is the same each time', () => {
  fc.assert(
    fc.property(policies, named, (policy, requester) => {
      const excluded = excludedOf(policy, { requestedBy: written(policy, requester) });
      const gate = resolveGate(policy, { environment: 'production', risk: 'high' }, excluded);
      expect(resolveGate(policy, { environment: 'production', risk: 'high' }, excluded)).toEqual(gate);
      if ('code' in gate) return expect(gate.code).toBe('gate_unreachable');
      for (const { approvers, rule } of gate.stages) {
        expect(approvers.length).toBeGreaterThanOrEqual(typeof rule === 'object' ? rule.quorum : 1);
        for (const [i, one] of approvers.entries())
          for (const { person: key, name, address: email } of approvers.slice(i + 1)) {
            const alone: Policy = { ...policy, directory: { people: { [key]: { name, email } }, groups: {} } };
            expect(peopleAt(alone, one.address)).toEqual([]);
          }
      }
    }),
  );
});

test('R7 two keys for one mailbox are one seat, even in a policy that was never checked', () => {
  const policy: Policy = {
    ...demo,
    directory: {
      people: {
        bob: { name: 'Bob', email: 'bob@example.com' },
        robert: { name: 'Robert', email: 'Bob+work@example.com' },
      },
      groups: {},
    },
    environments: {
      production: {
        gates: { low: { stages: [{ name: 's', approvers: ['bob', 'robert'], rule: { quorum: 2 }, timeout: 60 }] } },
      },
    },
  };
  expect(resolveGate(policy, { environment: 'production', risk: 'low' }, nobody)).toMatchObject({
    code: 'gate_unreachable',
    message:
      "The stage 's' needs 2 approvers and only 1 of them is left: Robert shares a mailbox with another of them, and one human counts once.",
  });
});
