import { DeleteItemCommand, DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { hashOf } from '../../../core/entry.ts';
import { verifyLog } from '../../../core/verify.ts';
import { clientConfig, output } from '../../support/aws.ts';
import { ask, bob, ending, gates } from '../../support/cloud/ask.ts';
import { dynamodb, entriesOf } from '../../support/cloud/audit.ts';
import { decide, nonceIn, open, send } from '../../support/cloud/by-http.ts';
import { entryOf } from '../../support/cloud/log.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';
import { assume, iam, stackRole } from '../../support/cloud/principals.ts';
import { until } from '../../support/cloud/until.ts';
import { everyLogLine } from '../../support/logs.ts';

jest.setTimeout(120_000);

async function decided() {
  const asked = await ask(gates.one);
  const link = await linkFor(asked.id, bob);
  await decide(link, 'approve', { comment: 'Looked at the scan' });
  await ending(asked);
  await entryOf(asked.id, 'task_answered');
  return { ...asked, link };
}

test('R39 the entry of a decision holds everything that proves it', async () => {
  const asked = await decided();
  const opened = await entryOf(asked.id, 'opened');
  const entry = await entryOf(asked.id, 'decided');
  expect(entry).toEqual({
    type: 'decided',
    id: asked.id,
    source: 'states:countersign-approval',
    requestId: asked.requestId,
    seq: 2,
    prev: hashOf(opened),
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    commandId: expect.stringMatching(/^page:/),
    round: 1,
    stage: 0,
    person: 'bob',
    by: bob,
    answer: 'approve',
    comment: 'Looked at the scan',
    vote: 'for',
    effect: 'settled',
    outcome: 'approved',
    requester: 'alice@example.com',
    eligible: [bob],
    digest: opened.digest,
    shownDigest: opened.shownDigest,
    template: expect.stringMatching(/^[0-9a-f]{16,64}$/),
    policyVersion: opened.policyVersion,
    assurance: 'link',
    linkKey: expect.any(String),
    ip: '127.0.0.1',
    userAgent: 'cloud-test/1',
    execution: asked.execution,
    flags: [],
  });
  expect(verifyLog(await entriesOf(asked.id), { id: asked.id })).toMatchObject({ ok: true });
});

test('R38 R60 a refused attempt with a genuine link is recorded with its code and no secret; without a genuine link it is counted only', async () => {
  const asked = await ask(gates.one);
  const link = await linkFor(asked.id, bob);
  const nonce = nonceIn(await open(link)) ?? '';
  const body = new URLSearchParams({ nonce, comment: 'typed', conditions: '', answer: 'approve' });
  const foreign = await fetch(link, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' }, body });
  expect(foreign.status).toBe(403);
  const noted = await entryOf(asked.id, 'attempt_refused');
  expect(noted).toMatchObject({ code: 'wrong_origin', attempted: 'approve', person: 'bob', ip: '127.0.0.1' });
  expect(JSON.stringify(noted)).not.toContain('typed');
  expect(JSON.stringify(noted)).not.toContain(link.split('/r/')[1]);

  const altered = link.slice(0, -3) + (link.endsWith('AAA') ? 'BBB' : 'AAA');
  expect((await send(altered, nonce, 'approve')).status).toBe(404);
  expect((await entriesOf(asked.id)).map(({ type }) => type)).toEqual(['opened', 'attempt_refused']);
  await until('the altered link is counted', async () =>
    (await everyLogLine()).some(({ message }) => message.includes('"LinkRefused":1') && message.includes('forged')),
  );
  await decide(link, 'approve');
  expect(await ending(asked)).toMatchObject({ status: 'SUCCEEDED' });
});

test('R34 no role that runs may update or delete an entry', async () => {
  const asked = await decided();
  const Key = marshall({ id: asked.id, seq: 2 });
  const TableName = output('AuditTableName');
  for (const id of ['OpenRequest', 'Api', 'CancelRequest', 'Review', 'ExecutionEnded', 'Reconciler', 'Publish']) {
    const role = await stackRole(id);
    const trusting = (Principal: object) =>
      iam('UpdateAssumeRolePolicy', {
        RoleName: role,
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }],
        }),
      });
    // Only Lambda may assume it. For once we may too, to try what the function could.
    const lambda = { Service: 'lambda.amazonaws.com' };
    await trusting({ ...lambda, AWS: 'arn:aws:iam::000000000000:root' });
    const client = new DynamoDBClient(clientConfig(await assume(role)));
    await trusting(lambda);
    const tries = [
      client.send(new DeleteItemCommand({ TableName, Key })),
      client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: 'REMOVE outcome' })),
    ];
    for (const attempt of await Promise.allSettled(tries))
      expect([id, attempt.status, attempt.status === 'rejected' && attempt.reason.name]).toEqual([
        id,
        'rejected',
        'AccessDeniedException',
      ]);
  }
  expect(verifyLog(await entriesOf(asked.id), { id: asked.id })).toMatchObject({ ok: true });
});

test('R34 an entry overwritten or removed by somebody who may do anything is counted for the alarm, and the record no longer verifies', async () => {
  const counted = async () =>
    (await everyLogLine()).filter(({ message }) => message.includes('"AuditTampered":1')).length;
  const asked = await decided();
  const before = await counted();
  const vote = await entryOf(asked.id, 'decided');
  const { auditHead } = (await ending(asked)).output;
  const TableName = output('AuditTableName');
  await dynamodb().send(
    new PutItemCommand({
      TableName,
      Item: marshall({ ...vote, by: 'mallory@example.com' }, { removeUndefinedValues: true }),
    }),
  );
  await until('the overwriting is counted', async () => (await counted()) > before);
  const overwritten = verifyLog(await entriesOf(asked.id), { id: asked.id, head: auditHead });
  expect([overwritten.ok, overwritten.findings[0]?.seq]).toEqual([false, expect.any(Number)]);
  const between = await counted();
  await dynamodb().send(new DeleteItemCommand({ TableName, Key: marshall({ id: asked.id, seq: 3 }) }));
  await until('the removal is counted', async () => (await counted()) > between);
  // What is left is a whole chain again: that its end is missing shows against the hash that the caller kept.
  expect(verifyLog(await entriesOf(asked.id), { id: asked.id, head: auditHead }).ok).toBe(false);
});
