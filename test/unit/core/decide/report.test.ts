import { decideReport } from '../../../../core/decide/report.ts';
import { limits } from '../../../../core/limits.ts';
import { personTag } from '../../../../core/link.ts';
import {
  approve,
  cancel,
  comment,
  delegate,
  gates,
  given,
  inStatus,
  minute,
  openRound,
  refusalIn,
  report,
  requestIn,
  when,
} from '../../../support/core-fixtures.ts';

describe('R42 a report', () => {
  test('is recorded with who reports, what they say and how they were reached, and decides nothing', () => {
    const log = given(gates.allOfTwo, report('bob', { commandId: 'page:1', comment: 'nobody asked for this' }));
    expect(log[1]).toMatchObject({
      type: 'reported',
      commandId: 'report:page:1',
      round: 1,
      stage: 0,
      person: 'bob',
      by: 'bob@example.com',
      comment: 'nobody asked for this',
      linkKey: '1.1',
      ip: '192.0.2.1',
      userAgent: 'a browser',
    });
    const said = { seq: 2, at: minute(1), by: 'bob@example.com', person: 'bob', comment: 'nobody asked for this' };
    expect(requestIn(log)).toMatchObject({ status: 'pending', round: { votes: [] }, comments: [], reports: [said] });
    expect(requestIn(given(gates.one, report('bob'))).reports[0]).not.toHaveProperty('comment');
  });

  test('is recorded once for each person, whatever page it comes from', () => {
    const log = given(gates.allOfTwo, report('bob'), report('carol'));
    expect(when(log, report('bob', { comment: 'again' }))).toEqual({ kind: 'recorded', entry: log[1] });
    expect(when(log, report('carol'))).toEqual({ kind: 'recorded', entry: log[2] });
  });

  test('takes no vote away: who reported may still decide, and who decided may still report', () => {
    const log = given(gates.one, report('bob'), approve('bob'));
    expect(inStatus(log, 'settled').outcome).toBe('approved');
    expect(refusalIn(when(given(gates.allOfTwo, approve('bob')), report('bob')))).toEqual(['append']);
  });

  test('is welcome of what was settled, cancelled, handed on, replaced by another round, or is past its time', () => {
    for (const log of [
      given(gates.one, approve('bob')),
      given(gates.one, cancel()),
      given(gates.handable, delegate('bob', 'frank')),
      given(gates.one, openRound(2, gates.one)),
    ])
      expect(refusalIn(when(log, report('bob')))).toEqual(['append']);
    expect(refusalIn(when(given(gates.one), report('bob'), minute(48 * 60)))).toEqual(['append']);
    const late = given(gates.one, approve('bob'), report('bob'));
    expect(inStatus(late, 'settled')).toMatchObject({ outcome: 'approved', settledSeq: 2, reports: [{ seq: 3 }] });
  });

  test('needs a link that was never forged nor revoked, of somebody who is still in the directory', () => {
    const log = given(gates.allOfTwo, comment('carol', 'hm'));
    expect(refusalIn(when(log, report('mallory')))).toEqual(['forged', 404]);
    expect(refusalIn(when(log, report('bob', { at: { person: personTag('mallory') } })))).toEqual(['forged', 404]);
    expect(refusalIn(when(log, report('bob', { holder: undefined })))).toEqual(['not_eligible', 403]);
    expect(refusalIn(when(log, report('bob', { revoked: true })))).toEqual(['link_revoked', 410]);
  });

  test('is bounded: in length, and with all other entries', () => {
    const log = given(gates.allOfTwo);
    const long = 'x'.repeat(limits.comment + 1);
    expect(refusalIn(when(log, report('bob', { comment: long })))).toEqual(['too_large', 413]);
    expect(refusalIn(when(log, report('bob', { comment: long.slice(1) })))).toEqual(['append']);
    const full = (seq: number) => refusalIn(decideReport({ ...requestIn(log), seq }, report('bob'), minute(5)));
    expect(full(limits.entries)).toEqual(['too_many', 429]);
    expect(full(limits.entries - 1)).toEqual(['append']);
  });
});
