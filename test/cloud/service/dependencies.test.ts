import { DescribeKeyCommand, DisableKeyCommand, EnableKeyCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import { output, ROOT } from '../../support/aws.ts';
import { callApi } from '../../support/cloud/api.ts';
import { ask, bob, ending, gates, isWaiting } from '../../support/cloud/ask.ts';
import { entriesOf } from '../../support/cloud/audit.ts';
import { decide, nonceIn, open, send, textOf } from '../../support/cloud/by-http.ts';
import { aMachine, oneTask, start } from '../../support/cloud/callers.ts';
import { root } from '../../support/cloud/clients.ts';
import { anAsk } from '../../support/cloud/emit.ts';
import { invoke } from '../../support/cloud/functions.ts';
import { listen } from '../../support/cloud/heard.ts';
import { entryOf, idOf, untilQuiet } from '../../support/cloud/log.ts';
import { linkFor, mailsAbout } from '../../support/cloud/mailbox.ts';
import { deleteRolePolicy, putRolePolicy, stackRole } from '../../support/cloud/principals.ts';

jest.setTimeout(120_000);

/** Takes something from one of the stack's roles while `work` is done. */
async function without(id: string, Action: string | string[], work: () => Promise<void>): Promise<void> {
  const role = await stackRole(id);
  await putRolePolicy(role, 'taken-away', [{ Effect: 'Deny', Action, Resource: '*' }]);
  try {
    await work();
  } finally {
    await deleteRolePolicy(role, 'taken-away');
  }
}

for (const [what, action] of [
  ['the log cannot be read', 'dynamodb:Query'],
  ['the log cannot be written', 'dynamodb:PutItem'],
  ['the policy cannot be read', 'dynamodb:BatchGetItem'],
] as const)
  test(`R14 ${what}: 503, a page that says so, and the request is still pending and can be decided afterwards`, async () => {
    const asked = await ask(gates.one);
    const link = await linkFor(asked.id, bob);
    const nonce = nonceIn(await open(link)) ?? '';
    await without('Review', action, async () => {
      const answers = [await send(link, nonce, 'approve')];
      if (action !== 'dynamodb:PutItem') answers.push(await open(link));
      for (const page of answers) {
        expect(page.status).toBe(503);
        expect(textOf(page)).toMatch(/try again/i);
        expect(page.headers.get('retry-after')).toBeTruthy();
        expect(page.html).not.toMatch(/AccessDenied|dynamodb|arn:/);
      }
      expect((await entriesOf(asked.id)).map(({ type }) => type)).toEqual(['opened']);
      expect(await isWaiting(asked)).toBe(true);
    });
    expect((await decide(link, 'approve')).status).toBe(200);
    expect(await ending(asked)).toMatchObject({ status: 'SUCCEEDED' });
  });

test('R14 R22 the link key is disabled: 503 for a link whose key no process holds yet, and it works once the key is back', async () => {
  expect((await callApi('POST', '/link-keys', { as: ROOT, body: { action: 'rotate' } })).status).toBe(200);
  const asked = await ask(gates.one);
  const link = await linkFor(asked.id, bob);
  const { Keys = [] } = await root.kms().send(new ListKeysCommand({}));
  const described = await Promise.all(Keys.map(({ KeyId }) => root.kms().send(new DescribeKeyCommand({ KeyId }))));
  const KeyId = described.find(({ KeyMetadata }) => KeyMetadata?.Description?.startsWith('Countersign'))?.KeyMetadata
    ?.KeyId;
  await root.kms().send(new DisableKeyCommand({ KeyId }));
  try {
    expect((await open(link)).status).toBe(503);
    expect((await entriesOf(asked.id)).map(({ type }) => type)).toEqual(['opened']);
  } finally {
    await root.kms().send(new EnableKeyCommand({ KeyId }));
  }
  expect((await decide(link, 'approve')).status).toBe(200);
  expect(await ending(asked)).toMatchObject({ status: 'SUCCEEDED' });
});

/** What the state machine would hand its function. This cloud leaves a callback task waiting whose function throws, and does not tell an error's name. */
const handed = (input: unknown) => ({
  execution: `${output('ApprovalStateMachineArn').replace(':stateMachine:', ':execution:')}:by-hand`,
  machine: output('ApprovalStateMachineArn'),
  startedAt: new Date().toISOString(),
  input,
});

test('R14 R52 an opening that cannot read the policy fails as the fault that its machine retries, and the retry opens it (called as the machine would)', async () => {
  const asked = anAsk();
  const id = idOf(asked.requestId, 'states:countersign-approval');
  await without('OpenRequest', 'dynamodb:GetItem', async () => {
    const { failed, answer } = await invoke('OpenRequest', handed(asked));
    expect([failed, JSON.parse(answer).errorMessage]).toEqual([
      true,
      expect.stringContaining('could not be opened now'),
    ]);
    expect(await entriesOf(id)).toEqual([]);
  });
  expect((await invoke('OpenRequest', handed(asked))).failed).toBe(false);
  expect((await entryOf(id, 'opened')).seq).toBe(1);
});

test('R52 an opening that crashed for good: a caller’s own task fails with Approval.Refused, and the bus hears of it (called as the machine would)', async () => {
  const bus = await listen();
  const Detail = { requestId: '{% $states.input.requestId %}', token: '{% $states.context.Task.Token %}' };
  const Entries = [{ EventBusName: output('EventBusName'), Source: 'countersign', DetailType: 'Test Token', Detail }];
  const caller = await start(await aMachine(oneTask('events:putEvents.waitForTaskToken', { Entries })), anAsk());
  const { detail } = await bus.event('Test Token', ({ token }) => token !== undefined);
  const asked = anAsk({ taskToken: detail.token });
  const crashed = { error: 'OpeningFault', cause: 'three times' };
  const { failed, answer } = await invoke('OpenRequest', { ...handed(asked), crashed });
  expect([failed, JSON.parse(JSON.parse(answer).errorMessage).code]).toEqual([true, 'unavailable']);
  expect(await ending(caller)).toMatchObject({ error: 'Approval.Refused', cause: { code: 'unavailable' } });
  const event = await bus.event('Request Refused', ({ requestId }) => requestId === asked.requestId);
  expect(event.detail.code).toBe('unavailable');
  await bus.stop();
});

test('R14 the API says 503 where the log cannot be written, and the same call later opens', async () => {
  const body = anAsk();
  await without('Api', 'dynamodb:PutItem', async () => {
    const failed = await callApi('POST', '/requests', { as: ROOT, body });
    expect([failed.status, failed.body.code]).toEqual([503, 'unavailable']);
  });
  expect((await callApi('POST', '/requests', { as: ROOT, body })).status).toBe(201);
});

test('R37 mail, bus and scheduler that are down delay no resume; tried again as their queue would, nothing is lost', async () => {
  const bus = await listen();
  const asked = await ask(gates.one);
  const link = await linkFor(asked.id, bob);
  await without('Reconciler', ['ses:SendEmail', 'events:PutEvents', 'scheduler:*'], async () => {
    await decide(link, 'approve');
    expect(await ending(asked)).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'approved' } });
    await untilQuiet(asked.id);
    expect((await mailsAbout(asked.id)).map(({ subject }) => subject)).toEqual([
      expect.stringMatching(/^Please decide/),
    ]);
  });
  const Records = ['mail', 'event', 'timer'].map((kind) => ({
    messageId: kind,
    attributes: { ApproximateReceiveCount: '1' },
    body: JSON.stringify({ id: asked.id, seq: 1, kind }),
  }));
  const { answer } = await invoke('RetryReactions', { Records });
  expect(JSON.parse(answer)).toEqual({ batchItemFailures: [] });
  await bus.event('Approval Decided', ({ id }) => id === asked.id);
  for (const to of [bob, 'alice@example.com'])
    expect((await mailsAbout(asked.id, to)).filter(({ subject }) => subject.startsWith('Approved'))).toHaveLength(1);
  await bus.stop();
});
