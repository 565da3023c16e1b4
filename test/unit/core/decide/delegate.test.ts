import { decide } from '../../../../core/decide/decide.ts';
import { seatOf } from '../../../../core/decide/seat.ts';
import type { Entry } from '../../../../core/entry.ts';
import { limits } from '../../../../core/limits.ts';
import {
  after,
  approve,
  approver,
  cancel,
  comment,
  delegate,
  entryIn,
  gateOf,
  gates,
  given,
  holderOf,
  id,
  inStatus,
  linkOf,
  minute,
  open,
  openRound,
  refusalIn,
  refusedNote,
  reissue,
  requestIn,
  source,
  stage,
  task,
  vote,
  when,
} from '../../../support/core-fixtures.ts';

const sentence = (log: readonly Entry[], command: Parameters<typeof when>[1]) => {
  const decision = when(log, command);
  return decision.kind === 'refused' ? decision.refusal.message : decision.kind;
};

describe('W4 a seat handed on', () => {
  test('is an entry that says who handed what on to whom, and how they came', () => {
    const log = given(gates.handable);
    const command = delegate('bob', 'frank', { commandId: 'page:n', comment: 'you know the shop' });
    expect(entryIn(when(log, command))).toEqual({
      type: 'delegated',
      id,
      source,
      requestId: 'deploy-42',
      seq: 2,
      at: minute(1),
      prev: requestIn(log).head,
      commandId: 'delegate:page:n',
      round: 1,
      stage: 0,
      person: 'bob',
      by: 'bob@example.com',
      to: { ...approver('frank'), via: ['bob'] },
      comment: 'you know the shop',
      linkKey: '1.1',
      ip: '192.0.2.1',
      userAgent: 'a browser',
    });
    expect(entryIn(when(log, delegate('bob', 'frank', { comment: '' })))).not.toHaveProperty('comment');
  });

  test('is the other’s: they are eligible and decide in the stage, flagged, and the answer says for whom', () => {
    const log = given(gates.handable, delegate('bob', 'frank'), approve('frank'), approve('carol'));
    expect(log[2]).toMatchObject({
      by: 'frank@example.com',
      eligible: ['frank@example.com', 'carol@example.com', 'dave@example.com'],
      flags: ['delegated'],
      effect: 'counted',
    });
    expect(log[3]).toMatchObject({ flags: [], outcome: 'approved' });
    expect(requestIn(log).round.votes.map(({ person, via }) => [person, via])).toEqual([
      ['frank', ['bob']],
      ['carol', undefined],
    ]);
  });

  test('stands in its groups and in its turn', () => {
    const log = given(gates.oneFromEach, delegate('carol', 'frank'), approve('dave'), approve('frank'));
    expect(inStatus(log, 'settled').outcome).toBe('approved');
    expect(requestIn(log).round.gate.stages[0]?.groups).toEqual([
      { name: 'ops', people: ['bob', 'frank'] },
      { name: 'security', people: ['frank', 'dave'] },
    ]);
    const inTurn = given(gates.inTurn, delegate('bob', 'frank'));
    expect(refusalIn(when(inTurn, approve('carol')))[0]).toBe('not_your_turn');
    expect(refusalIn(when(inTurn, approve('frank')))).toEqual(['append']);
  });

  test('leaves the other stages and the round as it was shown alone', () => {
    const two = gateOf([...gates.handable.stages, stage(['bob'], 'all', { name: 'second' })]);
    const { gate, openedGate, handedOn } = requestIn(given(two, delegate('bob', 'frank', { comment: 'x' }))).round;
    expect(openedGate).toEqual(two);
    expect(gate.stages[1]).toEqual(two.stages[1]);
    expect(gate.stages[0]?.approvers.map(({ person }) => person)).toEqual(['frank', 'carol', 'dave']);
    expect(handedOn).toEqual([
      {
        seq: 2,
        at: minute(1),
        stage: 0,
        from: approver('bob'),
        to: { ...approver('frank'), via: ['bob'] },
        comment: 'x',
      },
    ]);
    expect(requestIn(given(two, delegate('bob', 'frank'))).round.handedOn[0]).not.toHaveProperty('comment');
  });

  test('does not move the stage’s deadline', () => {
    const log = after(given(gates.handable), delegate('bob', 'frank'), minute(1439));
    expect(refusalIn(when(log, approve('frank'), minute(1440)))).toEqual(['expired', 410]);
  });

  test('the old link says to whom it went, and comments no more; its refused attempts are recorded', () => {
    const log = given(gates.handable, delegate('bob', 'frank'));
    expect(refusalIn(when(log, approve('bob')))).toEqual(['handed_on', 410]);
    expect(sentence(log, approve('bob'))).toBe('You have handed this on to Frank (frank@example.com), who decides it.');
    expect(refusalIn(when(log, comment('bob', 'wait')))[0]).toBe('handed_on');
    expect(refusalIn(when(log, delegate('bob', 'zoe')))[0]).toBe('handed_on');
    expect(entryIn(when(log, refusedNote('bob', 'handed_on')))).toMatchObject({ person: 'bob', by: 'bob@example.com' });
    expect(refusalIn(when(log, reissue('bob')))[0]).toBe('not_found');
    expect(refusalIn(when(log, approve('bob', { holder: undefined })))[0]).toBe('not_eligible');
    // What became of the request tells a person more.
    expect(refusalIn(when(after(log, cancel()), approve('bob')))[0]).toBe('no_longer_waiting');
    expect(refusalIn(when(after(log, openRound(2, gates.one)), approve('bob')))[0]).toBe('superseded');
  });

  test('the old link stands for the seat in its own stage alone', () => {
    const two = gateOf([...gates.handable.stages, stage(['dave'], 'all', { name: 'second' })]);
    const request = requestIn(given(two, delegate('bob', 'frank')));
    expect(seatOf(request, linkOf('bob'))).toMatchObject({
      index: 0,
      approver: { person: 'bob' },
      handedOn: { seq: 2 },
    });
    expect(seatOf(request, linkOf('frank'))).not.toHaveProperty('handedOn');
    expect(seatOf(request, linkOf('bob', { stage: 1 }))).toBeUndefined();
    expect(seatOf(request, linkOf('frank', { stage: 1 }))).toBeUndefined();
  });

  test('R5 handed on to the same once more, it finds itself; to another from the same page it is refused', () => {
    const command = delegate('bob', 'frank');
    const log = given(gates.handable, command, approve('frank'), approve('carol'));
    expect(when(log, command)).toEqual({ kind: 'recorded', entry: log[1] });
    expect(refusalIn(when(log.slice(0, 2), { ...command, to: approver('zoe') }))[0]).toBe('handed_on');
    // A vote under the same page's id is another command.
    const voted = given(gates.handable, approve('bob', { commandId: command.commandId }));
    expect(refusalIn(when(voted, command))[0]).toBe('already_voted');
  });
});

describe('W4 a seat is handed on only', () => {
  test('where the stage lets it, and to whom it is not refused', () => {
    for (const delegateTo of [undefined, []])
      expect(
        refusalIn(when(given(gateOf([stage(['bob'], 'all', delegateTo && { delegateTo })])), delegate('bob', 'frank'))),
      ).toEqual(['not_delegable', 403]);
  });

  test('by its holder, before they answered, in their turn, in the open stage', () => {
    const two = gateOf([...gates.inTurn.stages, stage(['zoe'], 'all', { name: 'second', delegateTo: ['ops'] })]);
    const log = given(two, approve('bob'));
    expect(refusalIn(when(log, delegate('bob', 'frank')))).toEqual(['already_voted', 409]);
    expect(refusalIn(when(log, delegate('dave', 'frank')))).toEqual(['not_your_turn', 409]);
    expect(refusalIn(when(log, delegate('zoe', 'frank', { at: { stage: 1 } })))).toEqual(['not_your_turn', 409]);
    expect(refusalIn(when(log, delegate('mallory', 'frank')))).toEqual(['forged', 404]);
    expect(refusalIn(when(log, delegate('carol', 'frank', { holder: holderOf('mallory') })))[0]).toBe('not_eligible');
    expect(refusalIn(when(log, delegate('carol', 'frank', { revoked: true })))[0]).toBe('link_revoked');
    expect(refusalIn(when(log, delegate('carol', 'frank')))).toEqual(['append']);
    expect(refusalIn(when(log, delegate('carol', 'frank'), minute(3000)))[0]).toBe('expired');
  });

  test('R6 to nobody who asked for it or wrote it, in whatever disguise, or joined in asking', () => {
    const log = given(gates.handable);
    const asked = when(log, delegate('bob', 'alice'));
    expect(refusalIn(asked)).toEqual(['four_eyes', 403]);
    expect(asked).toMatchObject({ refusal: { errors: [{ path: 'to' }], message: expect.stringContaining('Alice') } });
    const disguised = delegate('bob', 'frank', { toAddresses: ['frank@example.com', 'erin@example.com'] });
    expect(refusalIn(when(log, disguised))[0]).toBe('four_eyes');
    const verified = { via: 'api' as const, account: '000000000000', person: 'frank' };
    const joined = after(log, open(gates.one, { commandId: 'j', tasks: [task('2')], verified }));
    expect(refusalIn(when(joined, delegate('bob', 'frank')))[0]).toBe('four_eyes');
  });

  test('R6 and who has handed a seat on does not join in asking: it is decided in their place', () => {
    const verified = { via: 'api' as const, account: '000000000000', person: 'bob' };
    const join = open(gates.one, { commandId: 'j', tasks: [task('2')], verified });
    const log = given(gates.handable, delegate('bob', 'frank'));
    expect(refusalIn(when(log, join))).toEqual(['four_eyes', 403]);
    const unknown = { via: 'api' as const, account: '000000000000' };
    expect(refusalIn(when(log, { ...join, verified: unknown }))).toEqual(['append']);
  });

  test('R7 to nobody who sits there, themselves included, or for whom a seat was held there', () => {
    const covered = { ...approver('carol'), via: ['grace'] };
    const gate = gateOf([stage([], 'any', { approvers: [approver('bob'), covered], delegateTo: ['ops'] })]);
    const log = given(gate);
    const refused = when(log, delegate('bob', 'carol'));
    expect(refusalIn(refused)).toEqual(['invalid', 400]);
    expect(refused).toMatchObject({ refusal: { errors: [{ path: 'to' }] } });
    expect(sentence(log, delegate('bob', 'carol'))).toMatch(/^Carol is asked in this stage already/);
    expect(refusalIn(when(log, delegate('bob', 'bob')))[0]).toBe('invalid');
    expect(sentence(log, delegate('bob', 'grace'))).toMatch(/^A seat of this stage was held for Grace already/);
    expect(when(log, delegate('bob', 'grace'))).toMatchObject({ refusal: { errors: [{ path: 'to' }] } });
    const back = given(gates.handable, delegate('bob', 'frank'));
    expect(refusalIn(when(back, delegate('frank', 'bob')))[0]).toBe('invalid');
    expect(refusalIn(when(back, delegate('carol', 'bob')))[0]).toBe('invalid');
    const voted = given(gates.handable, approve('bob'));
    expect(refusalIn(when(voted, delegate('carol', 'bob')))[0]).toBe('invalid');
  });

  test('three times along', () => {
    const log = given(gates.handable, delegate('bob', 'frank'), delegate('frank', 'gina'), delegate('gina', 'henry'));
    expect(requestIn(log).round.gate.stages[0]?.approvers[0]?.via).toEqual(['bob', 'frank', 'gina']);
    expect(refusalIn(when(log, delegate('henry', 'ivan')))).toEqual(['too_many', 429]);
    expect(refusalIn(when(log, delegate('carol', 'ivan')))).toEqual(['append']);
    expect(refusalIn(when(log, approve('henry')))).toEqual(['append']);
  });

  test('with a comment that is not too long, in a log that is not too long', () => {
    const log = given(gates.handable);
    const long = when(log, delegate('bob', 'frank', { comment: 'x'.repeat(limits.comment + 1) }));
    expect(refusalIn(long)).toEqual(['too_large', 413]);
    expect(refusalIn(when(log, delegate('bob', 'frank', { comment: 'x'.repeat(limits.comment) })))).toEqual(['append']);
    const request = requestIn(log);
    const full = (seq: number) => refusalIn(decide({ ...request, seq }, delegate('bob', 'frank'), minute(1)));
    expect(full(limits.entries)).toEqual(['too_many', 429]);
    expect(full(limits.entries - 1)).toEqual(['append']);
  });

  test('by a name alone: what the caller says of earlier holders is not read', () => {
    const log = given(gates.handable, delegate('bob', 'frank', { to: { ...approver('frank'), via: ['mallory'] } }));
    expect(log[1]).toMatchObject({ to: { via: ['bob'] } });
  });
});

describe('flags', () => {
  test('tell a seat that was covered from one that was handed on, and both', () => {
    const covered = { ...approver('carol'), via: ['grace'] };
    const gate = gateOf([stage([], 'all', { approvers: [approver('bob'), covered], delegateTo: ['ops'] })]);
    expect(given(gate, approve('carol'))[1]).toMatchObject({ flags: ['covered'] });
    expect(given(gate, delegate('carol', 'frank'), approve('frank'))[2]).toMatchObject({
      flags: ['delegated', 'covered'],
    });
    expect(given(gate, approve('bob'))[1]).toMatchObject({ flags: [] });
  });

  test('of a seat that a new round keeps for whom it was handed on to', () => {
    const kept = gateOf([
      stage([], 'all', { approvers: [{ ...approver('frank'), via: ['bob'] }, approver('carol'), approver('dave')] }),
    ]);
    const log = given(gates.handable, delegate('bob', 'frank'), openRound(2, kept));
    expect(entryIn(when(log, approve('frank', { at: { round: 2 } })))).toMatchObject({ flags: ['delegated'] });
  });

  test('of what a caller knows come first, each once', () => {
    const log = given(gates.override, vote('bob', 'approve', { flags: ['grouped', 'override'] }));
    expect(log[1]).toMatchObject({ flags: ['grouped', 'override'] });
  });
});
