import type { Gate } from '../../../core/gate.ts';

/**
 * The module made afresh for each test: what is made when it is loaded or first needed, such as a schema, was made in
 * whichever test came first, and what is changed in it afterwards (by mutation testing) would show in no other.
 */
function fresh(): typeof import('../../../core/gate.ts') {
  let made: typeof import('../../../core/gate.ts') | undefined;
  jest.isolateModules(() => {
    made = require('../../../core/gate.ts');
  });
  if (!made) throw new Error('no module');
  return made;
}
const gateSchema = () => fresh().Gate;

test('an ordinary stage takes these three answers', () => {
  expect(fresh().ordinaryAnswers).toEqual([
    { name: 'approve', label: 'Approve', effect: 'count', vote: 'for' },
    { name: 'reject', label: 'Reject', effect: 'count', vote: 'against' },
    { name: 'request_changes', label: 'Request changes', effect: 'settle', outcome: 'changes_requested' },
  ]);
});

const stage: Gate['stages'][number] = {
  name: 'review',
  approvers: [{ person: 'bob', name: 'Bob', address: 'bob@example.com', via: ['carol'] }],
  rule: { quorum: 1 },
  timeout: 60,
  answers: [
    { name: 'approve', label: 'Approve', effect: 'count', vote: 'for' },
    { name: 'stop', label: 'Stop', effect: 'settle', outcome: 'cancelled' },
    { name: 'pass', label: 'Pass on', effect: 'hand_on' },
  ],
  criteria: ['tests pass'],
  without: [{ person: 'alice', name: 'Alice', address: 'alice@example.com' }],
  from: 'checkpoints.review',
  order: 'sequential',
  groups: [{ name: 'security', people: ['bob'] }],
  comment: 'always',
  veto: true,
  delegateTo: ['security'],
  assurance: 'link',
  assigned: true,
};

const whole: Gate = {
  workflow: 'expert_review',
  stages: [stage],
  notBefore: '2026-11-18T00:00:00Z',
  notAfter: '2026-11-19T00:00:00Z',
  because: [{ rule: 'checkpoints.review', why: 'it is production' }],
  bypass: { kind: 'test_environment' },
  afterwards: ['automated_merge'],
};

/** The gate with one value of it exchanged; `undefined` takes it away. */
function withValue(gate: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const copy = structuredClone(gate) as Record<string, unknown>;
  copy[key] = withValue(copy[key], rest, value);
  if (copy[key] === undefined) delete copy[key];
  return copy;
}

function places(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, inner]) => places(inner).map((path) => [key, ...path]))];
}

describe('a gate as the log keeps it', () => {
  test('R43 is read back with every field it was written with', () => {
    expect(gateSchema().parse(whole)).toEqual(whole);
  });

  test('has its own kind of value in every field', () => {
    const schema = gateSchema();
    for (const path of places(whole))
      expect([path, schema.safeParse(withValue(whole, path, null)).success]).toEqual([path, false]);
  });

  test.each<[string, string[], readonly unknown[]]>([
    ['a workflow', ['workflow'], ['automatic', 'peer_review', 'expert_review', 'emergency_bypass']],
    ['a rule', ['stages', '0', 'rule'], ['all', 'any', 'one_from_each', { quorum: 2 }]],
    ['when it wants a comment', ['stages', '0', 'comment'], ['always', 'unless_approved']],
    ['an order', ['stages', '0', 'order'], ['sequential']],
    [
      'an outcome',
      ['stages', '0', 'answers', '1', 'outcome'],
      ['approved', 'auto_approved', 'bypassed', 'rejected', 'changes_requested', 'cancelled', 'expired'],
    ],
    ['a vote', ['stages', '0', 'answers', '0', 'vote'], ['for', 'against']],
    [
      'a bypass',
      ['bypass'],
      [
        { kind: 'test_environment' },
        { kind: 'maintenance_window', window: 'w' },
        { kind: 'emergency_override', justification: 'the site is down', actedFirst: false },
        { kind: 'policy_break_glass', reason: 'nobody is left' },
      ],
    ],
  ])('knows %s by its words, and takes no other', (_, path, known) => {
    const schema = gateSchema();
    for (const value of known)
      expect(schema.parse(withValue(whole, path, value))).toEqual(withValue(whole, path, value));
    for (const value of ['', 'nonsense', {}, { kind: '' }, { kind: 'nonsense' }])
      expect([value, schema.safeParse(withValue(whole, path, value)).success]).toEqual([value, false]);
  });

  test('R7 has neither a quorum nor a timeout of nothing, nor a broken one', () => {
    const schema = gateSchema();
    for (const path of [
      ['stages', '0', 'timeout'],
      ['stages', '0', 'rule', 'quorum'],
    ])
      for (const value of [0, -1, 1.5])
        expect([path, value, schema.safeParse(withValue(whole, path, value)).success]).toEqual([path, value, false]);
  });

  test.each([
    ['bypass', { kind: 'maintenance_window' }],
    ['bypass', { kind: 'emergency_override' }],
    ['bypass', { kind: 'emergency_override', justification: 'x' }],
    ['bypass', { kind: 'emergency_override', actedFirst: true }],
    ['bypass', { kind: 'policy_break_glass' }],
    ['because', [{ rule: 'x' }]],
    ['because', [{ why: 'x' }]],
  ])('says all of its %s: %j is not enough', (key, value) => {
    expect(gateSchema().safeParse(withValue(whole, [key], value)).success).toBe(false);
  });
});
