import { limits } from '../../../../core/limits.ts';
import {
  after,
  approve,
  comment,
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

describe('a comment', () => {
  test('is recorded with who wrote it, and decides nothing', () => {
    const log = given(gates.allOfTwo, comment('bob', 'looking at it', { commandId: 'page:1' }));
    expect(log[1]).toMatchObject({
      type: 'commented',
      commandId: 'comment:page:1',
      person: 'bob',
      by: 'bob@example.com',
      comment: 'looking at it',
      round: 1,
      stage: 0,
      linkKey: '1.1',
    });
    expect(requestIn(log)).toMatchObject({
      status: 'pending',
      round: { votes: [] },
      comments: [{ seq: 2, at: minute(1), by: 'bob@example.com', person: 'bob', comment: 'looking at it' }],
    });
  });

  test('R5 sent again it finds itself, also after the request was settled', () => {
    const remark = comment('bob', 'hm');
    const log = given(gates.one, remark, approve('bob'));
    expect(when(log, remark)).toEqual({ kind: 'recorded', entry: log[1] });
  });

  test('is welcome from somebody who has voted already', () => {
    const log = given(gates.allOfTwo, approve('bob'));
    expect(refusalIn(when(log, comment('bob', 'one more thing')))).toEqual(['append']);
    // Also once the stage has passed.
    const entry = entryIn(when(given(gates.twoStages, approve('bob')), comment('bob', 'one more thing')));
    expect(entry).toMatchObject({ round: 1, stage: 0, person: 'bob' });
  });

  test('needs what a vote needs', () => {
    const log = given(gates.allOfTwo, reissue('bob'));
    expect(refusalIn(when(log, comment('bob', 'x')))).toEqual(['link_reissued', 410]);
    expect(refusalIn(when(log, comment('carol', 'x', { revoked: true })))).toEqual(['link_revoked', 410]);
    expect(refusalIn(when(log, comment('carol', 'x', { holder: undefined })))).toEqual(['not_eligible', 403]);
    expect(refusalIn(when(log, comment('mallory', 'x')))).toEqual(['forged', 404]);
    expect(refusalIn(when(given(gates.one, approve('bob')), comment('bob', 'x')))).toEqual(['already_settled', 409]);
    expect(refusalIn(when(log, comment('carol', 'x'), minute(24 * 60)))).toEqual(['expired', 410]);
    const second = after(log, openRound(2, gates.one));
    expect(refusalIn(when(second, comment('bob', 'x')))).toEqual(['superseded', 409]);
    expect(refusalIn(when(given(gates.twoStages), comment('carol', 'x', { at: { stage: 1 } })))[0]).toBe(
      'not_your_turn',
    );
  });

  test('is not empty, and not longer than the limit', () => {
    const log = given(gates.one);
    const empty = when(log, comment('bob', ''));
    expect(refusalIn(empty)).toEqual(['invalid', 400]);
    expect(empty).toMatchObject({
      refusal: { message: expect.stringContaining('no comment'), errors: [{ path: 'comment' }] },
    });
    expect(refusalIn(when(log, comment('bob', 'x'.repeat(limits.comment))))).toEqual(['append']);
    const long = when(log, comment('bob', 'x'.repeat(limits.comment + 1)));
    expect(refusalIn(long)).toEqual(['too_large', 413]);
    expect(long).toMatchObject({ refusal: { errors: [{ path: 'comment' }] } });
  });

  test('R57 is one of so many at most, and then one can still decide', () => {
    let log = given(gates.one);
    for (let i = 0; i < limits.comments; i++) log = after(log, comment('bob', `${i}`));
    const more = when(log, comment('bob', 'one more'));
    expect(refusalIn(more)).toEqual(['too_many', 429]);
    expect(more).toMatchObject({ refusal: { message: expect.stringContaining('You can still decide.') } });
    expect(refusalIn(when(log, approve('bob')))).toEqual(['append']);
  });
});
