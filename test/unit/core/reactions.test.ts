import { reactionsTo } from '../../../core/reactions.ts';
import {
  after,
  answered,
  approve,
  approver,
  cancel,
  comment,
  delegate,
  edited,
  fallDue,
  gateOf,
  gates,
  given,
  leave,
  minute,
  notNotified,
  open,
  openRound,
  refusalIn,
  reissue,
  reject,
  requestIn,
  stage,
  task,
  vote,
  when,
  withdraw,
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
      review: undefined,
      window: undefined,
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

describe('one after the other', () => {
  test('only the one whose turn it is is mailed; the next when it is theirs, for the answer that made it so', () => {
    expect(to(given(gates.inTurn)).mails).toMatchObject([{ mail: 'ask/1/0/bob/1', since: 1 }]);
    const log = given(gates.inTurn, comment('bob', 'hm'), approve('bob'));
    expect(to(log).mails).toMatchObject([{ mail: 'ask/1/0/carol/1', since: 3 }]);
    expect(to(after(log, comment('carol', 'hm'))).mails).toEqual(to(log).mails);
    expect(to(after(log, reissue())).mails).toMatchObject([{ mail: 'ask/1/0/carol/2', since: 4 }]);
    const first = gateOf([stage(['zoe'], 'all', { name: 'first' }), ...gates.inTurn.stages]);
    expect(to(given(first, approve('zoe'))).mails).toMatchObject([{ mail: 'ask/1/1/bob/1', since: 2 }]);
  });

  test('all at once, an answer calls for nobody anew', () => {
    expect(to(given(gates.allOfTwo, approve('bob'))).mails).toMatchObject([{ mail: 'ask/1/0/carol/1', since: 1 }]);
  });

  test('W6 whose turn never came is not told how it ended: they were never asked', () => {
    const any = gateOf([stage(['bob', 'carol', 'dave'], 'any', { order: 'sequential' })]);
    expect(markers(given(any, approve('bob')))).toStrictEqual(['settled/bob', 'outcome']);
    expect(markers(given(any, vote('bob', 'request_changes')))).toStrictEqual(['settled/bob', 'outcome']);
    expect(markers(given(any, reject('bob'), approve('carol')))).toStrictEqual([
      'settled/bob',
      'settled/carol',
      'outcome',
    ]);
    expect(markers(given(any, reject('bob'), cancel()))).toStrictEqual(['settled/bob', 'settled/carol', 'outcome']);
    expect(markers(given(any, cancel()))).toStrictEqual(['settled/bob', 'outcome']);
    const staged = gateOf([...any.stages, stage(['zoe'], 'all', { name: 'second' })]);
    expect(markers(given(staged, approve('bob'), cancel()))).toStrictEqual(['settled/bob', 'settled/zoe', 'outcome']);
    // In a round that another has taken the place of, it had been somebody's turn.
    const next = given(any, reject('bob'), openRound(2, gates.one), cancel());
    expect(markers(next)).toStrictEqual(['settled/bob', 'settled/carol', 'outcome']);
  });
});

describe('W4 a seat handed on', () => {
  test('asks its new holder, for the entry that gave it to them, and the old one no more', () => {
    const log = given(gates.handable, delegate('bob', 'frank'));
    expect(to(log).mails).toMatchObject([
      { mail: 'ask/1/0/frank/1', since: 2, approver: { person: 'frank', via: ['bob'] } },
      { mail: 'ask/1/0/carol/1', since: 1 },
      { mail: 'ask/1/0/dave/1', since: 1 },
    ]);
    expect(to(after(log, delegate('carol', 'gina'))).mails).toMatchObject([{ since: 2 }, { since: 3 }, { since: 1 }]);
  });

  test('of another stage calls for nobody in this one', () => {
    const gate = gateOf([...gates.handable.stages, stage(['frank', 'zoe'], 'all', { name: 'second' })]);
    const log = given(gate, delegate('bob', 'frank'), approve('frank'), approve('carol'));
    expect(to(log).mails).toMatchObject([
      { mail: 'ask/1/1/frank/1', since: 4 },
      { mail: 'ask/1/1/zoe/1', since: 4 },
    ]);
  });

  test('W6 tells both how it ended', () => {
    const log = given(gates.handable, delegate('bob', 'frank'), cancel());
    expect(markers(log)).toStrictEqual(['settled/bob', 'settled/frank', 'settled/carol', 'settled/dave', 'outcome']);
    expect(to(log).mails[0]).toMatchObject({ approver: { address: 'bob@example.com' } });
  });
});

describe('a granted request', () => {
  const gate = gateOf([stage(['bob', 'carol', 'dave'], { quorum: 2 })], { notBefore: minute(120) });

  test('answers nothing and waits; it tells those it asked, with a link to take it back for whoever approved', () => {
    expect(to(given(gate, reject('carol'), approve('bob'), approve('dave')))).toStrictEqual({
      resume: undefined,
      mails: [
        {
          kind: 'granted',
          mail: 'granted/1/bob',
          since: 4,
          approver: approver('bob'),
          link: { round: 1, stage: 0, generation: 1, expires: minute(120) },
        },
        { kind: 'granted', mail: 'granted/1/carol', since: 4, approver: approver('carol') },
        {
          kind: 'granted',
          mail: 'granted/1/dave',
          since: 4,
          approver: approver('dave'),
          link: { round: 1, stage: 0, generation: 1, expires: minute(120) },
        },
        { kind: 'grant', mail: 'grant/1', since: 4, to: 'alice@example.com' },
      ],
      events: [{ seq: 1, type: 'requested' }],
      timer: minute(120),
      review: undefined,
      window: undefined,
      open: true,
    });
  });

  test('the link it mails is one that may take the approval back', () => {
    const staged = gateOf(
      [stage(['bob'], 'all', { name: 'first' }), stage(['bob', 'carol'], 'all', { name: 'second' })],
      {
        notBefore: minute(120),
      },
    );
    const log = given(
      staged,
      approve('bob'),
      reissue(),
      approve('bob', { at: { stage: 1, generation: 2 } }),
      approve('carol', { at: { stage: 1, generation: 2 } }),
    );
    const links = to(log).mails.flatMap((mail) => (mail.kind === 'granted' && mail.link ? [mail] : []));
    expect(links.map(({ approver: who, link }) => [who.person, link?.stage, link?.generation])).toEqual([
      ['bob', 1, 2],
      ['carol', 1, 2],
    ]);
    for (const { approver: who, link } of links) {
      const expires = Date.parse(link?.expires ?? '') / 1000;
      expect(refusalIn(when(log, withdraw(who.person, { at: { ...link, expires } })))).toEqual(['append']);
    }
  });

  test('of a requester who is no address tells only those it asked', () => {
    const machine = given(open(gate, { claim: { requestedBy: 'a machine' } }), approve('bob'), approve('carol'));
    expect(markers(machine)).toStrictEqual(['granted/1/bob', 'granted/1/carol', 'granted/1/dave']);
  });

  test('once more in another round, under other markers', () => {
    const log = given(gate, approve('bob'), approve('carol'), openRound(2, gates.one, edited('2')));
    const again = after(log, approve('bob', { at: { round: 2 }, notBefore: minute(60) }));
    expect(markers(again)).toStrictEqual(['granted/2/bob', 'granted/2/carol', 'granted/2/dave', 'grant/2']);
    expect(to(again).mails.flatMap((mail) => (mail.kind === 'granted' && mail.link ? [mail.mail] : []))).toEqual([
      'granted/2/bob',
    ]);
  });

  test('whose turn never came is not told', () => {
    const any = gateOf([stage(['bob', 'carol'], 'any', { order: 'sequential' })], { notBefore: minute(120) });
    expect(markers(given(any, approve('bob')))).toStrictEqual(['granted/1/bob', 'grant/1']);
    // Nor once it has taken effect.
    expect(markers(after(given(any, approve('bob')), fallDue, minute(120)))).toStrictEqual(['settled/bob', 'outcome']);
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
      asks: [],
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

  test('R40 says on the bus that a bypass was used, beside that it was decided', () => {
    expect(to(given(gates.override, approve('bob'), approve('carol'))).events).toStrictEqual([
      { seq: 1, type: 'requested' },
      { seq: 3, type: 'decided' },
      { seq: 3, type: 'bypassed' },
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
