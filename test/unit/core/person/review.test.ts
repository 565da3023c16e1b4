import { personLogId } from '../../../../core/canonical.ts';
import type { Outcome } from '../../../../core/gate.ts';
import { decidePerson, type PersonCommand } from '../../../../core/person/decide.ts';
import type { PersonEntry } from '../../../../core/person/entry.ts';
import { foldPerson, overdueReview } from '../../../../core/person/fold.ts';
import {
  overriddenBy,
  overrideBySomebody,
  personAt,
  reviewKey,
  reviewOf,
  reviewWanted,
  unaccounted,
  wasOverride,
} from '../../../../core/person/review.ts';
import type { Request } from '../../../../core/request.ts';
import { approve, cancel, gateOf, given, inStatus, open, requestIn, stage } from '../../../support/core-fixtures.ts';
import { policyOf, situation } from '../../../support/situations.ts';

const policy = policyOf();
const override = 'k5p7w3sxg2tq4n6hzrjm5yv2abcdefgh';
const asking = (requestedBy: string, person?: string) => ({
  claim: situation({ requestedBy }).claim,
  verified: { via: 'api' as const, account: '000000000000', ...(person !== undefined && { person }) },
});

describe('whose override it is', () => {
  test('R40 theirs whom AWS verified, whatever the request says', () => {
    expect(overriddenBy(policy, asking('bob@example.com', 'alice'))).toBe('alice');
  });

  test.each([
    ['BOB+x@example.com', 'bob'],
    ['b0b@example.com', 'bob'],
    ['stranger@elsewhere.org', 'stranger@elsewhere.org'],
    ['Stranger+x@Elsewhere.org', 'stranger@elsewhere.org'],
  ])('R40 else theirs who is named, so that no spelling is a way round a review: %s', (address, person) => {
    expect(overriddenBy(policy, asking(address))).toBe(person);
    expect(personAt(policy, address)).toBe(person);
  });

  test('the address a person has, not one that only looks like theirs, says who it is', () => {
    const alike = policyOf({ people: { bob: { email: 'rob1@example.com' }, carol: { email: 'robl@example.com' } } });
    expect(personAt(alike, 'robl@example.com')).toBe('carol');
  });

  test('R40 it is somebody’s: a stranger’s, or one that could be anybody’s, is refused, and the field is named', () => {
    expect(overrideBySomebody(policy, asking('bob@example.com'))).toBeUndefined();
    expect(overrideBySomebody(policy, asking('stranger@elsewhere.org', 'alice'))).toBeUndefined();
    for (const address of ['stranger@elsewhere.org', 'b\u4e00b@example.com'])
      expect(overrideBySomebody(policy, asking(address))).toMatchObject({
        code: 'claim_not_allowed',
        message: expect.stringContaining(`'${address}' is nobody in the policy's directory`),
        errors: [{ path: 'requestedBy' }],
      });
  });
});

describe('the request that reviews an override', () => {
  test('has a key that says of which, and which review of it', () => {
    expect(reviewKey({ override, nth: 1 }).requestId).toBe(`review:${override}`);
    expect(reviewKey({ override, nth: 2 }).requestId).toBe(`review:${override}:2`);
    expect(reviewKey({ override, nth: 1 }).id).not.toBe(reviewKey({ override, nth: 2 }).id);
  });

  test('is known by its key, and only where Countersign itself asked', () => {
    const source = 'countersign:override_review';
    for (const nth of [1, 2, 12]) {
      const { requestId } = reviewKey({ override, nth });
      expect(reviewOf({ source, requestId })).toEqual({ override, nth });
      expect(reviewOf({ source: 'iam:ci', requestId })).toBeUndefined();
      expect(reviewOf({ source: 'countersign:policy_change', requestId })).toBeUndefined();
    }
    for (const requestId of [
      'deploy-42',
      'review:',
      `review:${override}:`,
      `review:${override}:x`,
      `review:${override}x`,
      `a review:${override}`,
      `review:${override}:2 `,
    ])
      expect([requestId, reviewOf({ source, requestId })]).toEqual([requestId, undefined]);
  });
});

describe('whether a review has to be opened', () => {
  const emergency = { kind: 'emergency_override', justification: 'checkout is down', actedFirst: false } as const;
  const overridden = gateOf([stage(['bob'])], { workflow: 'emergency_bypass', bypass: emergency });
  const reviewing = (nth: number, ...outcome: ('approved' | 'cancelled')[]): Request => {
    const { requestId } = reviewKey({ override, nth });
    const source = 'countersign:override_review';
    const asked = open(gateOf([stage(['bob'])]));
    const opening = asked.opening && { ...asked.opening, source, requestId };
    const ends = outcome.map((one) => (one === 'approved' ? approve('bob') : cancel({ by: source, source })));
    return requestIn(given({ ...asked, ...(opening && { opening }) }, ...ends));
  };

  test('R40 once an override took effect, and not before', () => {
    expect(reviewWanted(requestIn(given(overridden)))).toBeUndefined();
    const through = inStatus(given(overridden, approve('bob')), 'settled');
    expect(through.outcome).toBe('bypassed');
    expect(wasOverride(through)).toBe(true);
    expect(reviewWanted(through)).toEqual({ override: through.id, nth: 1 });
  });

  test('not once it is there', () => {
    const through = given(overridden, approve('bob'), { type: 'note_review', review: 'r' });
    expect(reviewWanted(requestIn(through))).toBeUndefined();
  });

  test('not for an override that was not let through, nor for another way round the gate', () => {
    expect(reviewWanted(requestIn(given(overridden, cancel())))).toBeUndefined();
    expect(reviewWanted(requestIn(given(gateOf([stage(['bob'])]), approve('bob'))))).toBeUndefined();
    const tested = open(gateOf([], { bypass: { kind: 'test_environment' } }));
    const opening = tested.opening && { ...tested.opening, outcome: 'bypassed' as const };
    expect(wasOverride(inStatus(given({ ...tested, ...(opening && { opening }) }), 'settled'))).toBe(false);
  });

  test('R40 another follows the one that ended without a judgement, and none the one that was judged', () => {
    expect(reviewWanted(reviewing(1))).toBeUndefined();
    expect(reviewWanted(reviewing(1, 'approved'))).toBeUndefined();
    expect(reviewWanted(reviewing(1, 'cancelled'))).toEqual({ override, nth: 2 });
    expect(reviewWanted(reviewing(2, 'cancelled'))).toEqual({ override, nth: 3 });
  });
});

describe('a person’s record', () => {
  const day = (days: number) => new Date(Date.parse('2026-11-21T10:00:00.000Z') + days * 86_400_000).toISOString();
  const use = (request: string): PersonCommand => ({
    type: 'use_override',
    request,
    title: `Restart ${request}`,
    justification: 'checkout is down',
  });
  const record = (...commands: [PersonCommand, number][]) => {
    const log: PersonEntry[] = [];
    for (const [command, days] of commands) {
      const decision = decidePerson(foldPerson(log), 'bob', command, day(days));
      if (decision.kind !== 'append') throw new Error(`'${command.type}' was not appended`);
      log.push(decision.entry);
    }
    return { log, record: foldPerson(log) };
  };
  const owe = (of: string, due: string): PersonCommand => ({
    type: 'owe_review',
    override: of,
    review: reviewKey({ override: of, nth: 1 }).id,
    due,
  });

  test('R40 lists the overrides of which nobody has noted yet that their review is owed, for thirty days', () => {
    const { record: bob } = record([use('a'), 0], [use('b'), 1], [use('c'), 2], [owe('b', day(9)), 3]);
    if (!bob) throw new Error('no record');
    expect(unaccounted(bob, day(3))).toEqual(['a', 'c']);
    expect(unaccounted(bob, day(30))).toEqual(['c']);
    expect(unaccounted(bob, day(31.99))).toEqual(['c']);
    expect(unaccounted(bob, day(32))).toEqual([]);
  });

  test('R40 names the review that has been overdue longest, whichever was owed first', () => {
    const due = (first: number, second: number) =>
      overdueReview(
        record([use('a'), 0], [use('b'), 0], [owe('a', day(first)), 0], [owe('b', day(second)), 0]).record,
        day(9),
      )?.override;
    expect(due(1, 2)).toBe('a');
    expect(due(2, 1)).toBe('b');
    expect(due(1, 1)).toBe('a');
    expect(due(10, 2)).toBe('b');
    expect(due(10, 10)).toBeUndefined();
    expect(overdueReview(undefined, day(9))).toBeUndefined();
  });

  test('each entry says whose log it is, what was asked and when', () => {
    const review = reviewKey({ override: 'a', nth: 1 }).id;
    const { log } = record(
      [use('a'), 0],
      [owe('a', day(9)), 1],
      [{ type: 'end_review', review, outcome: 'rejected' }, 2],
    );
    const placed = { id: personLogId('bob'), person: 'bob' };
    expect(log).toEqual([
      {
        ...placed,
        type: 'override_used',
        seq: 1,
        at: day(0),
        prev: null,
        commandId: 'override:a',
        request: 'a',
        title: 'Restart a',
        justification: 'checkout is down',
      },
      {
        ...placed,
        type: 'review_owed',
        seq: 2,
        at: day(1),
        prev: expect.any(String),
        commandId: `owed:${review}`,
        override: 'a',
        review,
        due: day(9),
      },
      {
        ...placed,
        type: 'review_done',
        seq: 3,
        at: day(2),
        prev: expect.any(String),
        commandId: `done:${review}`,
        review,
        outcome: 'rejected',
      },
    ]);
  });

  test.each<[Outcome, boolean]>([
    ['approved', true],
    ['rejected', true],
    ['changes_requested', true],
    ['expired', false],
    ['cancelled', false],
    ['bypassed', false],
    ['auto_approved', false],
  ])('R40 a review that ends as %s: judged %s', (outcome, judged) => {
    const review = reviewKey({ override: 'a', nth: 1 }).id;
    const ended = record([use('a'), 0], [owe('a', day(9)), 1], [{ type: 'end_review', review, outcome }, 2]).record;
    expect(ended?.owed.length).toBe(judged ? 0 : 1);
  });

  test('time in it never runs backwards, though clocks differ', () => {
    expect(record([use('a'), 2], [owe('a', day(9)), 1]).log.map(({ at }) => at)).toEqual([day(2), day(2)]);
  });

  test('R40 where the log does not know the override, a block names the request instead of its title', () => {
    const { record: bob } = record([owe('a', day(1)), 0]);
    const decision = decidePerson(bob, 'bob', use('b'), day(2));
    expect(decision).toMatchObject({
      refusal: { message: expect.stringContaining('emergency override (a) has been') },
    });
  });
});
