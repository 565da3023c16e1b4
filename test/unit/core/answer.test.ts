import fc from 'fast-check';
import { answerAsJson, answerOf, carriesPayload, causeOf, errorOf, refusedCauseOf } from '../../../core/answer.ts';
import type { Entry } from '../../../core/entry.ts';
import { bypassedEvent, type OutgoingEvent, refusedEvent, requestedEvent, settledEvent } from '../../../core/events.ts';
import { Outcome } from '../../../core/gate.ts';
import type { Json } from '../../../core/json.ts';
import { limits } from '../../../core/limits.ts';
import { schemaOf } from '../../support/cloud/schemas.ts';
import {
  after,
  approve,
  cancel,
  delegate,
  fallDue,
  gateOf,
  gates,
  given,
  id,
  inStatus,
  leave,
  minute,
  open,
  openRound,
  payloadText,
  reject,
  requestIn,
  stage,
  vote,
} from '../../support/core-fixtures.ts';

const payload: Json = JSON.parse(payloadText);
const settled = (log: Entry[]) => inStatus(log, 'settled');
const stored = (bytes: number) => ({
  ref: { bucket: 'b', key: 'k', versionId: 'v', digest: 'd' },
  bytes,
});

test.each<[Outcome, string | undefined]>([
  ['approved', undefined],
  ['auto_approved', undefined],
  ['bypassed', undefined],
  ['rejected', 'Approval.Rejected'],
  ['changes_requested', 'Approval.ChangesRequested'],
  ['cancelled', 'Approval.Cancelled'],
  ['expired', 'Approval.Expired'],
])('the outcome %s: a waiting task fails with %s', (outcome, error) => {
  expect(errorOf(outcome)).toBe(error);
});

test('there is no outcome without a word on what it does to the task', () => {
  expect(Outcome.options).toHaveLength(7);
});

describe('the answer', () => {
  test('tells who decided what, and hands on what was approved', () => {
    const log = given(
      gates.twoStages,
      approve('bob', { comment: 'ok', conditions: ['at night'] }),
      approve('carol', { at: { stage: 1 }, conditions: ['with a rollback'] }),
      approve('dave', { at: { stage: 1 } }),
    );
    const request = settled(log);
    expect(carriesPayload(request)).toBe(true);
    const answer = answerOf(request, payload);
    expect(answer).toEqual({
      id,
      requestId: 'deploy-42',
      outcome: 'approved',
      decisions: [
        {
          stage: 'first',
          by: 'bob@example.com',
          answer: 'approve',
          comment: 'ok',
          conditions: ['at night'],
          at: minute(1),
          assurance: 'link',
        },
        {
          stage: 'second',
          by: 'carol@example.com',
          answer: 'approve',
          conditions: ['with a rollback'],
          at: minute(2),
          assurance: 'link',
        },
        { stage: 'second', by: 'dave@example.com', answer: 'approve', at: minute(3), assurance: 'link' },
      ],
      conditions: ['at night', 'with a rollback'],
      payload,
      digest: request.round.digest,
      policyVersion: request.round.policyVersion,
      auditHead: request.settledHead,
    });
    expect(answerAsJson(answer)).toEqual(answer);
  });

  test('W4 a decision on a seat that was another’s says on whose behalf, one on somebody’s own does not', () => {
    const log = given(gates.handable, delegate('bob', 'frank'), approve('frank'), approve('carol'));
    const { decisions } = answerOf(settled(log), payload);
    expect(decisions).toMatchObject([{ by: 'frank@example.com', onBehalfOf: ['bob'] }, { by: 'carol@example.com' }]);
    expect(decisions[1]).not.toHaveProperty('onBehalfOf');
  });

  test('conditions of those who were against it are no conditions of the approval', () => {
    const votes = [
      reject('bob', { conditions: ['never'] }),
      approve('carol', { conditions: ['once'] }),
      approve('dave'),
    ];
    expect(answerOf(settled(given(gates.twoOfThree, ...votes)), payload).conditions).toEqual(['once']);
  });

  test('a decision whose stage the gate does not have is told without its name', () => {
    const request = settled(given(gates.one, approve('bob')));
    const answer = answerOf({ ...request, round: { ...request.round, gate: gateOf([]) } }, payload);
    expect(answer.decisions).toMatchObject([{ stage: '', by: 'bob@example.com' }]);
  });

  test('names the answer where the stage has answers of its own, and the reason where one was given', () => {
    const answer = answerOf(settled(given(gates.ownAnswers, vote('bob', 'retry', { comment: 'flaky' }))), payload);
    expect(answer).toMatchObject({ answer: 'retry', reason: 'flaky', outcome: 'approved' });
    const plain = answerOf(settled(given(gates.one, approve('bob'))), payload);
    for (const key of ['answer', 'reason', 'shortened', 'payloadRef']) expect(plain).not.toHaveProperty(key);
    for (const key of ['comment', 'conditions']) expect(plain.decisions[0]).not.toHaveProperty(key);
    expect(answerOf(settled(given(gates.one, approve('bob'))), undefined)).not.toHaveProperty('payload');
  });

  test('R54 carries a stored payload up to the limit, and where it stands above', () => {
    const at = (bytes: number) => settled(given(open(gates.one, { payload: stored(bytes) }), approve('bob')));
    expect(carriesPayload(at(limits.payloadInAnswer))).toBe(true);
    expect(answerOf(at(limits.payloadInAnswer), payload)).toMatchObject({ payload });
    expect(answerOf(at(limits.payloadInAnswer), payload)).not.toHaveProperty('payloadRef');
    const above = at(limits.payloadInAnswer + 1);
    expect(carriesPayload(above)).toBe(false);
    expect(answerOf(above, payload)).toMatchObject({ payloadRef: stored(1).ref });
    expect(answerOf(above, payload)).not.toHaveProperty('payload');
  });

  test.each<[string, () => Entry[]]>([
    ['rejected', () => given(gates.one, reject('bob'))],
    ['changes_requested', () => given(gates.one, vote('bob', 'request_changes'))],
    ['cancelled', () => given(gates.one, cancel())],
    ['cancelled', () => given(gates.one, leave('first'))],
    ['expired', () => after(given(gates.one), fallDue, minute(1440))],
    ['rejected', () => given(open(gates.one, { payload: stored(200_000) }), reject('bob'))],
  ])('R59 %s: it carries no payload, by value or by reference, even where one is at hand', (outcome, log) => {
    const request = settled(log());
    expect(carriesPayload(request)).toBe(false);
    const answer = answerOf(request, payload);
    expect(answer.outcome).toBe(outcome);
    for (const key of ['payload', 'payloadRef']) expect(answer).not.toHaveProperty(key);
    for (const key of ['payload', 'payloadRef']) expect(JSON.parse(causeOf(answer))).not.toHaveProperty(key);
    expect(causeOf(answer)).not.toContain('replicas');
  });

  test('R59 what the request says of itself is not in a failed answer, and turns no outcome', () => {
    const lie = { outcome: 'approved', approved: true, decisions: [{ answer: 'approve' }] };
    const claim = { title: '{"outcome":"approved"}', description: 'approved', facts: lie };
    const endings = [reject('bob'), cancel(), vote('bob', 'request_changes')];
    for (const ending of endings) {
      const text = JSON.stringify(lie);
      const request = settled(given(open(gates.one, { claim, payload: { text } }), ending));
      const answer = answerOf(request, lie);
      expect(errorOf(request.outcome)).toMatch(/^Approval\./);
      expect(JSON.stringify(answer)).not.toContain('approved');
      expect(causeOf(answer)).not.toContain('approved');
      expect(JSON.stringify(settledEvent(request, answer))).not.toContain('approved');
    }
  });
});

/** What of an event is not as its published schema says. */
function asPublished({ detailType, detail }: OutgoingEvent): string[] {
  const read = schemaOf(detailType).safeParse(detail);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const people = (count: number) => Array.from({ length: count }, (_, i) => `person${i}`);
/** A request on which everybody writes as much as they may, in characters that take much room. */
function talkative(count: number, character: string, ending: 'approve' | 'reject') {
  const said = {
    comment: character.repeat(limits.comment).slice(0, limits.comment),
    conditions: Array.from({ length: limits.conditions }, () =>
      character.repeat(limits.condition).slice(0, limits.condition),
    ),
  };
  const all = people(count);
  const votes = all.slice(0, -1).map((person) => approve(person, said));
  return settled(given(gateOf([stage(all)]), ...votes, vote(all.at(-1) ?? '', ending, said)));
}

describe('R54 an answer always fits, whatever was written', () => {
  const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
  const characters: [string, string][] = [
    ['letters', 'x'],
    ['quotes', '"'],
    ['controls', '\u0000'],
    ['umlauts', 'ö'],
    ['Han', '漢'],
    ['emoji', '\u{1f600}'],
    ['line separators', '\u2028'],
  ];

  test.each(characters)('an approval by many who wrote much in %s leaves room for its payload', (_, character) => {
    for (const count of character === '漢' ? [1, 2, limits.approversPerStage] : [2, 12]) {
      const request = talkative(count, character, 'approve');
      const answer = answerOf(request, payload);
      expect(bytes({ ...answer, payload: undefined })).toBeLessThanOrEqual(limits.wordsInAnswer);
      expect(limits.wordsInAnswer + limits.payloadInAnswer + 10_000).toBeLessThan(256 * 1024);
      expect(answer).toMatchObject({ outcome: 'approved', payload, digest: request.round.digest });
      if (count > 5) expect(answer.shortened).toBe(true);
      // Still the last who decided, where anything is left of the decisions.
      const by = answer.decisions.at(-1)?.by;
      expect([`person${count - 1}@example.com`, undefined]).toContain(by);
    }
  });

  test.each(characters)('so does the cause of a rejection in %s', (_, character) => {
    for (const count of character === '漢' ? [1, 2, limits.approversPerStage] : [2, 12]) {
      const request = talkative(count, character, 'reject');
      const cause = causeOf(answerOf(request, payload));
      expect(cause.length).toBeLessThanOrEqual(limits.cause);
      const told = JSON.parse(cause);
      expect(told).toMatchObject({ id, outcome: 'rejected', digest: request.round.digest });
      if (count > 2) expect(told.shortened).toBe(true);
      expect(told.decisions.at(-1)?.by).toBe(`person${count - 1}@example.com`);
      expect(cause.isWellFormed() && JSON.stringify(told).includes('\\ud')).toBe(false);
    }
  });

  test('nothing is cut that fits', () => {
    const request = settled(given(gates.one, reject('bob', { comment: 'x'.repeat(limits.comment) })));
    const answer = answerOf(request, payload);
    expect(JSON.parse(causeOf(answer))).toEqual(answer);
    expect(answer.shortened).toBeUndefined();
  });

  test('what fits exactly is not cut, and one character more is', () => {
    const answer = answerOf(settled(given(gates.one, cancel({ reason: '' }))), payload);
    const room = limits.cause - JSON.stringify(answer).length;
    const exact = causeOf({ ...answer, reason: 'x'.repeat(room) });
    expect(exact).toHaveLength(limits.cause);
    expect(JSON.parse(exact)).not.toHaveProperty('shortened');
    const cut = JSON.parse(causeOf({ ...answer, reason: 'x'.repeat(room + 1) }));
    expect(cut).toMatchObject({ shortened: true, reason: `${'x'.repeat(1000)}…`, outcome: 'cancelled' });
  });

  test('an approval that fits exactly is not cut, and one character more is', () => {
    const long = { comment: 'x'.repeat(limits.comment) };
    const said = (length: number) => [
      approve('person0', { comment: 'x'.repeat(length) }),
      ...people(23)
        .slice(1)
        .map((one) => approve(one, long)),
    ];
    const answer = (length: number) =>
      answerOf(settled(given(gateOf([stage(people(23))]), ...said(length))), undefined);
    const room = 1 + limits.wordsInAnswer - bytes(answer(1));
    expect(answer(1)).not.toHaveProperty('shortened');
    expect(bytes(answer(room))).toBe(limits.wordsInAnswer);
    expect(answer(room)).not.toHaveProperty('shortened');
    expect(answer(room + 1)).toHaveProperty('shortened', true);
  });

  test('a text of exactly the length that is kept is left as it is', () => {
    const answer = answerOf(settled(given(gates.one, cancel({ reason: 'y'.repeat(1000) }))), payload);
    const told = JSON.parse(causeOf({ ...answer, conditions: ['z'.repeat(limits.cause)] }));
    expect(told).toMatchObject({ reason: 'y'.repeat(1000), conditions: [`${'z'.repeat(1000)}…`] });
  });

  test('as much is kept as there is room for: first texts are cut, then the oldest decisions left out', () => {
    const said = { comment: 'x'.repeat(4000), conditions: ['y'.repeat(500)] };
    const request = settled(
      given(gateOf([stage(people(10))]), ...people(9).map((one) => approve(one, said)), reject('person9')),
    );
    const told = JSON.parse(causeOf(answerOf(request, payload)));
    expect(told.decisions).toHaveLength(10);
    expect(told.decisions[0]).toEqual({
      stage: 'review',
      by: 'person0@example.com',
      answer: 'approve',
      comment: `${'x'.repeat(1000)}…`,
      at: minute(1),
      assurance: 'link',
    });
    expect(told.conditions).toEqual(Array(9).fill('y'.repeat(500)));
    const many = JSON.parse(causeOf(answerOf(talkative(50, 'x', 'reject'), payload)));
    expect(many.decisions).toHaveLength(40);
    expect(many.decisions[0].by).toBe('person10@example.com');
    expect(many.conditions).toHaveLength(40);
    expect(many.conditions[0]).toBe(`${'x'.repeat(200)}…`);
  });

  test('the cause of a refused opening fits, and can be read', () => {
    const refused = { source: 'events', code: 'invalid' as const, requestId: 'r' };
    const few = { ...refused, errors: [{ path: 'title', message: 'is required' }] };
    expect(JSON.parse(refusedCauseOf(few))).toEqual(few);
    const room = limits.cause - JSON.stringify(few).length;
    const exact = { ...few, source: `events${'x'.repeat(room)}` };
    expect(JSON.parse(refusedCauseOf(exact))).toEqual(exact);
    expect(JSON.parse(refusedCauseOf({ ...exact, source: `${exact.source}x` }))).toHaveProperty('shortened');
    const errors = Array.from({ length: 50 }, (_, i) => ({ path: `${i}`, message: '\u0000'.repeat(5_000) }));
    const cut = refusedCauseOf({ ...refused, errors });
    expect(cut.length).toBeLessThanOrEqual(limits.cause);
    const told = JSON.parse(cut);
    expect(told).toMatchObject({ source: 'events', code: 'invalid', requestId: 'r', shortened: true });
    expect(told.errors).toHaveLength(10);
    expect(told.errors[0]).toEqual({ path: '0', message: `${'\u0000'.repeat(200)}…` });
    fc.assert(
      fc.property(
        fc.record({ path: fc.string({ unit: 'binary' }), message: fc.string({ unit: 'binary' }) }),
        fc.nat(3_000),
        fc.nat(60),
        fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
        ({ path, message }, times, count, requestId) => {
          const problem = { path: path.repeat(times), message: message.repeat(times) };
          const problems = Array.from({ length: count }, () => problem);
          const { requestId: _, ...rest } = refused;
          const text = refusedCauseOf({ ...rest, ...(requestId !== undefined && { requestId }), errors: problems });
          expect(text.length).toBeLessThanOrEqual(limits.cause);
          expect(JSON.parse(text)).toMatchObject({ code: 'invalid' });
        },
      ),
      { numRuns: 30 },
    );
    expect(JSON.parse(refusedCauseOf({ code: 'invalid', source: 'x'.repeat(40_000), errors: [] }))).toEqual({
      source: `${'x'.repeat(200)}…`,
      code: 'invalid',
      errors: [],
      shortened: true,
    });
  });
});

describe('events', () => {
  test('Approval Requested says who is asked for what, and until when', () => {
    expect(requestedEvent(requestIn(given(gates.twoStages)))).toEqual({
      detailType: 'Approval Requested',
      at: minute(0),
      detail: {
        id,
        source: 'events:demo.shop@000000000000',
        requestId: 'deploy-42',
        seq: 1,
        at: minute(0),
        title: 'Deploy shop v2.1.0',
        requestedBy: 'alice@example.com',
        environment: 'production',
        risk: 'medium',
        priority: 'medium',
        digest: requestIn(given(gates.twoStages)).round.digest,
        policyVersion: requestIn(given(gates.twoStages)).round.policyVersion,
        stages: [
          { name: 'first', rule: 'one approver', approvers: ['bob@example.com'] },
          { name: 'second', rule: 'both approvers', approvers: ['carol@example.com', 'dave@example.com'] },
        ],
        deadline: minute(1440),
      },
    });
    expect(requestedEvent(requestIn(given(gates.one, cancel()))).detail).not.toHaveProperty('deadline');
    // It tells of the first round, whatever came of it meanwhile.
    const second = requestedEvent(requestIn(given(gates.one, openRound(2, gates.allOfTwo)))).detail;
    expect(second).not.toHaveProperty('deadline');
    expect(second).toMatchObject({ stages: [{ approvers: ['bob@example.com'] }] });
  });

  test('tells who was asked first, whomever seats were handed on to since', () => {
    const handed = requestedEvent(requestIn(given(gates.handable, delegate('bob', 'frank')))).detail;
    expect(handed).toMatchObject({
      stages: [{ approvers: ['bob@example.com', 'carol@example.com', 'dave@example.com'] }],
    });
  });

  test('R40 Bypass Used says which way round the gate, for what, and who let it, each once', () => {
    const staged = gateOf([stage(['bob', 'carol', 'dave'], { quorum: 2 }), stage(['bob'], 'all', { name: 'second' })], {
      bypass: { kind: 'emergency_override', justification: 'the shop is down', actedFirst: false },
    });
    const second = approve('bob', { at: { stage: 1 } });
    const request = settled(given(staged, reject('dave'), approve('bob'), approve('carol'), second));
    const event = bypassedEvent(request);
    expect(event).toEqual({
      detailType: 'Bypass Used',
      at: minute(4),
      detail: {
        id,
        source: request.source,
        requestId: 'deploy-42',
        seq: 5,
        at: minute(4),
        kind: 'emergency_override',
        justification: 'the shop is down',
        actedFirst: false,
        title: 'Deploy shop v2.1.0',
        requestedBy: 'alice@example.com',
        environment: 'production',
        risk: 'medium',
        by: ['bob@example.com', 'carol@example.com'],
        digest: request.round.digest,
        policyVersion: request.round.policyVersion,
        auditHead: request.settledHead,
      },
    });
    const opening = open(gateOf([], { bypass: { kind: 'maintenance_window', window: 'w' } }));
    const outcome = 'bypassed' as const;
    const windowed = given({ ...opening, opening: opening.opening && { ...opening.opening, outcome } });
    expect(bypassedEvent(settled(windowed)).detail).toMatchObject({
      kind: 'maintenance_window',
      window: 'w',
      by: [],
      seq: 1,
    });
    for (const told of [event, bypassedEvent(settled(windowed))]) expect(asPublished(told)).toEqual([]);
  });

  test('every event is as its published schema says', () => {
    const log = given(
      gates.handable,
      delegate('bob', 'frank'),
      approve('frank', { conditions: ['c'] }),
      approve('carol'),
    );
    const expired = settled(
      after(given(gates.handable, delegate('bob', 'frank'), approve('frank')), fallDue, minute(1440)),
    );
    const events = [
      requestedEvent(requestIn(log)),
      settledEvent(settled(log), answerOf(settled(log), payload)),
      settledEvent(expired, answerOf(expired, payload)),
      refusedEvent({ source: 's', code: 'invalid', errors: [{ path: '', message: 'm' }] }, minute(3)),
    ];
    for (const event of events) expect([event.detailType, ...asPublished(event)]).toEqual([event.detailType]);
    const [, decided] = events;
    expect(decided && asPublished({ ...decided, detail: { ...decided.detail, surprise: 1 } })).toHaveLength(1);
  });

  test('Approval Decided is the answer and where it stands; an expiry is Approval Expired alone', () => {
    const request = settled(given(gates.one, approve('bob')));
    const answer = answerOf(request, payload);
    expect(settledEvent(request, answer)).toEqual({
      detailType: 'Approval Decided',
      at: minute(1),
      detail: { ...answer, source: request.source, seq: 2, at: minute(1) },
    });
    const expired = settled(after(given(gates.one), fallDue, minute(1440)));
    expect(settledEvent(expired, answerOf(expired, payload)).detailType).toBe('Approval Expired');
  });

  test('Request Refused names field and reason, fifty of them at most', () => {
    const errors = Array.from({ length: 51 }, (_, i) => ({ path: `p${i}`, message: 'm', secret: 'x' }));
    const event = refusedEvent({ source: 's', requestId: 'r', code: 'invalid', errors }, minute(3));
    expect(event).toMatchObject({
      detailType: 'Request Refused',
      at: minute(3),
      detail: { source: 's', requestId: 'r', code: 'invalid' },
    });
    expect(event.detail.errors).toHaveLength(50);
    expect(event.detail.errors).toContainEqual({ path: 'p49', message: 'm' });
    expect(refusedEvent({ source: 's', code: 'invalid', errors: [] }, minute(3)).detail).toStrictEqual({
      source: 's',
      code: 'invalid',
      errors: [],
    });
  });
});
