import { limits } from '../../../../core/limits.ts';
import { askedAgain, deadlineOf, nextDue } from '../../../../core/request.ts';
import {
  after,
  approve,
  edited,
  fallDue,
  gateOf,
  gates,
  given,
  inStatus,
  minute,
  openRound,
  refusalIn,
  reject,
  requestIn,
  stage,
  vote,
  when,
} from '../../../support/core-fixtures.ts';

const problem = (decision: ReturnType<typeof when>) =>
  decision.kind === 'refused' ? decision.refusal.errors : decision.kind;

describe('the checklist', () => {
  test('an approval confirms every item, and names those it does not', () => {
    const log = given(gates.checklist);
    const decision = when(log, approve('bob', { confirmed: [1] }));
    expect(refusalIn(decision)).toEqual(['criteria_missing', 400]);
    expect(decision).toMatchObject({
      refusal: {
        message: 'To approve, confirm every item of the checklist. Not confirmed: “tests pass”, “docs”.',
        errors: [
          { path: 'confirmed.0', message: '“tests pass” is not confirmed.' },
          { path: 'confirmed.2', message: '“docs” is not confirmed.' },
        ],
      },
    });
    expect(refusalIn(when(log, approve('bob')))[0]).toBe('criteria_missing');
  });

  test('is recorded item by item, in order, each once; of another answer what was confirmed of it', () => {
    const log = given(
      gates.checklist,
      reject('carol', { confirmed: [2] }),
      approve('bob', { confirmed: [2, 0, 1, 0] }),
    );
    expect(log[1]).toMatchObject({ confirmed: [2] });
    expect(log[2]).toMatchObject({ confirmed: [0, 1, 2], outcome: 'approved' });
    expect(requestIn(log).round.votes.map(({ confirmed }) => confirmed)).toEqual([[2], [0, 1, 2]]);
    expect(given(gates.checklist, reject('bob', { confirmed: [] }))[1]).not.toHaveProperty('confirmed');
  });

  test('an answer that settles as approved confirms it too; one that settles otherwise does not', () => {
    const [own] = gates.ownAnswers.stages;
    const log = given(gateOf(own ? [{ ...own, criteria: ['seen'] }] : []));
    expect(refusalIn(when(log, vote('bob', 'retry')))[0]).toBe('criteria_missing');
    expect(refusalIn(when(log, vote('bob', 'retry', { confirmed: [0] })))).toEqual(['append']);
    expect(refusalIn(when(log, vote('bob', 'abort')))).toEqual(['append']);
  });

  test('has no other items than the stage’s', () => {
    for (const item of [3, -1, 0.5]) {
      const decision = when(given(gates.checklist), approve('bob', { confirmed: [0, 1, 2, item] }));
      expect(refusalIn(decision)).toEqual(['invalid', 400]);
      expect(problem(decision)).toMatchObject([{ path: 'confirmed' }]);
    }
    expect(refusalIn(when(given(gates.one), approve('bob', { confirmed: [0] })))[0]).toBe('invalid');
  });
});

describe('a comment where the stage wants one', () => {
  const needs = (comment: 'always' | 'unless_approved') => given(gateOf([stage(['bob'], 'all', { comment })]));

  test('always: with whatever answer', () => {
    const log = needs('always');
    for (const answer of ['approve', 'reject', 'request_changes']) {
      expect(refusalIn(when(log, vote('bob', answer)))).toEqual(['comment_missing', 400]);
      expect(refusalIn(when(log, vote('bob', answer, { comment: ' \n ' })))[0]).toBe('comment_missing');
      expect(refusalIn(when(log, vote('bob', answer, { comment: 'so' })))).toEqual(['append']);
    }
    expect(problem(when(log, approve('bob')))).toMatchObject([{ path: 'comment' }]);
  });

  test('unless approved: with whatever else', () => {
    const log = needs('unless_approved');
    expect(refusalIn(when(log, approve('bob')))).toEqual(['append']);
    expect(refusalIn(when(log, reject('bob')))[0]).toBe('comment_missing');
    expect(refusalIn(when(log, vote('bob', 'request_changes')))[0]).toBe('comment_missing');
    expect(refusalIn(when(log, reject('bob', { comment: 'no' })))).toEqual(['append']);
  });
});

describe('an approval for later', () => {
  test('is granted, and takes effect at the latest time that the gate and the votes ask for', () => {
    const log = given(
      gateOf([stage(['bob', 'carol', 'dave'])], { notBefore: minute(100) }),
      approve('bob', { notBefore: minute(300) }),
      approve('carol', { notBefore: minute(200) }),
      approve('dave'),
    );
    expect(log[1]).toMatchObject({ effect: 'counted', notBefore: minute(300) });
    expect(log[3]).toMatchObject({ effect: 'granted', outcome: 'approved' });
    expect(inStatus(log, 'granted')).toMatchObject({ effectAt: minute(300), grantedAt: minute(3), grantedSeq: 4 });
    const done = after(log, fallDue, minute(300));
    expect(inStatus(done, 'settled')).toMatchObject({ outcome: 'approved', settledAt: minute(300) });
    expect(refusalIn(when(log, fallDue, minute(299.9)))).toEqual(['too_early', 409]);
  });

  test('of the only vote there is', () => {
    const log = given(gates.one, approve('bob', { notBefore: minute(60), notAfter: minute(90) }));
    expect(inStatus(log, 'granted')).toMatchObject({ effectAt: minute(60) });
    expect(requestIn(log).round.votes).toMatchObject([{ notBefore: minute(60), notAfter: minute(90) }]);
  });

  test('from an earlier stage holds for the whole', () => {
    const log = given(
      gates.twoStages,
      approve('bob', { notBefore: minute(60) }),
      approve('carol', { at: { stage: 1 } }),
      approve('dave', { at: { stage: 1 } }),
    );
    expect(inStatus(log, 'granted').effectAt).toBe(minute(60));
  });

  test('whose time came while others answered, takes effect at once', () => {
    const log = after(given(gates.allOfTwo, approve('bob', { notBefore: minute(5) })), approve('carol'), minute(5));
    expect(inStatus(log, 'settled').outcome).toBe('approved');
  });

  test('an effect that comes after the earliest end does not come: it expires', () => {
    const log = given(gates.one, approve('bob', { notBefore: minute(60), notAfter: minute(90) }));
    expect(nextDue(requestIn(log))).toBe(minute(60));
    const onTime = after(log, fallDue, minute(90));
    expect(inStatus(onTime, 'settled').outcome).toBe('approved');
    const late = after(log, fallDue, minute(90.1));
    expect(late[2]).toMatchObject({
      type: 'expired',
      commandId: 'expire:1.0',
      round: 1,
      stage: 0,
      deadline: minute(90),
    });
    expect(inStatus(late, 'settled')).toMatchObject({ outcome: 'expired', milestones: [{}, { type: 'expired' }] });
  });

  test('a gate whose window ends before it begins expires at its end', () => {
    const log = given(gateOf([stage(['bob'])], { notBefore: minute(90), notAfter: minute(60) }), approve('bob'));
    expect(nextDue(requestIn(log))).toBe(minute(60));
    expect(refusalIn(when(log, fallDue, minute(59)))).toEqual(['too_early', 409]);
    expect(after(log, fallDue, minute(60))[2]).toMatchObject({ type: 'expired', deadline: minute(60) });
    const point = given(gateOf([stage(['bob'])], { notBefore: minute(60), notAfter: minute(60) }), approve('bob'));
    expect(refusalIn(when(point, fallDue, minute(59)))).toEqual(['too_early', 409]);
    expect(after(point, fallDue, minute(60))[2]).toMatchObject({ type: 'took_effect' });
    const past = when(point, fallDue, minute(61));
    expect(past).toMatchObject({ kind: 'append', entry: { type: 'expired' } });
  });

  test('R19 a stage stays open no longer than the earliest end of an approval, or of the gate', () => {
    const gate = gateOf([stage(['bob', 'carol', 'dave'])], { notAfter: minute(300) });
    const log = given(gate);
    expect(deadlineOf(inStatus(log, 'pending'))).toBe(minute(300));
    const once = after(log, approve('bob', { notAfter: minute(90) }));
    const twice = after(once, approve('carol', { notAfter: minute(200) }));
    expect(deadlineOf(inStatus(twice, 'pending'))).toBe(minute(90));
    expect(refusalIn(when(twice, approve('dave'), minute(89)))).toEqual(['append']);
    expect(refusalIn(when(twice, approve('dave'), minute(90)))).toEqual(['expired', 410]);
    expect(refusalIn(when(twice, fallDue, minute(89)))).toEqual(['too_early', 409]);
    expect(after(twice, fallDue, minute(90)).at(-1)).toMatchObject({ type: 'expired', deadline: minute(90) });
    const far = given(gateOf([stage(['bob'])], { notAfter: minute(9_999) }));
    expect(deadlineOf(inStatus(far, 'pending'))).toBe(minute(1440));
  });

  test('is kept in UTC with milliseconds, whatever offset it was written with', () => {
    const log = given(
      gates.one,
      approve('bob', { notBefore: '2026-11-21T13:30:00+02:00', notAfter: '2026-11-21T12:30Z' }),
    );
    expect(log[1]).toMatchObject({ notBefore: '2026-11-21T11:30:00.000Z', notAfter: '2026-11-21T12:30:00.000Z' });
  });

  test.each<[string, Parameters<typeof approve>[1], string]>([
    ['words', { notBefore: 'tomorrow' }, 'notBefore'],
    ['a date that there is not', { notBefore: '2027-02-30T10:00:00Z' }, 'notBefore'],
    ['a time with more before it', { notBefore: 'at 2026-11-21T14:00:00Z' }, 'notBefore'],
    ['a time with more behind it', { notBefore: '2026-11-21T14:00:00Z sharp' }, 'notBefore'],
    ['a time without an offset', { notAfter: '2026-11-21T14:00:00' }, 'notAfter'],
    ['now', { notBefore: minute(1) }, 'notBefore'],
    ['the past', { notBefore: minute(60), notAfter: minute(0) }, 'notAfter'],
    ['an end before its beginning', { notBefore: minute(60), notAfter: minute(50) }, 'notAfter'],
    ['an end at its beginning', { notBefore: minute(60), notAfter: minute(60) }, 'notAfter'],
    ['more than thirty days off', { notBefore: minute(1 + 30 * 1440 + 0.001) }, 'notBefore'],
    ['an end more than thirty days off', { notAfter: minute(1 + 30 * 1440 + 0.001) }, 'notAfter'],
  ])('not at %s', (_, more, path) => {
    const decision = when(given(gates.one), approve('bob', more));
    expect(refusalIn(decision)).toEqual(['invalid', 400]);
    expect(problem(decision)).toMatchObject([{ path }]);
  });

  test('up to thirty days off, and no longer than work waits', () => {
    expect(limits.effectSeconds).toBe(30 * 24 * 3600);
    expect(refusalIn(when(given(gates.one), approve('bob', { notBefore: minute(1 + 30 * 1440) })))).toEqual(['append']);
    const days = limits.backstopSeconds / (24 * 3600);
    const long = gateOf([stage(['bob'], 'all', { timeout: limits.backstopSeconds - 24 * 3600 })]);
    const at = minute((days - 10) * 1440);
    const most = minute((days - 1) * 1440);
    const log = given(long);
    expect(refusalIn(when(log, approve('bob', { notBefore: most }), at))).toEqual(['append']);
    const beyond = new Date(Date.parse(most) + 1).toISOString();
    const refused = when(log, approve('bob', { notBefore: beyond }), at);
    expect(refused).toMatchObject({ refusal: { message: expect.stringContaining('Choose a time until') } });
  });

  test('not so that it could never take effect, given what the gate and the others ask for', () => {
    const gate = gateOf([stage(['bob', 'carol'])], { notBefore: minute(100) });
    const early = when(given(gate), approve('bob', { notAfter: minute(90) }));
    expect(refusalIn(early)).toEqual(['invalid', 400]);
    expect(early).toMatchObject({
      refusal: {
        message:
          'So it could never take effect: not before Sat 21 Nov 2026, 11:40 UTC, and not after Sat 21 Nov 2026, 11:30 UTC.',
        errors: [{ path: 'notAfter' }],
      },
    });
    const log = given(gates.allOfTwo, approve('bob', { notAfter: minute(90) }));
    expect(problem(when(log, approve('carol', { notBefore: minute(90) })))).toMatchObject([{ path: 'notBefore' }]);
    expect(refusalIn(when(log, approve('carol', { notBefore: minute(89) })))).toEqual(['append']);
    // Who asks for no time is not to blame for others'.
    const odd = given(gateOf([stage(['bob'])], { notBefore: minute(90), notAfter: minute(60) }));
    expect(refusalIn(when(odd, approve('bob')))).toEqual(['append']);
  });

  test('of an approval only: with another answer it says nothing', () => {
    const times = { notBefore: 'whenever', notAfter: minute(0) };
    for (const answer of ['reject', 'request_changes']) {
      const [, entry] = given(gates.one, vote('bob', answer, times));
      for (const key of ['notBefore', 'notAfter']) expect(entry).not.toHaveProperty(key);
    }
    const own = given(gates.ownAnswers);
    expect(problem(when(own, vote('bob', 'retry', { notBefore: minute(60) })))).toMatchObject([
      { path: 'notBefore', message: 'This answer takes effect at once.' },
    ]);
    expect(refusalIn(when(own, vote('bob', 'fine', { notBefore: minute(60) })))).toEqual(['append']);
  });

  test('R8 is taken back with its round', () => {
    const log = given(
      gates.one,
      approve('bob', { notBefore: minute(60), notAfter: minute(90) }),
      openRound(2, gates.one, edited('{"replicas":5}')),
    );
    const request = inStatus(log, 'pending');
    for (const key of ['outcome', 'grantedAt', 'grantedSeq', 'effectAt']) expect(request).not.toHaveProperty(key);
    expect(inStatus(after(log, approve('bob', { at: { round: 2 } })), 'settled').outcome).toBe('approved');
  });
});

describe('to be asked again', () => {
  test('is remembered of whatever answer, in any round, of each once', () => {
    const log = given(
      gates.allOfTwo,
      approve('bob', { again: true }),
      openRound(2, gates.allOfTwo, edited('{"replicas":5}')),
      approve('bob', { again: true, at: { round: 2 } }),
      vote('carol', 'request_changes', { again: true, at: { round: 2 } }),
    );
    expect(log[1]).toMatchObject({ again: true });
    expect(askedAgain(requestIn(log))).toEqual(['bob', 'carol']);
    const not = given(gates.one, approve('bob', { again: false }));
    expect(not[1]).not.toHaveProperty('again');
    expect(not[1] && requestIn(not).round.votes[0]).not.toHaveProperty('again');
    expect(askedAgain(requestIn(not))).toEqual([]);
  });
});
