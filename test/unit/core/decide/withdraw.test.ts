import { limits } from '../../../../core/limits.ts';
import { reactionsTo } from '../../../../core/reactions.ts';
import {
  after,
  approve,
  cancel,
  comment,
  delegate,
  entryIn,
  fallDue,
  gateOf,
  gates,
  given,
  holderOf,
  id,
  inStatus,
  minute,
  openRound,
  refusalIn,
  reject,
  requestIn,
  source,
  stage,
  when,
  withdraw,
} from '../../../support/core-fixtures.ts';

/** Granted by bob and carol until the second hour, dave against it. */
const gate = gateOf([stage(['bob', 'carol', 'dave'], { quorum: 2 }, { delegateTo: ['ops'] })], {
  notBefore: minute(120),
});
const granted = () => given(gate, reject('dave'), approve('bob'), approve('carol'));

describe('an approval taken back before it takes effect', () => {
  test('settles the request as rejected, in one entry that says who did it', () => {
    const log = granted();
    const command = withdraw('bob', { commandId: 'page:n', comment: 'the freeze was moved' });
    expect(entryIn(when(log, command))).toEqual({
      type: 'withdrawn',
      id,
      source,
      requestId: 'deploy-42',
      seq: 5,
      at: minute(4),
      prev: requestIn(log).head,
      commandId: 'withdraw:page:n',
      round: 1,
      person: 'bob',
      by: 'bob@example.com',
      comment: 'the freeze was moved',
      linkKey: '1.1',
      ip: '192.0.2.1',
      userAgent: 'a browser',
      outcome: 'rejected',
    });
    const settled = inStatus(after(log, command), 'settled');
    expect(settled).toMatchObject({ outcome: 'rejected', reason: 'the freeze was moved', settledSeq: 5 });
    expect(reactionsTo(settled).resume?.tasks).toHaveLength(1);
    const wordless = after(log, withdraw('carol', { comment: '' }));
    expect(wordless[4]).not.toHaveProperty('comment');
    expect(requestIn(wordless)).not.toHaveProperty('reason');
  });

  test('R5 again, it finds itself; another’s comes too late', () => {
    const command = withdraw('bob');
    const log = after(granted(), command);
    expect(when(log, command)).toEqual({ kind: 'recorded', entry: log[4] });
    expect(refusalIn(when(log, withdraw('carol')))).toEqual(['already_settled', 409]);
  });

  test('by those who approved it alone', () => {
    expect(refusalIn(when(granted(), withdraw('dave')))).toEqual(['not_yours', 403]);
    const early = given(gateOf(gates.twoOfThree.stages, { notBefore: minute(120) }), approve('bob'), approve('carol'));
    expect(refusalIn(when(early, withdraw('dave')))).toEqual(['not_yours', 403]);
    const handed = given(gate, delegate('bob', 'frank'), approve('frank'), approve('carol'));
    expect(refusalIn(when(handed, withdraw('bob')))).toEqual(['handed_on', 410]);
    expect(refusalIn(when(handed, withdraw('frank')))).toEqual(['append']);
  });

  test('not before every vote is in, nor once its time has come', () => {
    expect(refusalIn(when(given(gate, approve('bob')), withdraw('bob')))).toEqual(['too_early', 409]);
    const log = granted();
    expect(refusalIn(when(log, withdraw('bob'), minute(119.99)))).toEqual(['append']);
    expect(refusalIn(when(log, withdraw('bob'), minute(120)))).toEqual(['already_settled', 409]);
    const done = after(log, fallDue, minute(120));
    expect(refusalIn(when(done, withdraw('bob')))).toEqual(['already_settled', 409]);
    expect(refusalIn(when(after(log, cancel()), withdraw('bob')))).toEqual(['no_longer_waiting', 410]);
  });

  test('R22 with a link that works', () => {
    const log = granted();
    const refused = (more: Parameters<typeof withdraw>[1]) => refusalIn(when(log, withdraw('bob', more)));
    expect(refused({ at: { id: 'a'.repeat(32) } })).toEqual(['forged', 404]);
    expect(refused({ at: { stage: 1 } })).toEqual(['forged', 404]);
    expect(refused({ holder: undefined })).toEqual(['not_eligible', 403]);
    expect(refused({ holder: holderOf('carol') })).toEqual(['not_eligible', 403]);
    expect(refused({ revoked: true })).toEqual(['link_revoked', 410]);
    expect(refused({ at: { generation: 0 } })).toEqual(['link_reissued', 410]);
    expect(refused({ at: { expires: Date.parse(minute(4)) / 1000 } })).toEqual(['link_expired', 410]);
    expect(refused({ at: { expires: Date.parse(minute(5)) / 1000 } })).toEqual(['append']);
    const carried = given(gateOf([stage(['bob', 'carol'])], { notBefore: minute(120) }), approve('bob'));
    const next = after(
      carried,
      openRound(2, gateOf([stage(['bob', 'zoe'])], { notBefore: minute(120) }), { carried: [2] }),
    );
    const again = after(next, approve('zoe', { at: { round: 2 } }));
    expect(refusalIn(when(again, withdraw('bob')))).toEqual(['superseded', 409]);
    expect(refusalIn(when(again, withdraw('bob', { at: { round: 2 } })))).toEqual(['append']);
  });

  test('R19 after its stage’s deadline too: the time to answer is over, the approval is not in effect', () => {
    const late = gateOf([stage(['bob'], 'all', { timeout: 600 })], { notBefore: minute(120) });
    expect(refusalIn(when(given(late, approve('bob')), withdraw('bob'), minute(60)))).toEqual(['append']);
  });

  test('says why where the stage wants to be told, and not too much', () => {
    const why = gateOf([stage(['bob'], 'all', { comment: 'unless_approved' })], { notBefore: minute(120) });
    const log = given(why, approve('bob'));
    expect(refusalIn(when(log, withdraw('bob')))).toEqual(['comment_missing', 400]);
    expect(refusalIn(when(log, withdraw('bob', { comment: 'because' })))).toEqual(['append']);
    expect(refusalIn(when(log, withdraw('bob', { comment: 'x'.repeat(limits.comment + 1) })))[0]).toBe('too_large');
  });

  test('a comment under the same page’s id is another command', () => {
    const log = given(gate, comment('bob', 'hm', { commandId: 'page:n' }), approve('bob'), approve('carol'));
    expect(refusalIn(when(log, withdraw('bob', { commandId: 'page:n' })))).toEqual(['append']);
  });
});
