import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { digestOf } from '../../../../core/canonical.ts';
import { limits } from '../../../../core/limits.ts';
import { loadPolicy, type Mistake, mistakeInWords } from '../../../../core/policy/load.ts';
import { Policy } from '../../../../core/policy/policy.ts';

const right = `directory:
  people:
    bob: { name: Bob, email: bob@example.com }
    carol: { name: Carol, email: carol@example.com }
  groups:
    leads: [bob, carol]
sources:
  "iam:*": { may_name: ["*"], environments: ["*"] }
environments:
  production:
    gates:
      low: { stages: [{ name: review, approvers: [leads], rule: any, timeout: 30_minutes }] }
      any: { stages: [{ name: review, approvers: [leads], timeout: 2_days, criteria: [Tried] }] }
`;

/** The file with one piece replaced. */
function with_(piece: string, other: string): string {
  if (!right.includes(piece)) throw new Error(`no '${piece}'`);
  return right.replace(piece, other);
}

/** Its mistakes as a terminal shows them. */
function mistakesIn(text: string, enforcedSources?: string[]): string[] {
  const loaded = loadPolicy(text, enforcedSources && { enforcedSources });
  return loaded.ok ? [] : loaded.mistakes.map((mistake) => mistakeInWords('p.yaml', mistake));
}

describe('a policy without mistakes', () => {
  test('is read with seconds for durations, `all` where no rule stands, and a gate for every risk that `any` covers', () => {
    const loaded = loadPolicy(right);
    if (!loaded.ok) throw new Error(mistakesIn(right).join('\n'));
    expect(Policy.safeParse(loaded.policy).success).toBe(true);
    expect(loaded.version).toBe(digestOf(loaded.policy));
    const { gates } = loaded.policy.environments.production ?? { gates: {} };
    expect(gates.low?.stages).toEqual([{ name: 'review', approvers: ['leads'], rule: 'any', timeout: 1800 }]);
    const other = [{ name: 'review', approvers: ['leads'], rule: 'all', timeout: 172_800, criteria: ['Tried'] }];
    expect(gates).toMatchObject({ medium: { stages: other }, high: { stages: other }, critical: { stages: other } });
    expect(loaded.policy.sources['iam:*']?.facts).toEqual([]);
  });

  test('has the same version however it is laid out, and another when it says something else', () => {
    const versionOf = (text: string) => {
      const loaded = loadPolicy(text);
      return loaded.ok ? loaded.version : undefined;
    };
    expect(versionOf(`# a remark\n${right.replaceAll('{ name: Bob,', '{ "name": "Bob" ,')}`)).toBe(versionOf(right));
    expect(versionOf(with_('30_minutes', '1800_seconds'))).toBe(versionOf(right));
    expect(versionOf(with_('30_minutes', '31_minutes'))).not.toBe(versionOf(right));
  });

  test.each(['policy/demo.yaml', 'policy/default.yaml'])('%s is one', (file) => {
    expect(mistakesIn(readFileSync(file, 'utf8'))).toEqual([]);
  });
});

describe('a mistake is told with its place and what was meant', () => {
  // A piece of the file, what stands there instead, what the place named begins with, and what is said.
  test.each<[string, string, string, string]>([
    [
      'name: Bob',
      'nmae: Bob, name: B',
      'nmae',
      "bob.nmae: unknown key 'nmae'; expected name, email, aliases, principals, roles, hours, time_zone, out_of_office; did you mean 'name'?",
    ],
    ['name: Bob, ', '', 'bob:', 'bob.name: is required'],
    [', email: bob@example.com', '', 'bob:', 'bob.email: is required and must be a mail address'],
    ['bob@example.com', 'bob', 'bob }', 'bob.email: must be one plain mail address'],
    ['bob@example.com', 'bob@localhost', 'bob@', 'bob.email: must have a full domain after the `@`'],
    [
      'bob@example.com',
      'bób@example.com',
      'bób@',
      'bob.email: must be plain ASCII (write an international domain as `xn--…`)',
    ],
    [
      'bob@example.com',
      '"bob@example.com, eve@example.com"',
      '"bob@',
      'bob.email: must be a mail address without spaces, control or invisible characters',
    ],
    ['bob@example.com', '"Bob<bob@example.com>"', '"Bob<', 'bob.email: must be one plain mail address'],
    [
      'name: Bob',
      'name: "Bob\\nBcc: eve@example.com"',
      '"Bob',
      'bob.name: must be one line without control characters',
    ],
    [
      'carol@example.com',
      'BOB+x@Example.com',
      'BOB+x',
      "carol.email: 'BOB+x@Example.com' is the same mailbox as bob's 'bob@example.com'; one human must be one person",
    ],
    [
      'carol@example.com }',
      'c@example.com, aliases: [d@example.com, bob@example.com] }',
      'bob@example.com] }',
      "carol.aliases.1: 'bob@example.com' is the same mailbox as bob's 'bob@example.com'; one human must be one person",
    ],
    [
      'carol@example.com }',
      'carol@example.com, principals: [{ rôle: y }] }',
      '{ rôle',
      'carol.principals.0: must be `{role: …, session: …}` or `{user: …}`',
    ],
    ['groups:', 'people: {}', 'people: {}', 'this key stands here twice'],
    [
      '[bob, carol]',
      '[bob, carrol]',
      'carrol',
      "groups.leads.1: 'carrol' is no person, group or role; did you mean 'carol'?",
    ],
    ['[bob, carol]', '[bob, leads]', 'leads: [bob', 'groups.leads: the group contains itself: leads → leads'],
    [
      '[bob, carol]',
      '[bob, carol]\n    bob: [carol]',
      'bob: [carol]',
      "groups.bob: 'bob' is a person already; a group needs a key of its own",
    ],
    ['[bob, carol]', '[]', '[]', 'groups.leads: must have a member'],
    [
      '"iam:*"',
      '"events:demo.*"',
      '"events:demo.*"',
      "sources.events:demo.*: 'events:demo.*' cannot stand here: a source is `events:<event source>@<account>`, `states:<state machine>` or `iam:<role>`",
    ],
    [
      '"iam:*"',
      '"events:countersign@000000000000"',
      '"events:countersign',
      "sources.events:countersign@000000000000: 'countersign' is the source of our own events and cannot ask",
    ],
    [
      'may_name: ["*"]',
      'may_name: [bob]',
      'bob], env',
      "sources.iam:*.may_name.0: must be a mail address or a pattern of one, such as '*@example.com' or '*'",
    ],
    [
      'environments: ["*"]',
      'environments: [prodution]',
      'prodution',
      "sources.iam:*.environments.0: 'prodution' is no environment of this policy; did you mean 'production'?",
    ],
    [
      'environments: ["*"]',
      'environments: ["*"], may_cancel: [ledas]',
      'ledas',
      "sources.iam:*.may_cancel.0: 'ledas' is no person, group or role; did you mean 'leads'?",
    ],
    [
      'environments: ["*"] }',
      'environments: ["*"], enforced: yes }',
      'yes }',
      'sources.iam:*.enforced: must be true or false',
    ],
    [
      '"iam:*": { may_name: ["*"], environments: ["*"] }',
      '{}',
      '{}',
      'sources: must not be empty: a source is `events:<event source>@<account>`, `states:<state machine>` or `iam:<role>`',
    ],
    [
      '      low:',
      '      lwo:',
      'lwo',
      "gates.lwo: unknown key 'lwo'; expected low, medium, high, critical, any; did you mean 'low'?",
    ],
    [
      '30_minutes',
      '30_parsecs',
      '30_parsecs',
      'stages.0.timeout: must be a duration such as 24_hours, 30_minutes, 45_seconds or 2_days',
    ],
    [
      '30_minutes',
      '30',
      '30 }',
      'stages.0.timeout: must be a duration such as 24_hours, 30_minutes, 45_seconds or 2_days',
    ],
    [
      '30_minutes',
      '0_minutes',
      '0_minutes',
      'stages.0.timeout: must be a duration such as 24_hours, 30_minutes, 45_seconds or 2_days',
    ],
    [
      ', timeout: 30_minutes',
      '',
      '{ name: review',
      'stages.0.timeout: is required and must be a duration such as 24_hours, 30_minutes, 45_seconds or 2_days',
    ],
    ['30_minutes', '180_days', '180_days', 'low.stages.0.timeout: must not be longer than 179 days'],
    [
      '30_minutes }]',
      '90_days }, { name: then, approvers: [bob], timeout: 90_days }]',
      '[{ name: review',
      "low.stages: the timeouts of a gate's stages must not exceed 179 days together (these are 180 days)",
    ],
    [
      '30_minutes }]',
      '1_day }, { name: review, approvers: [bob], timeout: 1_day }]',
      'review, approvers: [bob]',
      "stages.1.name: a stage of this gate is called 'review' already",
    ],
    ['rule: any', 'rule: { quorum: 3 }', '{ quorum: 3', 'stages.0.rule: needs 3 approvers, but the stage has 2'],
    [
      'rule: any',
      'rule: { quorum: 0 }',
      '0 }',
      'stages.0.rule.quorum: must be all, any, one_from_each, or {quorum: n} with n from 1',
    ],
    ['rule: any', 'rule: some', 'some', 'stages.0.rule: must be all, any, one_from_each, or {quorum: n} with n from 1'],
    [
      '[{ name: review, approvers: [leads], rule: any, timeout: 30_minutes }]',
      '[]',
      '[]',
      'low.stages: must be a list of stages, one after the other',
    ],
    [
      'environments:\n',
      'channels: {}\nenvironments:\n',
      'channels',
      "channels: 'channels' is not supported by this version: nothing would act on it, so take it out",
    ],
    [
      'environments:\n',
      'enviroments: {}\nenvironments:\n',
      'enviroments',
      "enviroments: unknown key 'enviroments'; expected directory, sources, conditions, checkpoints, approval_workflows, environments, escalation_levels, maintenance_windows, policy_change, assurance; did you mean 'environments'?",
    ],
    [
      '  production:',
      '  Production: { gates: { any: { stages: [{ name: r, approvers: [bob], timeout: 1_day }] } } }\n  production:',
      'production:\n',
      "environments.production: differs from 'Production' in case alone, and case is not told apart here",
    ],
  ])('%j → %j', (piece, other, place, said) => {
    const text = with_(piece, other);
    const loaded = loadPolicy(text);
    const mistakes = loaded.ok ? [] : loaded.mistakes;
    const at = ({ line, column }: Mistake) =>
      text
        .split('\n')
        .slice(line - 1)
        .join('\n')
        .slice(column - 1);
    const found = mistakes.find((mistake) => mistakeInWords('', mistake).endsWith(said));
    expect(mistakes.map((mistake) => mistakeInWords('', mistake)).join('\n')).toContain(said);
    expect(found && at(found).slice(0, place.length)).toBe(place);
    // One mistake is one: nothing else is said because of it, but for names that went with a key that stands twice.
    if (place !== 'people: {}') expect(mistakes).toHaveLength(1);
  });

  test('R51 an enforced source that the stack does not enforce', () => {
    const enforced = with_('environments: ["*"]', 'environments: ["*"], enforced: true');
    expect(mistakesIn(enforced)).toEqual([]);
    expect(mistakesIn(enforced, ['iam:*'])).toEqual([]);
    expect(mistakesIn(enforced, ['iam:Deploy'])).toEqual([
      expect.stringMatching(/^p\.yaml:8:\d+: .*the stack does not enforce this source \(it enforces iam:Deploy\)/),
    ]);
  });

  test('R7 principals that two people would share', () => {
    const shared = right
      .replace('bob@example.com }', 'bob@example.com, principals: [{ role: "Deploy*", session: "b*" }] }')
      .replace('carol@example.com }', 'carol@example.com, principals: [{ role: "*Team", session: bc }] }');
    expect(mistakesIn(shared)).toEqual([
      expect.stringContaining('carol.principals.0: fits principals of bob too; a principal must be one person'),
    ]);
  });

  test('every one of several, in the order of the file, one hiding no other', () => {
    const text = right
      .replace('name: Bob,', 'nmae: Bob,')
      .replace('carol@example.com', 'Bob@example.com')
      .replace('may_name: ["*"]', 'may_name: x')
      .replace('approvers: [leads], rule: any', 'approvers: [leeds], rule: any')
      .replace('30_minutes', 'soon');
    const loaded = loadPolicy(text);
    expect(loaded.ok || loaded.mistakes.map(({ path }) => path)).toEqual([
      'directory.people.bob.name',
      'directory.people.bob.nmae',
      'directory.people.carol.email',
      'sources.iam:*.may_name',
      'environments.production.gates.low.stages.0.approvers.0',
      'environments.production.gates.low.stages.0.timeout',
    ]);
  });
});

test('R18 nobody is in more groups than can be kept beside them, by way of others too', () => {
  const inMany = (count: number) =>
    `    leads: [bob, carol]\n${Array.from({ length: count - 1 }, (_, i) => `    g${i}: [${i === 0 ? 'leads' : `g${i - 1}`}]`).join('\n')}`;
  expect(mistakesIn(with_('    leads: [bob, carol]', inMany(limits.groupsPerPerson)))).toEqual([]);
  expect(mistakesIn(with_('    leads: [bob, carol]', inMany(limits.groupsPerPerson + 1)))).toEqual([
    'p.yaml:3:10: directory.people.bob: is in 1001 groups and roles, by way of others too; 1000 at most can be kept',
    'p.yaml:4:12: directory.people.carol: is in 1001 groups and roles, by way of others too; 1000 at most can be kept',
  ]);
});

const parts =
  'directory, sources, conditions, checkpoints, approval_workflows, environments, escalation_levels, maintenance_windows, policy_change, assurance';

describe('text that is no policy', () => {
  test.each([
    ['', `1:1: is required: a mapping with ${parts}`],
    ['just text', `1:1: must be a mapping with ${parts}`],
    ['- 1', `1:1: must be a mapping with ${parts}`],
    ['--- 1\n--- 2', '2:1: a policy is one YAML document; a second one begins here'],
  ])('%j', (text, mistake) => {
    expect(mistakesIn(text)).toEqual([`p.yaml:${mistake}`]);
  });

  test.each([
    'a: [',
    `a: ${'['.repeat(5_000)}${']'.repeat(5_000)}`,
    `${'- '.repeat(9_000)}x`,
    'a: *b',
    '!!js/function x',
    '__proto__: { directory: 1 }',
    right.replace('bob: {', '__proto__: {'),
  ])('%j is refused with a position', (text) => {
    const [first] = mistakesIn(text);
    expect(first).toMatch(/^p\.yaml:\d+:\d+: /);
  });

  test.each([
    ['so deep that it cannot be parsed', `a: ${'['.repeat(5_000)}${']'.repeat(5_000)}`, '1:1'],
    ['deep', `a:\n  ${'['.repeat(50)}${']'.repeat(50)}`, '2:22'],
    ['within itself', 'a: &a\n  b: *a', '2:6'],
  ])('nested %s is told in words', (_, text, place) => {
    expect(mistakesIn(text)).toEqual([
      expect.stringMatching(new RegExp(`^p\\.yaml:${place}: .*is nested too deep: a policy has 20 levels at most$`)),
    ]);
  });

  test('of another YAML, which reads its words otherwise, is refused', () => {
    expect(mistakesIn(`# mine\n%YAML 1.1\n---\n${right}`)).toEqual([
      'p.yaml:2:1: a policy is YAML 1.2, where `no` is text and not false: take this line out, or write %YAML 1.2',
    ]);
    expect(mistakesIn(`%YAML 1.2\n---\n${right}`)).toEqual([]);
  });

  test('that unfolds to more than it says is refused', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'.split('').map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[i]}`)}]`),
    ];
    expect(mistakesIn(bomb.join('\n'))[0]).toContain('alias');
    expect(mistakesIn('#'.repeat(limits.policyText + 1))).toHaveLength(1);
  });

  test('whatever it is, is read without a fault, and every mistake lies inside it', () => {
    const words = [
      'directory',
      'people',
      'bob',
      'groups',
      ':',
      '\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '&a',
      '*a',
      '"',
      'x@y.z',
      '__proto__',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const loaded = loadPolicy(text);
        if (loaded.ok) return;
        expect(loaded.mistakes.length).toBeGreaterThan(0);
        for (const { line, column } of loaded.mistakes) {
          expect(line).toBeLessThanOrEqual(text.split('\n').length);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
    );
  });
});
