import { canonicalJson, sha256Hex } from '../../../core/canonical.ts';
import { CannotBeShown, recordedAnswerOf, reviewViewOf, statusViewOf, workOf } from '../../../lambdas/web/view-of.ts';
import { secondRound } from '../../support/page-samples.ts';
import {
  bob,
  carol,
  dave,
  now,
  openingOf,
  ordinaryStage,
  pendingOf,
  requestOf,
  voteOf,
} from '../../support/sample-requests.ts';

const { payloadText } = openingOf({});
const approved = [
  voteOf(carol, 'approve', { effect: 'counted' }, { conditions: ['Before six'] }),
  voteOf(bob, 'approve', { effect: 'settled', outcome: 'approved' }, { comment: 'Fine' }),
];
const answered = (task: string, result: string) => ({ type: 'task_answered', task, result });

describe('what is shown', () => {
  it('R32 is the digested bytes or nothing', () => {
    const given = { person: 'bob', now };
    expect(reviewViewOf(pendingOf({}), { ...given, payloadText }).payloadText).toBe(payloadText);
    for (const other of [`${payloadText} `, payloadText.replace('4', '5'), '', '{"version":"2.1.0","replicas":4}'])
      expect(() => reviewViewOf(pendingOf({}), { ...given, payloadText: other })).toThrow(CannotBeShown);
    expect(() => statusViewOf(requestOf({}), { now, payloadText: '{}' })).toThrow(CannotBeShown);
  });

  it('R32 is refused where the request is not the one that was digested', () => {
    const request = pendingOf({});
    const forged = { ...request, claim: { ...request.claim, title: 'Something harmless' } };
    expect(() => reviewViewOf(forged, { payloadText, person: 'bob', now })).toThrow(CannotBeShown);
  });

  it('R32 is refused where the revised payload is not the one that was digested', () => {
    const sample = { claim: { revises: 'deploy-41' }, revised: { replicas: 2 } };
    const given = { payloadText, person: 'bob', now };
    expect(
      reviewViewOf(pendingOf(sample), { ...given, revisedPayloadText: '{"replicas":2}' }).differences,
    ).toHaveLength(2);
    expect(() => reviewViewOf(pendingOf(sample), { ...given, revisedPayloadText: '{"replicas":3}' })).toThrow(
      CannotBeShown,
    );
    expect(() => reviewViewOf(pendingOf(sample), given)).toThrow(CannotBeShown);
  });

  it('R32 R44 is refused where a page could not hold it', () => {
    const payload = '\u007F'.repeat(900_000);
    const text = canonicalJson(payload);
    const request = pendingOf({ payload: `a${'\u007Fa'.repeat(450_000)}` });
    expect(request.round.digest).not.toBe(sha256Hex(text));
    expect(() =>
      reviewViewOf(request, { payloadText: canonicalJson(`a${'\u007Fa'.repeat(450_000)}`), person: 'bob', now }),
    ).toThrow(/too large/);
  });

  it('R44 a payload as large as one may be is shown whole', () => {
    const payload = { rows: 'x'.repeat(1_000_000) };
    const view = reviewViewOf(pendingOf({ payload }), { payloadText: canonicalJson(payload), person: 'bob', now });
    expect(view.payloadText).toHaveLength(1_000_011);
  });

  it('nobody but an approver of the open stage gets the form', () => {
    expect(() => reviewViewOf(pendingOf({}), { payloadText, person: 'eve', now })).toThrow(/eve is not asked/);
  });
});

describe('who is asked', () => {
  it('says where each of them stands', () => {
    const stages = [ordinaryStage, { ...ordinaryStage, name: 'operations', approvers: [dave], rule: 'any' as const }];
    const first = statusViewOf(requestOf({ stages }, [voteOf(bob, 'approve', { effect: 'counted' })]), { now });
    expect(
      first.asked.map((stage) => [stage.rule, stage.progress, stage.people.map((person) => person.standing)]),
    ).toEqual([
      ['both approvers', '1 of 2 approved', ['approved', 'asked, has not answered yet']],
      ['one approver', '0 of 1 approved', ['not asked yet']],
    ]);
    const rejected = [voteOf(bob, 'reject', { effect: 'settled', outcome: 'rejected' })];
    const settled = statusViewOf(requestOf({ stages }, rejected), { now });
    expect(settled.asked.flatMap((stage) => stage.people.map((person) => person.standing))).toEqual([
      'rejected',
      'did not answer',
      'was not asked',
    ]);
  });

  it('R33 says whose mail could not be delivered', () => {
    const lost = { type: 'not_notified', mail: 'ask/1/0/bob/1', to: bob.address, channel: 'email', reason: 'bounced' };
    expect(statusViewOf(requestOf({}, [lost]), { now }).asked[0]?.people[0]?.standing).toBe(
      'asked, but the mail could not be delivered',
    );
  });
});

describe('the history', () => {
  it('tells votes, comments, conditions and rounds, oldest first', () => {
    const comment = {
      type: 'commented',
      round: 1,
      stage: 0,
      person: 'bob',
      by: bob.address,
      comment: 'Why now?',
      linkKey: '1.1',
    };
    const view = statusViewOf(requestOf({}, [comment, ...approved]), { now });
    expect(view.history.map(({ who, what }) => `${who} ${what}`)).toEqual([
      'alice@example.com asked',
      'Bob Smith (bob@example.com) commented',
      'Carol Jones (carol@example.com) approved',
      'Bob Smith (bob@example.com) approved',
    ]);
    expect(view).toMatchObject({
      conditions: ['Before six'],
      reason: 'Fine',
      settledBy: 'Bob Smith (bob@example.com)',
    });
  });

  it('R8 says of a vote in an earlier round that it counts no more', () => {
    expect(statusViewOf(secondRound({}), { now }).history.map((item) => item.what)).toEqual([
      'asked',
      'approved in round 1, which counts no more',
      'opened round 2: Carol changed the number of replicas',
    ]);
  });

  it('finds what somebody’s own answer was recorded as', () => {
    const request = requestOf({}, approved);
    expect(recordedAnswerOf(request, 2)).toMatchObject({ what: 'approved', conditions: ['Before six'] });
    expect(recordedAnswerOf(request, 3)).toMatchObject({ what: 'approved', comment: 'Fine' });
    expect(recordedAnswerOf(request, 1)).toBeUndefined();
  });
});

describe('the waiting work', () => {
  const two = [
    { key: 'own', own: true, holds: false },
    { key: 'callers', own: false, holds: true },
  ];

  it.each([
    ['waits while nothing is decided', {}, [], 'waiting'],
    ['is being told while it has no answer (R47)', {}, approved, 'resuming'],
    ['has its answer', {}, [...approved, answered('task-1', 'delivered')], 'answered'],
    ['was gone (W9)', {}, [...approved, answered('task-1', 'gone')], 'gone'],
    ['is not known to have it', {}, [...approved, answered('task-1', 'unknown')], 'unknown'],
    ['is none for a request through the API', { tasks: [] }, approved, 'none'],
    [
      'is the caller’s, not our own execution (R47)',
      { tasks: two },
      [...approved, answered('own', 'delivered')],
      'resuming',
    ],
    [
      'is the caller’s, gone though ours was told',
      { tasks: two },
      [...approved, answered('own', 'delivered'), answered('callers', 'gone')],
      'gone',
    ],
  ])('%s', (_, sample, later, work) => {
    expect(workOf(requestOf(sample, later))).toBe(work);
  });
});
