import { changeInWords, changesBetween } from '../../../../core/policy/changes.ts';
import { loadPolicy } from '../../../../core/policy/load.ts';
import type { Policy } from '../../../../core/policy/policy.ts';

const file = `
directory:
  people:
    bob: { name: Bob, email: bob@example.com }
    carol: { name: Carol, email: carol@example.com, aliases: [c@example.com] }
    dan: { name: Dan, email: dan@example.com }
  groups: { leads: [bob, carol, dan] }
sources: { "iam:*": { may_name: ["*"], environments: ["*"], facts: ["*"] } }
checkpoints:
  security: { trigger: touches_login, approver: carol, timeout: 1_day }
  schema: { trigger: touches_schema, approver: dan, timeout: 1_day }
environments:
  production: { gates: { any: { stages: [{ name: review, approvers: [leads], rule: any, timeout: 1_day }] } } }
`;

function read(text: string): Policy {
  const loaded = loadPolicy(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes));
  return loaded.policy;
}

const changes = (...edits: [string, string][]) =>
  changesBetween(read(file), read(edits.reduce((text, [from, to]) => text.replace(from, to), file)));

test('a policy is not different from itself, however it is laid out', () => {
  expect(changes(['approver: dan, timeout: 1_day', 'timeout: 24_hours, approver: dan'])).toEqual([]);
});

test('one who leaves is one change in the directory and one in each list that named them, whatever their place', () => {
  expect(
    changes(['    bob: { name: Bob, email: bob@example.com }\n', ''], ['[bob, carol, dan]', '[carol, dan]']),
  ).toEqual([
    { path: '/directory/groups/leads/bob', before: 'bob' },
    { path: '/directory/people/bob', before: { name: 'Bob', email: 'bob@example.com' } },
  ]);
});

test('of one who stays, what is different', () => {
  expect(changes(['aliases: [c@example.com]', 'aliases: [c@example.com, carol@home.example]'])).toEqual([
    { path: '/directory/people/carol/aliases/carol@home.example', after: 'carol@home.example' },
  ]);
});

test('a rule is known by its name, not by its place', () => {
  const moved = changes(
    ['  security: { trigger: touches_login, approver: carol, timeout: 1_day }\n', ''],
    [
      'approver: dan, timeout: 1_day }',
      'approver: dan, timeout: 2_days }\n  late: { trigger: x, approver: bob, timeout: 1_day }',
    ],
  );
  expect(moved.map(({ path }) => path)).toEqual([
    '/checkpoints/late',
    '/checkpoints/schema/stage/timeout',
    '/checkpoints/security',
  ]);
});

test('an order alone is a change of its own: it is the order in which people are asked', () => {
  const [security, schema] = file.split('\n').filter((line) => line.includes('touches_'));
  expect(changes([`${security}\n${schema}`, `${schema}\n${security}`])).toEqual([
    { path: '/checkpoints', before: ['security', 'schema'], after: ['schema', 'security'] },
  ]);
});

test('names with a slash keep their place in a path', () => {
  const other = file.replace('"iam:*"', '"iam:user/x"');
  expect(changesBetween(read(file), read(other)).map(({ path }) => path)).toEqual([
    '/sources/iam:*',
    '/sources/iam:user~1x',
  ]);
});

test.each([
  [{ path: '/a/b', after: 'x' }, '+ a.b: "x"'],
  [{ path: '/a/b~1c', before: 1 }, '- a.b/c: 1'],
  [{ path: '/a', before: ['b'], after: [] }, '~ a: ["b"] → []'],
])('in words: %j', (change, words) => {
  expect(changeInWords(change)).toBe(words);
});
