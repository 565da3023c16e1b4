import type { Entry } from '../../../../core/entry.ts';
import { fold } from '../../../../core/fold.ts';
import { limits } from '../../../../core/limits.ts';
import {
  after,
  answered,
  approve,
  comment,
  gateOf,
  gates,
  given,
  leave,
  notNotified,
  openRound,
  refusalIn,
  refusedNote,
  reissue,
  requestIn,
  stage,
  when,
} from '../../../support/core-fixtures.ts';

describe('what became of answering a task', () => {
  test.each(['delivered', 'gone', 'superseded', 'unknown'] as const)('R17 %s is recorded once', (result) => {
    const log = given(gates.one, approve('bob'), answered('first', result));
    expect(log[2]).toMatchObject({ type: 'task_answered', task: 'first', result, commandId: 'answered:first' });
    expect(requestIn(log)).toMatchObject({
      status: 'settled',
      settledSeq: 2,
      tasks: [{ key: 'first', state: result }],
    });
    expect(when(log, answered('first', 'gone'))).toEqual({ kind: 'recorded', entry: log[2] });
  });

  test('a task is not answered before its request is settled, nor one that nobody knows', () => {
    const early = when(given(gates.one), answered('first'));
    expect(refusalIn(early)).toEqual(['too_early', 409]);
    expect(early).toMatchObject({ refusal: { message: 'A task is answered when its request is settled.' } });
    expect(refusalIn(when(given(gates.notBefore, approve('bob')), answered('first')))).toEqual(['too_early', 409]);
    const unknown = when(given(gates.one, approve('bob')), answered('other'));
    expect(refusalIn(unknown)).toEqual(['not_found', 404]);
    expect(unknown).toMatchObject({ refusal: { message: 'This request has no such waiting task.' } });
  });

  test('R53 a task that left while it was being answered: what became of it is what AWS said', () => {
    const log = given(gates.one, approve('bob'), leave('first'), answered('first', 'gone'));
    expect(requestIn(log).tasks).toMatchObject([{ state: 'gone' }]);
  });
});

describe('which request reviews this one', () => {
  const note = { type: 'note_review', review: 'the review' } as const;

  test('R40 is recorded once, after it was settled', () => {
    const log = given(gates.one, approve('bob'), note);
    expect(log[2]).toMatchObject({ type: 'review_opened', review: 'the review', commandId: 'reviewed_by:the review' });
    expect(requestIn(log)).toMatchObject({ status: 'settled', settledSeq: 2, review: 'the review' });
    expect(when(log, note)).toEqual({ kind: 'recorded', entry: log[2] });
  });

  test('R40 is not known before it was settled', () => {
    const log = given(gates.one);
    const early = when(log, note);
    expect(refusalIn(early)).toEqual(['too_early', 409]);
    expect(early).toMatchObject({ refusal: { message: 'A review comes after its request is settled.' } });
    const settled = given(gates.one, approve('bob'), note);
    const forged = { ...settled[2], seq: 2, at: settled[1]?.at, prev: requestIn(log).head } as Entry;
    expect(() => fold([...log, forged])).toThrow('entry 2: is reviewed before it was settled');
  });
});

describe('a mail that could not be handed over', () => {
  test('R33 is recorded once per mail, its reason cut to size', () => {
    const long = { ...notNotified('ask/1'), reason: 'x'.repeat(limits.reason + 1) };
    const log = given(gates.one, long);
    expect(log[1]).toMatchObject({ type: 'not_notified', commandId: 'not_notified:ask/1', to: 'bob@example.com' });
    expect(log[1]).toMatchObject({ channel: 'mail', mail: 'ask/1', reason: 'x'.repeat(limits.reason) });
    expect(requestIn(log).notNotified).toEqual([
      { mail: 'ask/1', to: 'bob@example.com', channel: 'mail', reason: 'x'.repeat(limits.reason) },
    ]);
    expect(when(log, long)).toEqual({ kind: 'recorded', entry: log[1] });
    expect(refusalIn(when(log, notNotified('ask/2')))).toEqual(['append']);
  });
});

describe('R38 R60 somebody with a genuine link was refused', () => {
  test('is recorded with code, person and where from, apart from every accepted answer', () => {
    const log = given(gates.allOfTwo, approve('bob'), refusedNote('bob'));
    expect(log[2]).toMatchObject({
      type: 'attempt_refused',
      person: 'bob',
      by: 'bob@example.com',
      round: 1,
      stage: 0,
      attempted: 'approve',
      code: 'already_voted',
      linkKey: '1.1',
      ip: '192.0.2.1',
      userAgent: 'a browser',
    });
    expect(requestIn(log).round.votes).toHaveLength(1);
    expect(requestIn(log).refusals).toEqual({ '1/0/bob': 1 });
  });

  test('once per attempt, also after settlement and for a link of an earlier round', () => {
    const note = refusedNote('bob', 'already_settled');
    const log = given(gates.one, approve('bob'), note);
    expect(when(log, note)).toEqual({ kind: 'recorded', entry: log[2] });
    const superseded = given(gates.one, openRound(2, gates.anyOfTwo), refusedNote('bob', 'superseded'));
    expect(requestIn(superseded).refusals).toEqual({ '1/0/bob': 1 });
  });

  test('R11 a text cut to size in the middle of a character leaves a log that can be read', () => {
    const log = given(gates.one, { ...refusedNote('bob'), attempted: '\u{1f600}'.slice(0, 1) });
    expect(log[1]).toMatchObject({ attempted: '\ufffd' });
    expect(fold(log)).toMatchObject({ seq: 2 });
  });

  test('not for a link that this request never had', () => {
    expect(refusalIn(when(given(gates.one), refusedNote('mallory')))).toEqual(['forged', 404]);
    expect(refusalIn(when(given(gates.one), refusedNote('bob', 'forged', { stage: 1 })))).toEqual(['forged', 404]);
  });

  test('R57 1,000 attempts leave a few entries, per link and per request, and a colleague still decides', () => {
    const people = Array.from({ length: 20 }, (_, i) => `person${i}`);
    let log = given(gateOf([stage(people)]));
    const seen = new Map<string, number>();
    for (let i = 0; i < 1000; i++) {
      const person = i < 500 ? 'person0' : (people[i % people.length] ?? '');
      const note = refusedNote(person);
      const decision = when(log, note);
      if (decision.kind === 'append') {
        log = after(log, note);
        seen.set(person, (seen.get(person) ?? 0) + 1);
      } else expect(refusalIn(decision)).toEqual(['too_many', 429]);
      if (i === 499) expect(log).toHaveLength(1 + limits.refusalsPerLink);
    }
    expect(log).toHaveLength(1 + limits.refusalsPerRequest);
    expect(Math.max(...seen.values())).toBe(limits.refusalsPerLink);
    expect(refusalIn(when(log, approve('person7')))).toEqual(['append']);
  });
});

describe('R57 a log that is full', () => {
  const full = () => {
    let log = given(gates.allOfTwo);
    for (let i = 1; log.length < limits.entries; i++) log = after(log, notNotified(`mail/${i}`));
    return log;
  };
  let log: ReturnType<typeof full>;
  beforeAll(() => {
    log = full();
  });

  test('takes no more remarks', () => {
    expect(refusalIn(when(log, notNotified('one/more')))).toEqual(['too_many', 429]);
    expect(refusalIn(when(log, refusedNote('bob')))).toEqual(['too_many', 429]);
    expect(refusalIn(when(log, reissue('bob')))).toEqual(['too_many', 429]);
    expect(refusalIn(when(log, openRound(2, gates.one)))).toEqual(['too_many', 429]);
    expect(refusalIn(when(log, comment('bob', 'x')))).toEqual(['too_many', 429]);
  });

  test('takes every decision, and every answer to a task', () => {
    const decided = after(after(log, approve('bob')), approve('carol'));
    expect(requestIn(after(decided, answered('first')))).toMatchObject({
      status: 'settled',
      tasks: [{ state: 'delivered' }],
    });
    expect(refusalIn(when(log, leave('first')))).toEqual(['append']);
  });

  test('one entry before that it is not full', () => {
    for (const command of [refusedNote('bob'), reissue('bob'), openRound(2, gates.one), notNotified('one/more')])
      expect(refusalIn(when(log.slice(0, -1), command))).toEqual(['append']);
  });
});
