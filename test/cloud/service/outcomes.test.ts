import { digestOf } from '../../../core/canonical.ts';
import { hashOf } from '../../../core/entry.ts';
import { ask, bob, ending, gates } from '../../support/cloud/ask.ts';
import { entriesOf } from '../../support/cloud/audit.ts';
import { decide, open, textOf } from '../../support/cloud/by-http.ts';
import { askByEvent, emit } from '../../support/cloud/emit.ts';
import { listen } from '../../support/cloud/heard.ts';
import { entryOf } from '../../support/cloud/log.ts';
import { linkFor, mailsAbout } from '../../support/cloud/mailbox.ts';
import { demoPolicy, publish } from '../../support/cloud/policies.ts';
import { notAsPublished } from '../../support/cloud/schemas.ts';
import { once, until } from '../../support/cloud/until.ts';

jest.setTimeout(120_000);

const consumer = once(listen);
/** An environment whose one gate is over after two seconds. */
const shortLived = once(async () => {
  const stage = '{ name: review, approvers: [bob], rule: any, timeout: 2_seconds }';
  const environment = `environments:\n  gone-soon:\n    gates:\n      any:\n        stages: [${stage}]\n`;
  await publish(demoPolicy.replace('environments:\n', environment));
});
afterAll(async () => {
  await (await consumer()).stop();
  await publish(demoPolicy);
});

test.concurrent('approved: the task succeeds with the whole answer, and the event says the same', async () => {
  const bus = await consumer();
  const asked = await ask(gates.one);
  await decide(await linkFor(asked.id, bob), 'approve', { comment: 'Fine', conditions: 'Before six' });
  const { status, output } = await ending(asked);
  const settling = await entryOf(asked.id, 'decided');
  const opening = await entryOf(asked.id, 'opened');
  const answer = {
    id: asked.id,
    requestId: asked.requestId,
    outcome: 'approved',
    reason: 'Fine',
    decisions: [
      {
        stage: 'review',
        by: bob,
        answer: 'approve',
        comment: 'Fine',
        conditions: ['Before six'],
        at: settling.at,
        assurance: 'link',
      },
    ],
    conditions: ['Before six'],
    payload: asked.payload,
    digest: digestOf(asked.payload),
    policyVersion: opening.policyVersion,
    auditHead: hashOf(settling),
  };
  expect(status).toBe('SUCCEEDED');
  expect(output).toEqual(answer);
  const requested = await bus.event('Approval Requested', ({ id }) => id === asked.id);
  const decided = await bus.event('Approval Decided', ({ id }) => id === asked.id);
  expect(decided.detail).toEqual({ ...answer, source: opening.source, seq: settling.seq, at: settling.at });
  expect([requested, decided].flatMap(notAsPublished)).toEqual([]);
});

test.concurrent('R15 expired: the timer ends the wait by name, with an event of its own and no approval', async () => {
  const bus = await consumer();
  await shortLived();
  const asked = await ask({ environment: 'gone-soon' });
  const { error, cause } = await ending(asked);
  expect(error).toBe('Approval.Expired');
  expect(cause).toMatchObject({ id: asked.id, outcome: 'expired', decisions: [] });
  const event = await bus.event('Approval Expired', ({ id }) => id === asked.id);
  expect(notAsPublished(event)).toEqual([]);
  const entry = await entryOf(asked.id, 'expired');
  expect(entry.at >= entry.deadline).toBe(true);
  // The timer and the stream both bring it up to date: consumers tell repeats by `id` and `seq`.
  const heard = (await bus.all()).filter(({ detail }) => detail.id === asked.id);
  expect([...new Set(heard.map((one) => `${one.detail.seq} ${one['detail-type']}`))]).toEqual([
    '1 Approval Requested',
    '2 Approval Expired',
  ]);
});

for (const [name, answer, outcome, error] of [
  ['rejected', 'reject', 'rejected', 'Approval.Rejected'],
  ['changes requested', 'request_changes', 'changes_requested', 'Approval.ChangesRequested'],
] as const)
  test.concurrent(`${name}: the task fails by name, and the cause is the answer without the payload`, async () => {
    const bus = await consumer();
    const asked = await ask(gates.one);
    await decide(await linkFor(asked.id, bob), answer, { comment: 'Two replicas' });
    const end = await ending(asked);
    expect([end.status, end.error]).toEqual(['FAILED', error]);
    expect(end.cause).toMatchObject({ outcome, reason: 'Two replicas', digest: digestOf(asked.payload) });
    const event = await bus.event('Approval Decided', ({ id }) => id === asked.id);
    expect(notAsPublished(event)).toEqual([]);
    for (const said of [end.cause, event.detail]) expect(said).not.toHaveProperty('payload');
  });

test.concurrent('cancelled: the task fails by name, and who was asked is told and cannot decide any more', async () => {
  const bus = await consumer();
  const asked = await askByEvent();
  const link = await linkFor(asked.id, bob);
  await emit('Cancel Approval', { requestId: asked.requestId, reason: 'Superseded by 2.1.1' });
  const event = await bus.event('Approval Decided', ({ id }) => id === asked.id);
  expect(event.detail).toMatchObject({ outcome: 'cancelled', reason: 'Superseded by 2.1.1' });
  expect(notAsPublished(event)).toEqual([]);
  const { execution = '' } = (await entryOf(asked.id, 'opened')).verified;
  expect(await ending({ execution })).toMatchObject({ error: 'Approval.Cancelled', cause: { outcome: 'cancelled' } });
  await until('the mail that tells bob', async () =>
    (await mailsAbout(asked.id, bob)).some(({ subject }) => subject.startsWith('Cancelled')),
  );
  const page = await open(link);
  expect(textOf(page)).toContain('Superseded by 2.1.1');
  expect(page.html).not.toContain('name="nonce"');
});

test.concurrent('R52 refused: the waiting execution fails with Approval.Refused, saying field and reason, and an event says so', async () => {
  const bus = await consumer();
  const asked = await ask({ title: '', payload: null });
  const { error, cause } = await ending(asked);
  expect(error).toBe('Approval.Refused');
  expect(cause).toMatchObject({ code: 'invalid', source: 'states:countersign-approval', requestId: asked.requestId });
  expect(cause.errors).toEqual(
    expect.arrayContaining([
      { path: 'title', message: 'must not be empty' },
      { path: 'payload', message: 'must not be null' },
    ]),
  );
  const event = await bus.event('Request Refused', ({ requestId }) => requestId === asked.requestId);
  expect(event.detail).toMatchObject({ code: 'invalid', errors: cause.errors });
  expect(notAsPublished(event)).toEqual([]);
  expect(await entriesOf(asked.id)).toEqual([]);
});

test.concurrent('R59 a request that calls itself approved is no answer when it is rejected or expires', async () => {
  const bus = await consumer();
  await shortLived();
  const says = {
    title: 'outcome: approved',
    facts: { outcome: 'approved', approved: true },
    payload: { outcome: 'approved', approved: true, decisions: [{ by: bob, answer: 'approve' }] },
  };
  const [rejected, expired] = await Promise.all([
    ask({ ...says, ...gates.one }),
    ask({ ...says, environment: 'gone-soon' }),
  ]);
  await decide(await linkFor(rejected.id, bob), 'reject');
  for (const [asked, outcome] of [
    [rejected, 'rejected'],
    [expired, 'expired'],
  ] as const) {
    const { status, cause } = await ending(asked);
    expect([status, cause.outcome]).toEqual(['FAILED', outcome]);
    expect(JSON.stringify(cause)).not.toContain('approved');
    const { detail } = await bus.event(
      outcome === 'expired' ? 'Approval Expired' : 'Approval Decided',
      ({ id }) => id === asked.id,
    );
    expect(JSON.stringify(detail)).not.toContain('approved');
  }
});

test.concurrent('W6 the others and the requester are told the outcome, by mail without a deciding link and by event', async () => {
  const bus = await consumer();
  const asked = await askByEvent(gates.quorum);
  const everybody = ['bob', 'carol', 'dan'].map((name) => `${name}@example.com`);
  for (const who of everybody.slice(0, 2)) await decide(await linkFor(asked.id, who), 'approve');
  await bus.event('Approval Decided', ({ id }) => id === asked.id);
  for (const to of [...everybody, asked.requestedBy]) {
    const told = await until(`${to} is told`, async () =>
      (await mailsAbout(asked.id, to)).find(({ subject }) => subject.startsWith('Approved')),
    );
    expect(told.text + told.html).not.toMatch(/\/r\//);
  }
});

test('each published schema is whole: a field that is not in it is told, and so is one that is missing', () => {
  for (const name of ['Approval Requested', 'Approval Decided', 'Approval Expired', 'Request Refused']) {
    const wrong = notAsPublished({ 'detail-type': name, source: 'countersign', detail: { colour: 'red' } });
    expect([name, wrong.filter((problem) => /colour|requestId|code/.test(problem)).length]).toEqual([name, 2]);
  }
});
