import { reactionsTo } from '../../../core/reactions.ts';
import {
  after,
  answered,
  approve,
  cancel,
  comment,
  fallDue,
  gateOf,
  gates,
  given,
  leave,
  minute,
  notNotified,
  open,
  openRound,
  reissue,
  reject,
  requestIn,
  stage,
  task,
} from '../../support/core-fixtures.ts';

const to = (log: Parameters<typeof requestIn>[0]) => reactionsTo(requestIn(log));
const markers = (log: Parameters<typeof requestIn>[0]) => to(log).mails.map(({ mail }) => mail);

describe('a pending request', () => {
  test('asks everybody of its open stage, with all that their link needs', () => {
    const reactions = to(given(gates.twoStages));
    expect(reactions).toStrictEqual({
      resume: undefined,
      mails: [
        {
          kind: 'ask',
          mail: 'ask/1/0/bob/1',
          since: 1,
          approver: { person: 'bob', name: 'Bob', address: 'bob@example.com' },
          round: 1,
          stage: 0,
          generation: 1,
          expires: minute(24 * 60),
        },
      ],
      events: [{ seq: 1, type: 'requested' }],
      timer: minute(24 * 60),
      open: true,
    });
  });

  test('R23 asks nobody twice: not who has answered, and not because something else happened', () => {
    expect(markers(given(gates.allOfTwo, approve('bob')))).toStrictEqual(['ask/1/0/carol/1']);
    const busy = given(
      gates.allOfTwo,
      comment('bob', 'x'),
      notNotified('m'),
      open(gates.one, { commandId: 'j', tasks: [task('2')] }),
    );
    expect(to(busy).mails).toEqual(to(given(gates.allOfTwo)).mails);
  });

  test('a stage that begins asks its own people, for the entry that began it', () => {
    const { mails, timer } = to(given(gates.twoStages, approve('bob')));
    expect(mails.map(({ mail, since }) => [mail, since])).toStrictEqual([
      ['ask/1/1/carol/1', 2],
      ['ask/1/1/dave/1', 2],
    ]);
    expect(timer).toBe(minute(24 * 60 + 1));
  });

  test('somebody who answered an earlier stage is asked again in theirs', () => {
    const gate = gateOf([stage(['bob']), stage(['bob', 'carol'])]);
    expect(markers(given(gate, approve('bob')))).toStrictEqual(['ask/1/1/bob/1', 'ask/1/1/carol/1']);
  });

  test('R22 a reissued link is mailed to whom it was reissued, and to nobody else', () => {
    const { mails } = to(given(gates.allOfTwo, reissue('bob')));
    expect(mails).toMatchObject([
      { mail: 'ask/1/0/bob/2', generation: 2, since: 2 },
      { mail: 'ask/1/0/carol/1', generation: 1, since: 1 },
    ]);
    const all = to(given(gates.allOfTwo, reissue('bob'), reissue())).mails;
    expect(all).toMatchObject([
      { mail: 'ask/1/0/bob/3', since: 3 },
      { mail: 'ask/1/0/carol/2', since: 3 },
    ]);
    const other = to(given(gates.allOfTwo, reissue(), reissue('bob'))).mails;
    expect(other).toMatchObject([{ since: 3 }, { since: 2 }]);
  });

  test('R8 a new round asks anew, but not whose vote was carried over', () => {
    const log = given(gates.allOfTwo, approve('bob'), openRound(2, gates.twoOfThree, { carried: [2] }));
    expect(to(log).mails).toMatchObject([
      { mail: 'ask/2/0/carol/1', since: 3, round: 2 },
      { mail: 'ask/2/0/dave/1', since: 3, round: 2 },
    ]);
  });
});

test('a pending request that nothing waits for is still open', () => {
  expect(to(given(open(gates.one, { tasks: [] })))).toMatchObject({ open: true, resume: undefined });
  expect(to(given(open(gates.one, { tasks: [] }), cancel()))).toMatchObject({ open: false, resume: undefined });
});

test('a granted request asks nobody, answers nothing, and waits for its time', () => {
  expect(to(given(gates.notBefore, approve('bob')))).toStrictEqual({
    resume: undefined,
    mails: [],
    events: [{ seq: 1, type: 'requested' }],
    timer: minute(120),
    open: true,
  });
});

describe('a settled request', () => {
  test('R53 answers every task that waits, and no other, until each has its answer', () => {
    const tasks = ['a', 'b', 'c'].map((key) => task(key));
    const log = given(open(gates.one, { tasks }), leave('a'), approve('bob'));
    expect(to(log).resume?.tasks.map(({ key }) => key)).toStrictEqual(['b', 'c']);
    expect(to(log).resume?.request).toBe(requestIn(log));
    const one = after(log, answered('b', 'unknown'));
    expect(to(one).resume?.tasks.map(({ key }) => key)).toStrictEqual(['c']);
    const done = after(one, answered('c'));
    expect(to(done)).toMatchObject({ resume: undefined, open: false, timer: undefined });
    const joined = after(done, open(gates.one, { commandId: 'late', tasks: [task('d')] }));
    expect(to(joined)).toMatchObject({ resume: { tasks: [{ key: 'd' }] }, open: true });
  });

  test('R26 has no timer', () => {
    expect(to(given(gates.one, approve('bob'))).timer).toBeUndefined();
  });

  test('W6 tells everybody who was asked, once, and nobody who was not, and the requester', () => {
    expect(markers(given(gates.twoStages, reject('bob')))).toStrictEqual(['settled/bob', 'outcome']);
    const log = given(
      gates.twoStages,
      approve('bob'),
      approve('carol', { at: { stage: 1 } }),
      approve('dave', { at: { stage: 1 } }),
    );
    expect(markers(log)).toStrictEqual(['settled/bob', 'settled/carol', 'settled/dave', 'outcome']);
    expect(to(log).mails).toMatchObject([
      { since: 4 },
      { since: 4 },
      { since: 4 },
      { kind: 'outcome', since: 4, to: 'alice@example.com' },
    ]);
    expect(to(log).mails[0]).toStrictEqual({
      kind: 'settled',
      mail: 'settled/bob',
      since: 4,
      approver: { person: 'bob', name: 'Bob', address: 'bob@example.com' },
    });
  });

  test('W6 everybody includes those of earlier rounds, at the address they have now', () => {
    const moved = gateOf([
      { ...stage(['bob']), approvers: [{ person: 'bob', name: 'Bob', address: 'new@example.com' }] },
    ]);
    const log = given(gates.allOfTwo, openRound(2, moved), cancel());
    expect(to(log).mails).toMatchObject([
      { mail: 'settled/bob', approver: { address: 'new@example.com' } },
      { mail: 'settled/carol' },
      { mail: 'outcome' },
    ]);
  });

  test('a requester who is no address has no mailbox', () => {
    const names = ['a machine', 'arn:aws:iam::1:role/x', 'a@b c', 'a@b,c@d', '<a@b>', '@', 'a@', '@b', 'a@b@c', ''];
    for (const requestedBy of names)
      expect([requestedBy, ...markers(given(open(gates.one, { claim: { requestedBy } }), cancel()))]).toStrictEqual([
        requestedBy,
        'settled/bob',
      ]);
  });

  test('says on the bus that it was decided, or that it expired', () => {
    expect(to(given(gates.one, comment('bob', 'x'), cancel())).events).toStrictEqual([
      { seq: 1, type: 'requested' },
      { seq: 3, type: 'decided' },
    ]);
    expect(to(after(given(gates.one), fallDue, minute(1440))).events).toStrictEqual([
      { seq: 1, type: 'requested' },
      { seq: 2, type: 'expired' },
    ]);
  });
});
