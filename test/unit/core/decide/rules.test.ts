import {
  approve,
  approver,
  comment,
  gateOf,
  gates,
  given,
  inStatus,
  linkOf,
  minute,
  refusalIn,
  reject,
  requestIn,
  stage,
  vote,
  when,
} from '../../../support/core-fixtures.ts';

const message = (decision: ReturnType<typeof when>) =>
  decision.kind === 'refused' ? decision.refusal.message : decision.kind;

describe('one after the other', () => {
  test('only the one whose turn it is answers, and the others are told whose it is', () => {
    const log = given(gates.inTurn);
    const early = when(log, approve('carol'));
    expect(refusalIn(early)).toEqual(['not_your_turn', 409]);
    expect(message(early)).toBe(
      'This stage asks one after the other, and it is the turn of Bob. You are mailed when it is yours.',
    );
    expect(refusalIn(when(log, comment('dave', 'hurry')))[0]).toBe('not_your_turn');
    expect(refusalIn(when(log, approve('bob')))).toEqual(['append']);
    const next = given(gates.inTurn, approve('bob'));
    expect(message(when(next, approve('dave')))).toContain('the turn of Carol');
    expect(refusalIn(when(next, approve('bob')))).toEqual(['already_voted', 409]);
    expect(refusalIn(when(next, comment('bob', 'done')))).toEqual(['append']);
  });

  test('all of them in their turn settle it', () => {
    const log = given(gates.inTurn, approve('bob'), approve('carol'), approve('dave'));
    expect(inStatus(log, 'settled').outcome).toBe('approved');
  });

  test('a rejection passes the turn on where the rule can still be met', () => {
    const any = gateOf([stage(['bob', 'carol'], 'any', { order: 'sequential' })]);
    expect(inStatus(given(any, reject('bob'), approve('carol')), 'settled').outcome).toBe('approved');
  });

  test('a stage that has passed is told so, not whose turn it was', () => {
    const any = gateOf([stage(['bob', 'carol'], 'any', { order: 'sequential' }), stage(['dave'])]);
    expect(message(when(given(any, approve('bob')), approve('carol')))).toMatch(/^Others have completed this stage/);
  });
});

describe('one from each group', () => {
  test('R7 each human counts for one group: two of one group and none of the other do not pass', () => {
    const log = given(gates.oneFromEach, approve('bob'));
    expect(log[1]).toMatchObject({ effect: 'counted' });
    expect(inStatus(given(gates.oneFromEach, approve('bob'), approve('dave')), 'settled').outcome).toBe('approved');
    expect(inStatus(given(gates.oneFromEach, approve('bob'), approve('carol')), 'settled').outcome).toBe('approved');
    // Somebody of both is one human.
    expect(given(gates.oneFromEach, approve('carol'))[1]).toMatchObject({ effect: 'counted' });
  });

  test('fails once a group has nobody left who could', () => {
    expect(given(gates.oneFromEach, reject('dave'))[1]).toMatchObject({ effect: 'counted' });
    expect(given(gates.oneFromEach, reject('dave'), reject('carol'))[2]).toMatchObject({ outcome: 'rejected' });
  });
});

test('a veto: one rejection is enough, whatever the rule', () => {
  const veto = gateOf([stage(['bob', 'carol', 'dave'], 'any', { veto: true })]);
  expect(inStatus(given(veto, reject('bob')), 'settled').outcome).toBe('rejected');
  expect(inStatus(given(veto, approve('bob')), 'settled').outcome).toBe('approved');
});

describe('R40 an emergency override', () => {
  test('that everybody it asks approves lets the request through as bypassed, flagged, with both events', () => {
    const log = given(gates.override, approve('bob'), approve('carol'));
    expect(log[1]).toMatchObject({ flags: ['override'], effect: 'counted' });
    expect(log[2]).toMatchObject({ flags: ['override'], effect: 'settled', outcome: 'bypassed' });
    expect(requestIn(log).milestones).toEqual([
      { seq: 1, type: 'requested' },
      { seq: 3, type: 'decided' },
      { seq: 3, type: 'bypassed' },
    ]);
  });

  test('that is rejected is no bypass', () => {
    const log = given(gates.override, reject('bob'));
    expect(inStatus(log, 'settled')).toMatchObject({ outcome: 'rejected', milestones: [{}, { type: 'decided' }] });
  });

  test('for later is granted as what it will be', () => {
    const log = given(gates.override, approve('bob'), approve('carol', { notBefore: minute(60) }));
    expect(inStatus(log, 'granted').outcome).toBe('bypassed');
  });

  test('another way round the gate gives its stages no other outcome', () => {
    const tested = gateOf([stage(['bob'])], { bypass: { kind: 'test_environment' } });
    const log = given(tested, approve('bob'));
    expect(log[1]).toMatchObject({ outcome: 'approved', flags: [] });
  });
});

describe('W4 four eyes along a seat’s chain', () => {
  test('R6 a seat held for who asked or wrote it is no seat, also under a name that is not excluded', () => {
    const gate = gateOf([
      stage([], 'any', { approvers: [{ ...approver('bob'), via: ['grace', 'alice'] }, approver('carol')] }),
    ]);
    const log = given(gate);
    expect(refusalIn(when(log, approve('bob')))).toEqual(['four_eyes', 403]);
    expect(refusalIn(when(log, comment('bob', 'hm')))[0]).toBe('four_eyes');
    expect(refusalIn(when(log, approve('carol')))).toEqual(['append']);
    const covered = gateOf([stage([], 'any', { approvers: [{ ...approver('bob'), via: ['grace'] }] })]);
    expect(refusalIn(when(given(covered), approve('bob')))).toEqual(['append']);
  });

  test('a link names its own person, not whom they sit for', () => {
    const covered = gateOf([stage([], 'any', { approvers: [{ ...approver('bob'), via: ['grace'] }] })]);
    expect(refusalIn(when(given(covered), vote('grace', 'approve')))).toEqual(['forged', 404]);
    expect(linkOf('grace').person).not.toBe(linkOf('bob').person);
  });
});
