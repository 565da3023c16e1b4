import { limits } from '../../../../core/limits.ts';
import { reviewDue, reviewGate, reviewRequest } from '../../../../core/person/review-request.ts';
import type { EmergencyRule } from '../../../../core/policy/policy.ts';
import { approve, gateOf, given, inStatus, open, reject, stage } from '../../../support/core-fixtures.ts';
import { plan, policyOf } from '../../../support/situations.ts';

const due = '2026-11-22T10:00:00.000Z';
const bypass = { kind: 'emergency_override', justification: 'checkout is down', actedFirst: false } as const;
const emergency: EmergencyRule = {
  criteria: [],
  stage: plan(['frank']),
  actFirst: [],
  review: plan(['everybody'], { name: 'afterwards', timeout: 3600 }),
};

/** alice's override, of which erin is an author, approved by these. */
function override(approvers: string[], claim: object = {}, more: object = {}) {
  const gate = gateOf(approvers.length > 0 ? [stage(approvers)] : [], { workflow: 'emergency_bypass', bypass });
  const asked = open(gate, { claim: { override: { justification: 'checkout is down' }, ...claim } });
  const outcome = approvers.length === 0 && { outcome: 'bypassed' as const };
  const opening = asked.opening && { ...asked.opening, ...outcome };
  const votes = approvers.map((person) => approve(person));
  return inStatus(given({ ...asked, ...(opening && { opening }), ...more }, ...votes), 'settled');
}

function reviewers(policy: ReturnType<typeof policyOf>, of: ReturnType<typeof override>): string[] {
  const gate = reviewGate(policy, emergency, reviewRequest(policy, of, due), '2026-11-21T10:00:00.000Z');
  if ('code' in gate) throw new Error(gate.message);
  return gate.stages.flatMap(({ approvers }) => approvers.map(({ person }) => person));
}

test('R40 it asks neither who asked for the override, nor its authors, nor who approved it', () => {
  expect(reviewers(policyOf(), override(['bob', 'carol']))).toEqual(['dan', 'frank']);
});

test('R40 nor an author whose address only today’s directory knows, in disguise', () => {
  const of = override(['bob'], { authors: ['caro1@example.com'] });
  expect(of.excluded.people).not.toContain('carol');
  expect(reviewers(policyOf(), of)).toEqual(['dan', 'frank']);
});

test('R40 who was against it may review it, and did not decide it', () => {
  const gate = gateOf([stage(['bob', 'carol'], 'any')], { workflow: 'emergency_bypass', bypass });
  const of = inStatus(given(gate, reject('carol'), approve('bob')), 'settled');
  expect(reviewers(policyOf(), of)).toEqual(['carol', 'dan', 'frank']);
  expect(reviewRequest(policyOf(), of, due).payload.decidedBy).toEqual(['bob@example.com']);
});

test('whom it must not ask is kept in order, each once', () => {
  const { excluded } = reviewRequest(policyOf(), override(['carol', 'bob']), due);
  const people = ['alice', 'bob', 'carol', 'erin'];
  expect(excluded).toEqual({ people, addresses: people.map((person) => `${person}@example.com`) });
  const { directory, ...policy } = policyOf();
  const { alice: _, ...staying } = directory.people;
  const today = { ...policy, directory: { ...directory, people: staying } };
  expect(reviewRequest(today, override(['carol', 'bob'], { authors: undefined }), due).excluded).toEqual(excluded);
});

test('R40 nor whom AWS says asked', () => {
  const verified = { via: 'api' as const, account: '000000000000', person: 'dan' };
  expect(reviewers(policyOf(), override(['bob'], {}, { verified }))).toEqual(['carol', 'frank']);
});

test('R40 nor any of them by another name, another address or another directory key since', () => {
  const renamed = policyOf({
    people: {
      bobby: { email: 'bob@example.com' },
      ally: { email: 'new@example.com', aliases: ['alice@example.com'] },
      bob: { email: 'bob.new@example.com' },
    },
  });
  renamed.directory.groups = { everybody: ['ally', 'bob', 'bobby', 'erin', 'frank'] };
  expect(reviewers(renamed, override(['bob']))).toEqual(['frank']);
});

test('it says what was let through, why and by whom, and when it is overdue', () => {
  const of = override(['bob', 'carol'], {
    title: 'Restart',
    environment: 'production',
    priority: 'high',
    risk: 'critical',
  });
  const { claim, payload } = reviewRequest(policyOf(), of, due);
  expect(claim).toEqual({
    title: 'Review of an emergency override: Restart',
    description: 'This was let through without its ordinary approval. Its justification: checkout is down',
    requestedBy: 'alice@example.com',
    authors: ['bob@example.com', 'carol@example.com'],
    environment: 'production',
    priority: 'high',
    risk: 'critical',
    facts: { review_due: due },
  });
  expect(payload).toEqual({
    override: of.id,
    requestId: of.requestId,
    title: 'Restart',
    justification: 'checkout is down',
    digest: of.round.digest,
    decidedBy: ['bob@example.com', 'carol@example.com'],
  });
});

test('where whoever asked acted first, they decided', () => {
  const { claim, payload } = reviewRequest(policyOf(), override([]), due);
  expect(claim).not.toHaveProperty('authors');
  expect(payload.decidedBy).toEqual(['alice@example.com']);
});

test('a title that leaves no room is cut, between characters', () => {
  const titled = (title: string) => [...reviewRequest(policyOf(), override([], { title }), due).claim.title];
  const room = limits.title - [...'Review of an emergency override: '].length;
  expect(titled('😀'.repeat(room)).at(-1)).toBe('😀');
  expect(titled('😀'.repeat(room)).length).toBe(limits.title);
  expect(titled('😀'.repeat(room + 1)).length).toBe(limits.title);
  expect(titled('😀'.repeat(room + 1)).slice(-2)).toEqual(['😀', '…']);
});

test('R40 its stage stays open past the time it is due, and a policy that nobody can meet refuses it', () => {
  const policy = policyOf();
  const gate = reviewGate(policy, emergency, reviewRequest(policy, override(['bob']), due), due);
  expect(gate).toMatchObject({ workflow: 'expert_review', stages: [{ name: 'afterwards', timeout: 90 * 86_400 }] });
  const nobody = { ...emergency, review: plan(['alice', 'bob']) };
  expect(reviewGate(policy, nobody, reviewRequest(policy, override(['bob']), due), due)).toMatchObject({
    code: 'gate_unreachable',
  });
});

test('when a review is overdue is read from its own facts; no other request has such a time', () => {
  const { claim } = reviewRequest(policyOf(), override(['bob']), due);
  const source = 'countersign:override_review';
  expect(reviewDue({ source, claim })).toBe(due);
  expect(reviewDue({ source: 'iam:ci', claim })).toBeUndefined();
  expect(reviewDue({ source, claim: { ...claim, facts: { review_due: 7 } } })).toBeUndefined();
  const { facts: _, ...none } = claim;
  expect(reviewDue({ source, claim: none })).toBeUndefined();
});
