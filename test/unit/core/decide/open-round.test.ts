import type { OpenRound } from '../../../../core/decide/open-round.ts';
import type { Gate } from '../../../../core/gate.ts';
import {
  after,
  approve,
  comment,
  edited,
  editedBy,
  entryIn,
  gateOf,
  gates,
  given,
  inStatus,
  minute,
  open,
  openRound,
  payloadText,
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

  test('begins past the stages that the carried votes pass, wherever those have moved to', () => {
    const gate = gateOf([
      { ...stage(['carol']), name: 'second' },
      { ...stage(['bob']), name: 'first' },
      stage(['dave']),
    ]);
    const log = given(gates.twoStages, approve('bob'), approve('carol', { at: { stage: 1 } }));
    const next = after(log, openRound(2, gate, { carried: [2, 3] }));
    const { round } = inStatus(next, 'pending');
    expect(round).toMatchObject({ stage: 2, stageBegan: [{ seq: 4 }, { seq: 4 }, { seq: 4 }] });
    expect(round.votes.map((vote) => [vote.person, vote.stage])).toEqual([
      ['bob', 1],
      ['carol', 0],
    ]);
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
    const gate = gateOf([
      stage(['bob', 'erin'], 'all', { name: 'first' }),
      stage(['carol'], 'all', { name: 'second' }),
    ]);
    const decision = when(log, openRound(2, gate, { carried: [2, 3] }));
    expect(refusalIn(decision)).toEqual(['invalid', 400]);
    expect(decision).toMatchObject({
      refusal: { errors: [{ path: 'carried' }], message: expect.stringMatching(/still to come/) },
    });
    expect(refusalIn(when(log, openRound(2, gate, { carried: [2] })))).toEqual(['append']);
    const renamed = gateOf([stage(['bob', 'erin'])]);
    expect(refusalIn(when(log, openRound(2, renamed, { carried: [2] })))[0]).toBe('invalid');
  });

  test('R7 seats nobody twice in one stage; in two stages it may', () => {
    const twice = gateOf([stage(['carol']), stage(['bob', 'carol', 'bob'], { quorum: 2 }, { name: 'second' })]);
    const decision = when(given(gates.one), openRound(2, twice));
    expect(refusalIn(decision)).toEqual(['invalid', 400]);
    expect(decision).toMatchObject({
      refusal: { message: 'Nobody sits twice in one stage.', errors: [{ path: 'gate' }] },
    });
    const both = gateOf([stage(['carol']), stage(['bob', 'carol'], 'all', { name: 'second' })]);
    expect(refusalIn(when(given(gates.one), openRound(2, both)))).toEqual(['append']);
  });

  test('W1 what was worked out from a log that has moved on is worked out again', () => {
    const log = given(gates.allOfTwo, approve('bob'));
    expect(refusalIn(when(log, openRound(2, gates.allOfTwo, { basedOn: 2 })))).toEqual(['append']);
    expect(refusalIn(when(log, openRound(2, gates.allOfTwo, { basedOn: 1 })))).toEqual(['superseded', 409]);
    expect(after(log, openRound(2, gates.allOfTwo, { basedOn: 2 }))[2]).not.toHaveProperty('basedOn');
  });

  test('R19 opens nothing that has expired, though nothing has recorded it yet', () => {
    const log = given(gates.one);
    expect(refusalIn(when(log, openRound(2, gates.one), minute(1439)))).toEqual(['append']);
    expect(refusalIn(when(log, openRound(2, gates.one), minute(1440)))).toEqual(['expired', 410]);
    const granted = given(gates.one, approve('bob', { notBefore: minute(60), notAfter: minute(90) }));
    expect(refusalIn(when(granted, openRound(2, gates.one), minute(90)))).toEqual(['append']);
    expect(refusalIn(when(granted, openRound(2, gates.one), minute(91)))).toEqual(['expired', 410]);
    const endless = given(gates.notBefore, approve('bob'));
    expect(refusalIn(when(endless, openRound(2, gates.one), minute(9_999)))).toEqual(['append']);
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

describe('W3 an edit by an approver', () => {
  const editable = open(gates.allOfTwo, { claim: { editable: ['/replicas', '/version'] } });

  test('opens the next round with who changed what, and how they came; votes given before count no more', () => {
    const log = given(editable, approve('bob'), editedBy('carol', 2, gates.allOfTwo, { changed: ['/replicas'] }));
    expect(log[2]).toMatchObject({
      type: 'round_opened',
      carried: [],
      edited: {
        person: 'carol',
        by: 'carol@example.com',
        changed: ['/replicas'],
        linkKey: '1.1',
        ip: '192.0.2.1',
        userAgent: 'a browser',
      },
    });
    const { round } = inStatus(log, 'pending');
    expect(round).toMatchObject({ votes: [], edited: { person: 'carol' }, payload: { text: '{"replicas":2}' } });
    expect(
      refusalIn(when(given(editable, approve('bob')), editedBy('carol', 2, gates.allOfTwo, { carried: [2] })))[0],
    ).toBe('invalid');
    expect(requestIn(given(gates.one, openRound(2, gates.one))).round).not.toHaveProperty('edited');
  });

  test('is remembered in every later decision', () => {
    const log = given(
      editable,
      editedBy('carol', 2, gates.allOfTwo),
      approve('bob', { at: { round: 2 } }),
      openRound(3, gateOf([stage(['dave'])]), edited('{"replicas":2}')),
    );
    expect(log[2]).toMatchObject({ flags: ['edited'] });
    expect(entryIn(when(log, approve('dave', { at: { round: 3 } })))).toMatchObject({ flags: ['edited'] });
  });

  test('is by somebody who could decide now', () => {
    const log = given(editable, approve('bob'));
    const refused = (command: OpenRound) => refusalIn(when(log, command))[0];
    expect(refused(editedBy('bob', 2, gates.allOfTwo))).toBe('already_voted');
    expect(refused(editedBy('mallory', 2, gates.allOfTwo))).toBe('forged');
    const by = editedBy('carol', 2, gates.allOfTwo);
    const how = (more: object) => refused({ ...by, ...(by.edited && { edited: { ...by.edited, ...more } }) });
    expect(how({ holder: undefined })).toBe('not_eligible');
    expect(how({ revoked: true })).toBe('link_revoked');
    const next = after(log, editedBy('carol', 2, gates.allOfTwo));
    expect(refusalIn(when(next, editedBy('carol', 2, gates.allOfTwo)))).toEqual(['superseded', 409]);
    expect(refusalIn(when(next, editedBy('carol', 3, gates.allOfTwo)))).toEqual(['append']);
    expect(refusalIn(when(given(gates.notBefore, approve('bob')), editedBy('bob', 2, gates.one)))[0]).toBe(
      'already_settled',
    );
  });

  test('is of what the request lets approvers change, and changes something', () => {
    const log = given(editable);
    const fixed = when(log, editedBy('bob', 2, gates.allOfTwo, { changed: ['/replicas', '/image'] }));
    expect(refusalIn(fixed)).toEqual(['invalid', 400]);
    expect(fixed).toMatchObject({ refusal: { errors: [{ path: '/image' }] } });
    expect(refusalIn(when(given(gates.one), editedBy('bob', 2, gates.one)))[0]).toBe('invalid');
    const same = when(log, editedBy('bob', 2, gates.allOfTwo, edited(payloadText)));
    expect(same).toMatchObject({ refusal: { code: 'invalid', message: 'Nothing was changed.' } });
    expect(refusalIn(when(log, editedBy('bob', 2, gates.allOfTwo, { changed: ['/version', '/replicas'] })))).toEqual([
      'append',
    ]);
  });

  test('R5 sent again, finds its round, whoever has answered there meanwhile', () => {
    const command = editedBy('carol', 2, gates.one);
    const log = given(editable, command, approve('bob', { at: { round: 2 } }));
    expect(when(log, command)).toEqual({ kind: 'recorded', entry: log[1] });
  });
});
