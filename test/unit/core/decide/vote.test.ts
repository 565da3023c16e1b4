import type { Gate } from '../../../../core/gate.ts';
import { limits } from '../../../../core/limits.ts';
import {
  after,
  approve,
  cancel,
  comment,
  edited,
  entryIn,
  gateOf,
  gates,
  given,
  holderOf,
  inStatus,
  leave,
  linkOf,
  minute,
  open,
  openRound,
  refusalIn,
  refusedNote,
  reissue,
  reject,
  requestIn,
  shown,
  stage,
  task,
  vote,
  when,
} from '../../../support/core-fixtures.ts';

describe('what an answer comes to', () => {
  test('one approver approves: settled, in one entry that proves it', () => {
    const log = given(open(gates.one, { tasks: [task('api', { execution: undefined as never }), task('x')] }));
    const entry = entryIn(
      when(log, approve('bob', { commandId: 'page:n', comment: 'fine', conditions: ['at night'] })),
    );
    expect(entry).toEqual({
      type: 'decided',
      id: log[0]?.id,
      source: log[0]?.source,
      requestId: 'deploy-42',
      seq: 2,
      at: minute(1),
      prev: requestIn(log).head,
      commandId: 'page:n',
      round: 1,
      stage: 0,
      person: 'bob',
      by: 'bob@example.com',
      answer: 'approve',
      vote: 'for',
      effect: 'settled',
      outcome: 'approved',
      comment: 'fine',
      conditions: ['at night'],
      requester: 'alice@example.com',
      eligible: ['bob@example.com'],
      digest: requestIn(log).round.digest,
      shownDigest: shown(1),
      template: '0123456789abcdef',
      policyVersion: requestIn(log).round.policyVersion,
      assurance: 'link',
      linkKey: '1.1',
      ip: '192.0.2.1',
      userAgent: 'a browser',
      execution: 'arn:execution:x',
      flags: [],
    });
  });

  test('R39 what was not said is not in the entry', () => {
    const log = given(open(gates.one, { tasks: [] }), comment('bob', 'hm'));
    const entry = entryIn(when(log, approve('bob', { comment: '', conditions: [] })));
    for (const key of ['comment', 'conditions', 'execution']) expect(entry).not.toHaveProperty(key);
  });

  test('request changes settles the request at once, with the reason', () => {
    const log = given(gates.allOfTwo, vote('bob', 'request_changes', { comment: 'wrong region' }));
    expect(log[1]).toMatchObject({ effect: 'settled', outcome: 'changes_requested' });
    expect(log[1]).not.toHaveProperty('vote');
    expect(inStatus(log, 'settled')).toMatchObject({ outcome: 'changes_requested', reason: 'wrong region' });
    expect(inStatus(log, 'settled')).not.toHaveProperty('answer');
  });

  test.each<[string, Gate, ReturnType<typeof vote>[], string[]]>([
    ['any: the first approval', gates.anyOfTwo, [approve('bob')], ['approved']],
    ['any: one rejection leaves the other', gates.anyOfTwo, [reject('bob')], ['counted']],
    ['any: nobody is left', gates.anyOfTwo, [reject('bob'), reject('carol')], ['counted', 'rejected']],
    ['all: one approval is not enough', gates.allOfTwo, [approve('bob')], ['counted']],
    ['all: both', gates.allOfTwo, [approve('bob'), approve('carol')], ['counted', 'approved']],
    ['all: one rejection settles at once', gates.allOfTwo, [reject('carol')], ['rejected']],
    ['two of three: two', gates.twoOfThree, [approve('bob'), approve('dave')], ['counted', 'approved']],
    ['two of three: one against', gates.twoOfThree, [reject('bob'), approve('carol')], ['counted', 'counted']],
    ['two of three: two against', gates.twoOfThree, [reject('bob'), reject('carol')], ['counted', 'rejected']],
    ['stages: the first passes', gates.twoStages, [approve('bob')], ['stage_passed']],
    ['stages: a rejection in the first', gates.twoStages, [reject('bob')], ['rejected']],
    [
      'stages: all of them',
      gates.twoStages,
      [approve('bob'), approve('carol', { at: { stage: 1 } }), approve('dave', { at: { stage: 1 } })],
      ['stage_passed', 'counted', 'approved'],
    ],
    [
      'a veto: votes of an earlier stage are none',
      gateOf([stage(['bob', 'carol'], 'any'), stage(['dave'], 'all', { veto: true })]),
      [reject('bob'), approve('carol'), approve('dave', { at: { stage: 1 } })],
      ['counted', 'stage_passed', 'approved'],
    ],
  ])('%s', (_, gate, votes, expected) => {
    const log = given(gate, ...votes);
    const effects = log.slice(1).map((entry) => entry.type === 'decided' && (entry.outcome ?? entry.effect));
    expect(effects).toEqual(expected);
    const outcome = ['approved', 'rejected'].find((one) => expected.includes(one));
    expect(requestIn(log)).toMatchObject(outcome ? { status: 'settled', outcome } : { status: 'pending' });
  });

  test('a stage that has passed begins the next, with its own time', () => {
    const request = inStatus(given(gates.twoStages, approve('bob')), 'pending');
    expect(request.round).toMatchObject({ stage: 1, stageBegan: [{ seq: 1 }, { seq: 2, at: minute(1) }] });
  });

  test('a stage with answers of its own settles with the name of what was answered', () => {
    const retried = given(gates.ownAnswers, vote('bob', 'retry'));
    expect(inStatus(retried, 'settled')).toMatchObject({ outcome: 'approved', answer: 'retry' });
    const aborted = given(gates.ownAnswers, vote('carol', 'abort'));
    expect(inStatus(aborted, 'settled')).toMatchObject({ outcome: 'rejected', answer: 'abort' });
    expect(inStatus(given(gates.ownAnswers, vote('bob', 'fine')), 'settled')).toMatchObject({ answer: 'fine' });
  });

  test('before its time an approval is granted; at its time and after, it settles', () => {
    const early = given(gates.notBefore);
    expect(inStatus(after(early, approve('bob'), minute(119)), 'granted')).toMatchObject({
      outcome: 'approved',
      effectAt: minute(120),
      grantedAt: minute(119),
    });
    expect(inStatus(after(early, approve('bob'), minute(120)), 'settled').outcome).toBe('approved');
    expect(inStatus(after(early, reject('bob'), minute(1)), 'settled').outcome).toBe('rejected');
  });
});

describe('what is not an answer', () => {
  test('an answer that the stage does not take, or that hands on, is refused', () => {
    expect(refusalIn(when(given(gates.ownAnswers), vote('bob', 'approve')))).toEqual(['unknown_answer', 400]);
    expect(refusalIn(when(given(gates.ownAnswers), vote('bob', 'pass')))).toEqual(['unknown_answer', 400]);
    const odd = when(given(gates.one), vote('bob', 'constructor'));
    expect(refusalIn(odd)).toEqual(['unknown_answer', 400]);
    expect(odd).toMatchObject({ refusal: { errors: [{ path: 'answer' }] } });
  });

  test('R8 a decision on something else than is shown now is refused', () => {
    expect(refusalIn(when(given(gates.one), approve('bob', { shownDigest: shown(2) })))).toEqual(['superseded', 409]);
  });

  test('what is longer than the limits is refused, and exactly the limits are not', () => {
    const log = given(gates.one);
    const c = (length: number) => 'x'.repeat(length);
    const conditions = (count: number, length: number) => Array.from({ length: count }, () => c(length));
    const refused = (more: object) => {
      const decision = when(log, approve('bob', more));
      expect(refusalIn(decision)).toEqual(['too_large', 413]);
      return decision.kind === 'refused' && decision.refusal.errors[0]?.path;
    };
    expect(refused({ comment: c(limits.comment + 1) })).toBe('comment');
    expect(refused({ conditions: conditions(limits.conditions + 1, 1) })).toBe('conditions');
    expect(refused({ conditions: ['short', c(limits.condition + 1)] })).toBe('conditions');
    const most = { comment: c(limits.comment), conditions: conditions(limits.conditions, limits.condition) };
    expect(refusalIn(when(log, approve('bob', most)))).toEqual(['append']);
  });
});

describe('R5 R55 an answer sent twice', () => {
  test('finds itself, also when it settled the request, also when a colleague came between', () => {
    const first = approve('bob');
    const log = given(gates.allOfTwo, first, approve('carol'));
    for (const prefix of [log.slice(0, 2), log])
      expect(when(prefix, first)).toEqual({ kind: 'recorded', entry: log[1] });
  });

  test('with another answer from the same page it is a second answer, and refused', () => {
    const first = approve('bob');
    const log = given(gates.allOfTwo, first);
    expect(refusalIn(when(log, reject('bob', { commandId: first.commandId })))).toEqual(['already_voted', 409]);
  });

  test('a comment and a vote from one page are both found again', () => {
    const remark = comment('bob', 'looking', { commandId: 'page:one' });
    const cast = approve('bob', { commandId: 'page:one' });
    const log = given(gates.allOfTwo, remark, cast);
    expect(when(log, remark)).toEqual({ kind: 'recorded', entry: log[1] });
    expect(when(log, cast)).toEqual({ kind: 'recorded', entry: log[2] });
    const other = given(gates.allOfTwo, cast, remark);
    expect(when(other, cast)).toEqual({ kind: 'recorded', entry: other[1] });
  });
});

describe('who may answer', () => {
  test('R6 nobody whom four eyes exclude, by directory key or by any address', () => {
    const log = given(gateOf([stage(['alice', 'bob', 'erin'], 'any')]));
    expect(refusalIn(when(log, approve('alice')))).toEqual(['four_eyes', 403]);
    expect(refusalIn(when(log, approve('erin')))).toEqual(['four_eyes', 403]);
    const sameMailbox = { ...holderOf('bob'), addresses: ['bob@example.com', 'alice@example.com'] };
    expect(refusalIn(when(log, approve('bob', { holder: sameMailbox })))).toEqual(['four_eyes', 403]);
    expect(refusalIn(when(log, comment('alice', 'do it')))).toEqual(['four_eyes', 403]);
  });

  test('R18 nobody whom the directory does not know any more', () => {
    const decision = when(given(gates.one), approve('bob', { holder: undefined }));
    expect(refusalIn(decision)).toEqual(['not_eligible', 403]);
    expect(decision).toMatchObject({ refusal: { message: 'The directory no longer lists you as an approver here.' } });
    expect(refusalIn(when(given(gates.allOfTwo), approve('bob', { holder: holderOf('carol') })))[0]).toBe(
      'not_eligible',
    );
  });

  test('R10 a link for another request, round, stage or person is not valid, and all say the same', () => {
    const log = given(gates.one);
    const wrong = [
      { id: 'a'.repeat(32) },
      { round: 2 },
      { round: 0 },
      { stage: 1 },
      { person: linkOf('mallory').person },
    ];
    const said = wrong.map((at) => when(log, approve('bob', { at, shownDigest: shown(1) })));
    for (const decision of said) expect(decision).toEqual(said[0]);
    expect(refusalIn(said[0] as never)).toEqual(['forged', 404]);
  });

  test('R7 one human answers once in a stage, over whichever link', () => {
    const log = given(gates.twoOfThree, approve('bob'));
    expect(refusalIn(when(log, approve('bob')))).toEqual(['already_voted', 409]);
    expect(refusalIn(when(log, approve('bob', { at: { expires: linkOf('bob').expires + 1 } })))[0]).toBe(
      'already_voted',
    );
    const reissued = after(log, reissue());
    expect(refusalIn(when(reissued, approve('bob', { at: { generation: 2 } })))).toEqual(['already_voted', 409]);
  });

  test('one human asked in two stages answers once in each', () => {
    const gate = gateOf([stage(['bob']), stage(['bob', 'carol'])]);
    const log = given(gate, approve('bob'));
    expect(refusalIn(when(log, approve('bob')))).toEqual(['already_voted', 409]);
    expect(refusalIn(when(log, approve('bob', { at: { stage: 1 } })))).toEqual(['append']);
  });

  test('whose stage has passed without them, or has not begun, is told that it is not their turn', () => {
    const gate = gateOf([stage(['bob', 'carol'], 'any'), stage(['dave'])]);
    expect(refusalIn(when(given(gate, approve('bob')), approve('carol')))).toEqual(['not_your_turn', 409]);
    expect(refusalIn(when(given(gate), approve('dave', { at: { stage: 1 } })))).toEqual(['not_your_turn', 409]);
  });
});

describe('until when a link works', () => {
  test('R22 a revoked key’s link is refused, and one that was reissued; the new one works', () => {
    expect(refusalIn(when(given(gates.one), approve('bob', { revoked: true })))).toEqual(['link_revoked', 410]);
    const log = given(gates.allOfTwo, reissue('bob'));
    expect(refusalIn(when(log, approve('bob')))).toEqual(['link_reissued', 410]);
    expect(refusalIn(when(log, approve('bob', { at: { generation: 2 } })))).toEqual(['append']);
    expect(refusalIn(when(log, approve('carol')))).toEqual(['append']);
    const all = after(log, reissue());
    expect(refusalIn(when(all, approve('bob', { at: { generation: 2 } })))).toEqual(['link_reissued', 410]);
    expect(refusalIn(when(all, approve('carol')))).toEqual(['link_reissued', 410]);
    expect(refusalIn(when(all, approve('bob', { at: { generation: 3 } })))).toEqual(['append']);
  });

  test('R19 at the stage’s deadline the request has expired, though nothing has recorded it yet', () => {
    const log = given(gates.one);
    expect(refusalIn(when(log, approve('bob'), minute(24 * 60 - 1)))).toEqual(['append']);
    expect(refusalIn(when(log, approve('bob'), minute(24 * 60)))).toEqual(['expired', 410]);
  });

  test('R19 a link expires at its own second', () => {
    const expires = Date.parse(minute(5)) / 1000;
    const log = given(gates.one);
    expect(refusalIn(when(log, approve('bob', { at: { expires } }), minute(5)))).toEqual(['link_expired', 410]);
    expect(refusalIn(when(log, approve('bob', { at: { expires: expires + 1 } }), minute(5)))).toEqual(['append']);
  });

  test('R8 a link of an earlier round is superseded', () => {
    const log = given(gates.one, openRound(2, gates.one, edited('{"replicas":5}')));
    expect(refusalIn(when(log, approve('bob')))).toEqual(['superseded', 409]);
    expect(refusalIn(when(log, approve('bob', { at: { round: 2 } })))).toEqual(['append']);
  });

  test('R4 R20 after settlement everybody is told how it ended', () => {
    const told = (log: ReturnType<typeof given>) => {
      const decision = when(log, reject('carol'));
      return decision.kind === 'refused' && [decision.refusal.status, decision.refusal.message];
    };
    expect(told(given(gates.anyOfTwo, approve('bob')))).toEqual([409, 'This request was already approved.']);
    expect(told(given(gates.allOfTwo, reject('bob')))).toEqual([409, 'This request was already rejected.']);
    expect(told(given(gates.anyOfTwo, cancel()))).toEqual([410, 'This request was cancelled.']);
    expect(told(given(gates.anyOfTwo, leave('first')))).toEqual([410, 'This request was cancelled.']);
    expect(told(after(given(gates.anyOfTwo), { type: 'fall_due' }, minute(9999)))).toEqual([
      410,
      'The time to answer has passed.',
    ]);
    const granted = given(gateOf([stage(['bob', 'carol'], 'any')], { notBefore: minute(99) }), approve('bob'));
    expect(told(granted)).toEqual([409, 'Every vote is in; this request takes effect at its time.']);
  });

  test('a clock that runs backwards neither opens an expired request nor orders entries wrongly', () => {
    const log = after(given(gates.allOfTwo), approve('bob'), minute(60));
    expect(entryIn(when(log, approve('carol'), minute(5))).at).toBe(minute(60));
    const late = after(given(gates.allOfTwo), refusedNote('bob'), minute(24 * 60));
    expect(refusalIn(when(late, approve('carol'), minute(5)))).toEqual(['expired', 410]);
  });
});
