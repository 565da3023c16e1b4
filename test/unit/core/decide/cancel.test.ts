import {
  approve,
  cancel,
  gates,
  given,
  inStatus,
  leave,
  open,
  refusalIn,
  reject,
  source,
  when,
} from '../../../support/core-fixtures.ts';

const verified = { via: 'api', account: '000000000000' } as const;
const elsewhere = { source: 'iam:other', verified };

describe('cancelling', () => {
  test('the same source takes its request back, pending or granted, with the reason', () => {
    const log = given(gates.one, cancel({ by: 'the shop', reason: 'wrong one', commandId: 'event:9' }));
    expect(log[1]).toMatchObject({ type: 'cancelled', by: 'the shop', reason: 'wrong one', commandId: 'event:9' });
    expect(log[1]).toMatchObject({ verified: { eventId: 'event-2' }, outcome: 'cancelled' });
    expect(inStatus(log, 'settled')).toMatchObject({ outcome: 'cancelled', reason: 'wrong one', settledSeq: 2 });
    expect(inStatus(given(gates.notBefore, approve('bob'), cancel()), 'settled').outcome).toBe('cancelled');
  });

  test('so does the verified requester, over whichever source, and whom the policy names', () => {
    const byAlice = open(gates.one, { verified: { ...verified, person: 'alice' } });
    const asAlice = cancel({ ...elsewhere, verified: { ...verified, person: 'alice' } });
    expect(refusalIn(when(given(byAlice), asAlice))).toEqual(['append']);
    expect(refusalIn(when(given(gates.one), cancel({ ...elsewhere, named: true })))).toEqual(['append']);
  });

  test('nobody else, and being nobody on both sides is not being the same', () => {
    expect(refusalIn(when(given(gates.one), cancel(elsewhere)))).toEqual(['not_yours', 403]);
    expect(refusalIn(when(given(gates.one, reject('bob')), cancel(elsewhere)))).toEqual(['not_yours', 403]);
    const asBob = { verified: { ...verified, person: 'bob' } };
    expect(refusalIn(when(given(gates.one), cancel({ ...elsewhere, ...asBob })))).toEqual(['not_yours', 403]);
    // Where AWS knows who asked, it takes that person: a source can be a whole company's single sign-on.
    const byAlice = open(gates.one, { verified: { ...verified, person: 'alice' } });
    for (const other of [elsewhere, asBob, { verified }])
      expect(refusalIn(when(given(byAlice), cancel(other)))).toEqual(['not_yours', 403]);
  });

  test('R5 R25 again, it finds what cancelled the request, whoever did', () => {
    const mine = cancel();
    const log = given(gates.one, mine);
    expect(when(log, mine)).toEqual({ kind: 'recorded', entry: log[1] });
    expect(when(log, cancel())).toEqual({ kind: 'recorded', entry: log[1] });
    const left = given(gates.one, leave('first'));
    expect(when(left, cancel({ source }))).toEqual({ kind: 'recorded', entry: left[1] });
  });

  test('R20 a request that was settled otherwise stays as it is', () => {
    expect(refusalIn(when(given(gates.one, approve('bob')), cancel()))).toEqual(['already_settled', 409]);
  });
});
