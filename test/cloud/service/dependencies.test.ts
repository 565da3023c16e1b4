import { DescribeKeyCommand, DisableKeyCommand, EnableKeyCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import { ROOT } from '../../support/aws.ts';
import { callApi } from '../../support/cloud/api.ts';
import { ask, bob, ending, gates, isWaiting } from '../../support/cloud/ask.ts';
import { entriesOf } from '../../support/cloud/audit.ts';
import { decide, nonceIn, open, send, textOf } from '../../support/cloud/by-http.ts';
import { root } from '../../support/cloud/clients.ts';
import { anAsk } from '../../support/cloud/emit.ts';
import { entryOf } from '../../support/cloud/log.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';
import { deleteRolePolicy, putRolePolicy, stackRole } from '../../support/cloud/principals.ts';
import { until } from '../../support/cloud/until.ts';

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

test('R14 R52 an opening that cannot read the policy is tried again by its state machine, and is opened once', async () => {
  let asked: Awaited<ReturnType<typeof ask>> | undefined;
  await without('OpenRequest', 'dynamodb:GetItem', async () => {
    asked = await ask(gates.one);
    const { execution } = asked;
    await until('a first try that failed', async () => {
      const { everyLogLine } = await import('../../support/logs.ts');
      return (await everyLogLine()).some(
        ({ message }) => message.includes('an opening failed') || message.includes(execution),
      );
    });
    expect(await entriesOf(asked.id)).toEqual([]);
  });
  if (!asked) throw new Error('nothing was asked');
  await entryOf(asked.id, 'opened');
  await decide(await linkFor(asked.id, bob), 'approve');
  expect(await ending(asked)).toMatchObject({ status: 'SUCCEEDED' });
});

test('R14 the API says 503 where the log cannot be written, and the same call later opens', async () => {
  const body = anAsk();
  await without('Api', 'dynamodb:PutItem', async () => {
    const failed = await callApi('POST', '/requests', { as: ROOT, body });
    expect([failed.status, failed.body.code]).toEqual([503, 'unavailable']);
  });
  expect((await callApi('POST', '/requests', { as: ROOT, body })).status).toBe(201);
});

test('R37 a mail provider, a bus and a scheduler that are down delay no resume, and nothing is lost when they are back', async () => {
  const asked = await ask(gates.one);
  const link = await linkFor(asked.id, bob);
  await without('Reconciler', ['ses:SendEmail', 'events:PutEvents', 'scheduler:*'], async () => {
    await decide(link, 'approve');
    expect(await ending(asked)).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'approved' } });
  });
  expect((await entryOf(asked.id, 'task_answered')).result).toBe('delivered');
});
