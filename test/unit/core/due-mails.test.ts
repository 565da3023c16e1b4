import type { Command } from '../../../core/decide/decide.ts';
import { mailsFor } from '../../../core/due-mails.ts';
import {
  after,
  approve,
  cancel,
  delegate,
  fallDue,
  gateOf,
  gates,
  given,
  minute,
  open,
  openRound,
  reissue,
  requestIn,
  stage,
} from '../../support/core-fixtures.ts';

const mailsOf = (log: Parameters<typeof requestIn>[0]) => mailsFor(requestIn(log));

describe('W6 by which mails somebody was asked who is told how it ended', () => {
  const asksOf = (log: Parameters<typeof requestIn>[0]) =>
    Object.fromEntries(
      mailsOf(log).flatMap((due) => (due.kind === 'settled' ? [[due.approver.person, due.asks]] : [])),
    );

  test('the first of each stage of each round', () => {
    expect(asksOf(given(gates.allOfTwo, cancel()))).toEqual({ bob: ['ask/1/0/bob/1'], carol: ['ask/1/0/carol/1'] });
    const again = gateOf([stage(['bob'], 'all', { name: 'first' }), stage(['bob', 'zoe'], 'all', { name: 'second' })]);
    expect(asksOf(given(gates.allOfTwo, openRound(2, again), cancel()))).toEqual({
      bob: ['ask/1/0/bob/1', 'ask/2/0/bob/1'],
      carol: ['ask/1/0/carol/1'],
    });
    expect(asksOf(given(gates.handable, delegate('bob', 'frank'), cancel()))).toMatchObject({
      frank: ['ask/1/0/frank/1'],
    });
  });

  test('none for who voted or handed their seat on: they know of it, by whichever page', () => {
    expect(asksOf(given(gates.allOfTwo, approve('bob'), cancel()))).toEqual({ bob: [], carol: ['ask/1/0/carol/1'] });
    expect(asksOf(given(gates.handable, delegate('bob', 'frank'), cancel()))).toMatchObject({ bob: [] });
  });

  test('none where links were reissued: one of those mails may have gone out', () => {
    expect(asksOf(given(gates.allOfTwo, reissue('bob'), cancel()))).toEqual({ bob: [], carol: [] });
    expect(asksOf(given(gates.allOfTwo, reissue(), openRound(2, gates.allOfTwo), cancel()))).toEqual({
      bob: [],
      carol: [],
    });
  });
});

describe('W1 a gate that is out of reach', () => {
  const unreachable = (commandId = 'recheck:1'): Command => ({
    type: 'note_unreachable',
    commandId,
    problems: ['nobody is left'],
  });
  const told = (log: Parameters<typeof requestIn>[0]) => mailsOf(log).filter(({ kind }) => kind === 'unreachable');

  test('is told to the requester, once a round, for the entry that found it first', () => {
    const log = given(gates.allOfTwo, approve('bob'), unreachable());
    const mail = { kind: 'unreachable', mail: 'unreachable/1', since: 3, to: 'alice@example.com' };
    expect(told(log)).toStrictEqual([mail]);
    expect(told(after(log, unreachable('recheck:2')))).toStrictEqual([mail]);
    expect(told(given(gates.allOfTwo, unreachable(), openRound(2, gates.allOfTwo)))).toEqual([]);
    const next = given(gates.allOfTwo, unreachable(), openRound(2, gates.allOfTwo), unreachable('recheck:3'));
    expect(told(next)).toStrictEqual([{ ...mail, mail: 'unreachable/2', since: 4 }]);
  });

  test('keeps nobody from being asked', () => {
    expect(mailsOf(given(gates.allOfTwo, unreachable())).map(({ mail }) => mail)).toEqual([
      'ask/1/0/bob/1',
      'ask/1/0/carol/1',
      'unreachable/1',
    ]);
  });

  test('is told of a grant, and not once it has ended', () => {
    const gate = gateOf([stage(['bob'])], { notBefore: minute(120) });
    const log = given(gate, approve('bob'), unreachable());
    expect(told(log)).toMatchObject([{ since: 3 }]);
    expect(told(after(log, fallDue, minute(121)))).toEqual([]);
    expect(told(given(gates.allOfTwo, unreachable(), cancel()))).toEqual([]);
  });

  test('is told to nobody where the requester is no address', () => {
    const machine = open(gates.allOfTwo, { claim: { requestedBy: 'a machine' } });
    expect(told(given(machine, unreachable()))).toEqual([]);
  });
});
