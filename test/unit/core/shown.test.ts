import type { EntryOf } from '../../../core/entry.ts';
import { type ShownOf, shownDigest, shownOf } from '../../../core/shown.ts';
import { approver, gateOf, gates, given, stage } from '../../support/core-fixtures.ts';

const gate = gateOf([stage(['bob', 'carol'], 'any', { criteria: ['tests pass'] }), stage(['dave'])]);
let of: ShownOf;
let shown: Pick<ShownOf, 'id' | 'source' | 'requestId' | 'claim' | 'verified' | 'digest'>;
beforeAll(() => {
  const [opening] = given(gate);
  const { id, source, requestId, claim, verified, digest } = opening as EntryOf<'opened'>;
  shown = { id, source, requestId, claim, verified, digest };
  of = { ...shown, round: 1, gate };
});

test('W2 what an approver is shown is who asks for what, and who has to agree', () => {
  expect(shownOf(of)).toEqual({
    ...shown,
    round: 1,
    stages: [
      {
        name: 'review',
        rule: 'any one of 2 approvers',
        approvers: ['Bob <bob@example.com>', 'Carol <carol@example.com>'],
        criteria: ['tests pass'],
      },
      { name: 'review', rule: 'one approver', approvers: ['Dave <dave@example.com>'], criteria: [] },
    ],
  });
});

test('whom the rule would ask, had they not asked for it themselves, is shown too', () => {
  const [first] = gates.one.stages;
  const without =
    first && gateOf([{ ...first, without: [{ person: 'alice', name: 'Alice', address: 'alice@example.com' }] }]);
  expect(shownOf({ ...of, gate: without ?? gate }).stages[0]).toMatchObject({ without: ['Alice <alice@example.com>'] });
  expect(shownOf({ ...of, gate: gates.one }).stages[0]).not.toHaveProperty('without');
  expect(shownDigest({ ...of, gate: without ?? gate })).not.toBe(shownDigest({ ...of, gate: gates.one }));
});

test('R43 a gate as earlier versions wrote it is shown with nothing it did not have: its links live on', () => {
  expect(Object.keys(shownOf(of)).sort()).toEqual([
    'claim',
    'digest',
    'id',
    'requestId',
    'round',
    'source',
    'stages',
    'verified',
  ]);
  expect(Object.keys(shownOf(of).stages[1] ?? {}).sort()).toEqual(['approvers', 'criteria', 'name', 'rule']);
});

test('what the language has since: turns, vetoes, groups, whom a seat is held for, when to say why, which rule asks', () => {
  const [first] = gates.oneFromEach.stages;
  const covered = { ...approver('carol'), via: ['grace', 'henry'] };
  const told = shownOf({
    ...of,
    gate: gateOf(
      [
        stage(['bob', 'carol'], 'any', { order: 'sequential', veto: true, comment: 'always', from: 'checkpoints.x' }),
        ...(first ? [first] : []),
        stage([], 'all', { approvers: [covered] }),
      ],
      {
        because: [{ rule: 'checkpoints.x', why: 'it says so' }],
        bypass: { kind: 'test_environment' },
        notBefore: '2026-11-21T12:00:00.000Z',
        notAfter: '2026-11-21T13:00:00.000Z',
      },
    ),
  });
  expect(told).toMatchObject({
    because: [{ rule: 'checkpoints.x', why: 'it says so' }],
    bypass: { kind: 'test_environment' },
    notBefore: '2026-11-21T12:00:00.000Z',
    notAfter: '2026-11-21T13:00:00.000Z',
    stages: [
      {
        rule: 'any one of 2 approvers, in turn; one rejection is enough to reject',
        comment: 'always',
        from: 'checkpoints.x',
      },
      { rule: 'one from each of ops, security', groups: first?.groups },
      { approvers: ['Carol <carol@example.com>, for grace, henry'] },
    ],
  });
});

test('what it replaces is shown where both are known', () => {
  const revising = { ...of, claim: { ...of.claim, revises: 'deploy-41' } };
  expect(shownOf({ ...revising, revisedDigest: 'd' })).toMatchObject({
    revises: { requestId: 'deploy-41', digest: 'd' },
  });
  expect(shownOf(revising)).not.toHaveProperty('revises');
  expect(shownOf({ ...of, revisedDigest: 'd' })).not.toHaveProperty('revises');
});

test('R8 R32 nothing of it can change without its digest changing', () => {
  const changed: ShownOf[] = [
    { ...of, id: 'x' },
    { ...of, source: 'x' },
    { ...of, requestId: 'x' },
    { ...of, round: 2 },
    { ...of, claim: { ...of.claim, title: `${of.claim.title} ` } },
    { ...of, claim: { ...of.claim, facts: { approved: true } } },
    { ...of, verified: { ...of.verified, account: '1' } },
    { ...of, digest: 'x' },
    { ...of, gate: gates.one },
    { ...of, gate: gateOf([stage(['bob', 'carol'], 'all', { criteria: ['tests pass'] }), stage(['dave'])]) },
    { ...of, gate: gateOf([stage(['bob', 'carol'], 'any', { criteria: ['tests passed'] }), stage(['dave'])]) },
    { ...of, claim: { ...of.claim, revises: 'y' }, revisedDigest: 'd' },
    { ...of, claim: { ...of.claim, revises: 'y' }, revisedDigest: 'e' },
  ];
  const digests = [of, ...changed].map(shownDigest);
  expect(new Set(digests).size).toBe(digests.length);
  expect(shownDigest(structuredClone(of))).toBe(digests[0]);
});

test('R32 which rule asks, why, what goes round it and from when are shown where a gate says so, and change the digest', () => {
  const [first] = gates.one.stages;
  const more = gateOf(first ? [{ ...first, from: 'checkpoints.security_review' }] : [], {
    because: [{ rule: 'checkpoints.security_review', why: 'it names it' }],
    bypass: { kind: 'emergency_override', justification: 'the shop is down', actedFirst: false },
    notBefore: '2026-11-21T12:00:00.000Z',
    notAfter: '2026-11-21T13:00:00.000Z',
  });
  const { stages: _, workflow: __, ...besides } = more;
  expect(shownOf({ ...of, gate: more })).toMatchObject({
    ...besides,
    stages: [{ from: 'checkpoints.security_review' }],
  });
  expect(Object.keys(shownOf({ ...of, gate: gates.one }))).not.toEqual(expect.arrayContaining(Object.keys(besides)));
  expect(shownDigest({ ...of, gate: more })).not.toBe(shownDigest({ ...of, gate: gates.one }));
});
