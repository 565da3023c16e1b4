import { limits } from '../../../../core/limits.ts';
import { generationOf, linksSince } from '../../../../core/request.ts';
import {
  after,
  approve,
  entryIn,
  gates,
  given,
  minute,
  openRound,
  refusalIn,
  reissue,
  requestIn,
  when,
} from '../../../support/core-fixtures.ts';

describe('R22 reissuing links', () => {
  test('one person’s link: theirs has the next generation, nobody else’s', () => {
    const log = given(gates.allOfTwo, reissue('bob', 'page:9'));
    expect(log[1]).toMatchObject({
      type: 'links_reissued',
      person: 'bob',
      by: 'operator',
      reason: 'asked for',
      commandId: 'page:9',
    });
    expect(['bob', 'carol'].map((person) => generationOf(requestIn(log), person))).toEqual([2, 1]);
  });

  test('everybody’s, on top of one person’s', () => {
    const log = given(gates.allOfTwo, reissue('bob'), reissue());
    expect(log[2]).not.toHaveProperty('person');
    expect(['bob', 'carol'].map((person) => generationOf(requestIn(log), person))).toEqual([3, 2]);
    expect(requestIn(log).reissues).toEqual({
      bob: { count: 1, seq: 2, at: minute(1) },
      '': { count: 1, seq: 3, at: minute(2) },
    });
    expect(linksSince(requestIn(log))).toBe(minute(2));
  });

  test('begins anew in the next round', () => {
    const log = given(gates.allOfTwo, reissue('bob'), openRound(2, gates.one));
    expect(generationOf(requestIn(log), 'bob')).toBe(1);
    expect(linksSince(requestIn(log))).toBe(minute(2));
  });

  test('R25 a revocation that is swept twice reissues once', () => {
    const log = given(gates.allOfTwo, reissue(undefined, 'revoked:1'));
    expect(when(log, reissue(undefined, 'revoked:1'))).toEqual({ kind: 'recorded', entry: log[1] });
  });

  test('a revoked key is followed by new links however often they were reissued before', () => {
    const often = Array.from({ length: limits.reissuesPerLink }, (_, i) => reissue(undefined, `api:${i}`));
    const log = given(gates.allOfTwo, ...often);
    expect(refusalIn(when(log, reissue(undefined, 'api:more')))).toEqual(['too_many', 429]);
    const revoked = { ...reissue(undefined, 'revoked:1'), revoked: true };
    expect(entryIn(when(log, revoked))).toMatchObject({ type: 'links_reissued', commandId: 'revoked:1' });
  });

  test('not for somebody whom the open stage does not ask', () => {
    const decision = when(given(gates.twoStages), reissue('carol'));
    expect(refusalIn(decision)).toEqual(['not_found', 404]);
    expect(decision).toMatchObject({ refusal: { errors: [{ path: 'person' }] } });
    expect(entryIn(when(given(gates.twoStages, approve('bob')), reissue('carol')))).toMatchObject({ person: 'carol' });
  });

  test('R20 not once it is settled; of what is granted, to whoever may take their approval back', () => {
    expect(refusalIn(when(given(gates.one, approve('bob')), reissue('bob')))).toEqual(['already_settled', 409]);
    const granted = given(gates.notBefore, approve('bob'));
    expect(when(granted, reissue())).toMatchObject({ entry: { type: 'links_reissued' } });
    expect(when(granted, reissue('bob'))).toMatchObject({ entry: { type: 'links_reissued', person: 'bob' } });
    expect(refusalIn(when(granted, reissue('carol')))).toEqual(['not_found', 404]);
  });

  test('R57 so often at most, for each person and for everybody, and the last link still decides', () => {
    let log = given(gates.allOfTwo);
    for (let i = 0; i < limits.reissuesPerLink; i++) log = after(log, reissue('bob'));
    const bobs = when(log, reissue('bob'));
    expect(refusalIn(bobs)).toEqual(['too_many', 429]);
    expect(bobs).toMatchObject({
      refusal: { message: expect.stringMatching(/^This link has been sent again .+ times/) },
    });
    for (let i = 0; i < limits.reissuesPerLink; i++) log = after(log, reissue());
    const everybodys = when(log, reissue());
    expect(refusalIn(everybodys)).toEqual(['too_many', 429]);
    expect(everybodys).toMatchObject({
      refusal: { message: expect.stringMatching(/^Everybody's links were reissued/) },
    });
    expect(refusalIn(when(log, reissue('carol')))).toEqual(['append']);
    const generation = 1 + 2 * limits.reissuesPerLink;
    expect(refusalIn(when(log, approve('bob', { at: { generation } })))).toEqual(['append']);
  });
});
