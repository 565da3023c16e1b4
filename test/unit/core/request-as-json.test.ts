import { answerOf } from '../../../core/answer.ts';
import { requestAsJson } from '../../../core/request-as-json.ts';
import {
  answered,
  approve,
  comment,
  gateOf,
  gates,
  given,
  id,
  inStatus,
  minute,
  notNotified,
  open,
  reject,
  requestIn,
  source,
  stage,
  task,
} from '../../support/core-fixtures.ts';

const json = (log: Parameters<typeof requestIn>[0], payload?: { version: string }) =>
  requestAsJson(requestIn(log), payload);
const bob = { name: 'Bob', address: 'bob@example.com' };
const carol = { name: 'Carol', address: 'carol@example.com' };
const dave = { name: 'Dave', address: 'dave@example.com' };

describe('a request as the API tells it', () => {
  test('pending: who is asked in which stage, what they said, until when, what waits', () => {
    const tasks = [task('first'), { key: 'second', own: false, holds: true }];
    const log = given(
      open(gates.allOfTwo, { tasks }),
      comment('carol', 'hm'),
      approve('bob', { comment: 'ok', conditions: ['c'] }),
      notNotified('ask/1'),
    );
    const { claim, verified, round, head } = requestIn(log);
    expect(json(log)).toEqual({
      id,
      source,
      requestId: 'deploy-42',
      status: 'pending',
      claim,
      verified,
      digest: round.digest,
      policyVersion: round.policyVersion,
      round: 1,
      stages: [
        {
          name: 'review',
          rule: 'both approvers',
          open: true,
          approvers: [
            { ...bob, standing: 'approve' },
            { ...carol, standing: 'asked' },
          ],
        },
      ],
      deadline: minute(1440),
      tasks: [
        { key: 'first', execution: 'arn:execution:first', state: 'waiting' },
        { key: 'second', state: 'waiting' },
      ],
      votes: [
        {
          seq: 3,
          at: minute(2),
          stage: 'review',
          by: bob.address,
          answer: 'approve',
          comment: 'ok',
          conditions: ['c'],
        },
      ],
      comments: [{ at: minute(1), by: carol.address, comment: 'hm' }],
      notNotified: [{ mail: 'ask/1', to: bob.address, channel: 'mail', reason: 'the address bounced' }],
      auditHead: head,
      seq: 4,
      openedAt: minute(0),
    });
  });

  test('a stage to come has asked nobody yet; one that has passed is open no more', () => {
    const standing = (log: Parameters<typeof requestIn>[0]) => json(log).stages;
    const staged = (first: object, second: object) => [
      { name: 'first', rule: 'one approver', ...first },
      { name: 'second', rule: 'both approvers', ...second },
    ];
    const both = (said: string) => [
      { ...carol, standing: said },
      { ...dave, standing: said },
    ];
    const log = given(gates.twoStages);
    expect(standing(log)).toEqual(
      staged(
        { open: true, approvers: [{ ...bob, standing: 'asked' }] },
        { open: false, approvers: both('not asked yet') },
      ),
    );
    expect(standing(given(gates.twoStages, approve('bob')))).toEqual(
      staged({ open: false, approvers: [{ ...bob, standing: 'approve' }] }, { open: true, approvers: both('asked') }),
    );
  });

  test('somebody asked in two stages stands in each for itself', () => {
    const gate = gateOf([stage(['bob'], 'all', { name: 'first' }), stage(['bob'])]);
    const log = given(gate, approve('bob'));
    expect(json(log).stages).toMatchObject([
      { approvers: [{ standing: 'approve' }] },
      { approvers: [{ standing: 'asked' }] },
    ]);
    expect(json(log).votes).toMatchObject([{ stage: 'first' }]);
  });

  test('granted: as what, and from when', () => {
    const told = json(given(gates.notBefore, approve('bob')));
    expect(told).toMatchObject({
      status: 'granted',
      outcome: 'approved',
      effectAt: minute(120),
      stages: [{ open: false }],
    });
    for (const key of ['deadline', 'answer', 'settledAt']) expect(told).not.toHaveProperty(key);
  });

  test('settled: the answer that the waiting work was told', () => {
    const log = given(gates.one, approve('bob'), answered('first'));
    const told = json(log, { version: '2.1.0' });
    expect(told).toMatchObject({
      status: 'settled',
      outcome: 'approved',
      settledAt: minute(1),
      tasks: [{ state: 'delivered' }],
    });
    expect(told.answer).toEqual(answerOf(inStatus(log, 'settled'), { version: '2.1.0' }));
    for (const key of ['deadline', 'effectAt']) expect(told).not.toHaveProperty(key);
    expect(told.votes).toStrictEqual([{ seq: 2, at: minute(1), stage: 'review', by: bob.address, answer: 'approve' }]);
    expect(json(given(gates.one, reject('bob')), { version: '2.1.0' }).answer).not.toHaveProperty('payload');
  });

  test('pending: there is no outcome yet', () => {
    for (const key of ['outcome', 'answer', 'settledAt', 'effectAt'])
      expect(json(given(gates.one))).not.toHaveProperty(key);
  });
});
