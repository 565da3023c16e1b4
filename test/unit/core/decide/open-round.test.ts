import type { Gate } from '../../../../core/gate.ts';
import {
  after,
  approve,
  comment,
  edited,
  gateOf,
  gates,
  given,
  inStatus,
  minute,
  openRound,
  refusalIn,
  refusedNote,
  reissue,
  reject,
  requestIn,
  stage,
  vote,
  when,
} from '../../../support/core-fixtures.ts';

describe('the next round', () => {
  test('R8 has its own payload, gate, deadline and links; the one before it stays in the record', () => {
    const command = openRound(2, gates.anyOfTwo, { ...edited('{"replicas":5}'), reason: 'fewer', commandId: 'edit:1' });
    const log = given(gates.one, reissue('bob'), command);
    expect(log[2]).toMatchObject({
      type: 'round_opened',
      round: 2,
      stage: 0,
      reason: 'fewer',
      commandId: 'edit:1',
      carried: [],
    });
    const request = inStatus(log, 'pending');
    expect(request.rounds.map(({ round, digest }) => [round, digest])).toEqual([
      [1, requestIn(given(gates.one)).round.digest],
      [2, command.digest],
    ]);
    expect(request.round).toBe(request.rounds[1]);
    expect(request.round).toMatchObject({
      stage: 0,
      openedAt: minute(2),
      stageBegan: [{ seq: 3, at: minute(2) }],
      reason: 'fewer',
      votes: [],
      gate: gates.anyOfTwo,
      payload: { text: '{"replicas":5}' },
    });
    expect(request.reissues).toEqual({});
  });

  test('R8 an edited payload carries no vote over: what was approved was something else', () => {
    const log = given(gates.allOfTwo, approve('bob'));
    const kept = openRound(2, gates.allOfTwo, { ...edited('{"replicas":5}'), carried: [2] });
    const decision = when(log, kept);
    expect(refusalIn(decision)).toEqual(['invalid', 400]);
    expect(decision).toMatchObject({ refusal: { errors: [{ path: 'carried' }] } });
    expect(refusalIn(when(log, { ...kept, carried: [] }))).toEqual(['append']);
  });

  test('votes for the same payload stand where the new gate asks the same people', () => {
    const gate = gateOf([stage(['bob', 'dave'])]);
    const log = given(gates.allOfTwo, approve('bob'), openRound(2, gate, { carried: [2] }));
    expect(inStatus(log, 'pending').round.votes).toMatchObject([{ person: 'bob', seq: 2 }]);
    expect(refusalIn(when(log, approve('bob', { at: { round: 2 } })))).toEqual(['already_voted', 409]);
    expect(inStatus(after(log, approve('dave', { at: { round: 2 } })), 'settled').outcome).toBe('approved');
    expect(inStatus(given(gates.allOfTwo, approve('bob'), openRound(2, gate)), 'pending').round.votes).toEqual([]);
  });

  test.each<[string, Gate, number[]]>([
    ['a vote of somebody whom the new gate does not ask', gateOf([stage(['carol', 'dave'])]), [2]],
    ['a vote against', gates.twoOfThree, [3]],
    ['a vote that there is not', gates.twoOfThree, [1]],
    ['a vote twice', gates.twoOfThree, [2, 2]],
  ])('%s does not carry over', (_, gate, carried) => {
    const log = given(gates.twoOfThree, approve('bob'), reject('carol'));
    expect(refusalIn(when(log, openRound(2, gate, { carried })))).toEqual(['invalid', 400]);
  });

  test('begins past the stages that the carried votes pass', () => {
    const gate = gateOf([stage(['bob']), stage(['carol']), stage(['dave'])]);
    const log = given(gates.twoStages, approve('bob'), approve('carol', { at: { stage: 1 } }));
    const next = after(log, openRound(2, gate, { carried: [2, 3] }));
    expect(inStatus(next, 'pending').round).toMatchObject({
      stage: 2,
      stageBegan: [{ seq: 4 }, { seq: 4 }, { seq: 4 }],
    });
  });

  test('counts the carried votes of a stage by the people who cast them', () => {
    const log = given(gateOf([stage(['bob', 'carol', 'dave'])]), approve('bob'), approve('carol'));
    const gate = gateOf([stage(['bob', 'carol']), stage(['dave'])]);
    expect(inStatus(after(log, openRound(2, gate, { carried: [2, 3] })), 'pending').round.stage).toBe(1);
    expect(inStatus(after(log, openRound(2, gate, { carried: [2] })), 'pending').round.stage).toBe(0);
  });

  test('asks somebody: votes that pass every stage are no new round, and neither is a gate without stages', () => {
    const log = given(gates.allOfTwo, approve('bob'));
    const empty = when(log, openRound(2, gateOf([])));
    expect(refusalIn(empty)).toEqual(['invalid', 400]);
    const said = { message: 'The votes carried over leave nobody to ask.', path: 'carried' };
    expect(empty).toMatchObject({ refusal: { errors: [said] } });
    expect(refusalIn(when(log, openRound(2, gates.one, { carried: [2] })))).toEqual(['invalid', 400]);
  });

  test('carries nothing into a stage still to come, which would then begin with nobody left to pass it', () => {
    const log = given(gates.twoStages, approve('bob'), approve('carol', { at: { stage: 1 } }));
    const gate = gateOf([stage(['bob', 'erin']), stage(['carol'])]);
    const decision = when(log, openRound(2, gate, { carried: [2, 3] }));
    expect(refusalIn(decision)).toEqual(['invalid', 400]);
    expect(decision).toMatchObject({ refusal: { errors: [{ path: 'carried' }] } });
    expect(refusalIn(when(log, openRound(2, gate, { carried: [2] })))).toEqual(['append']);
    expect(refusalIn(when(log, openRound(2, gateOf([stage(['bob', 'erin'])]), { carried: [2, 3] })))[0]).toBe(
      'invalid',
    );
  });

  test('takes a grant back, and nothing of the grant stays', () => {
    const log = given(gates.notBefore, approve('bob'), openRound(2, gates.one, edited('{"replicas":5}')));
    const request = requestIn(log);
    expect(request.status).toBe('pending');
    for (const key of ['outcome', 'grantedAt', 'effectAt']) expect(request).not.toHaveProperty(key);
  });

  test('keeps what is the request’s and not the round’s: comments, refused attempts, tasks', () => {
    const log = given(gates.one, comment('bob', 'hm'), refusedNote('bob'), openRound(2, gates.one));
    expect(requestIn(log)).toMatchObject({ comments: [{}], refusals: { '1/0/bob': 1 }, tasks: [{ state: 'waiting' }] });
  });

  test('R5 again, it finds its entry; after settlement there is none', () => {
    const command = openRound(2, gates.one);
    const log = given(gates.one, command, approve('bob', { at: { round: 2 } }));
    expect(when(log, command)).toEqual({ kind: 'recorded', entry: log[1] });
    expect(refusalIn(when(log, openRound(3, gates.one)))).toEqual(['already_settled', 409]);
    expect(refusalIn(when(given(gates.one, vote('bob', 'request_changes')), openRound(2, gates.one)))[0]).toBe(
      'already_settled',
    );
  });
});
