import { DeleteItemCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DisableRuleCommand, EnableRuleCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { DeleteScheduleCommand } from '@aws-sdk/client-scheduler';
import { marshall } from '@aws-sdk/util-dynamodb';
import { output, ROOT } from '../../support/aws.ts';
import { callApi } from '../../support/cloud/api.ts';
import { abort, ask, bob, ending, gates, isWaiting } from '../../support/cloud/ask.ts';
import { dynamodb, entriesOf } from '../../support/cloud/audit.ts';
import { decide } from '../../support/cloud/by-http.ts';
import { root } from '../../support/cloud/clients.ts';
import { anAsk } from '../../support/cloud/emit.ts';
import { invoke } from '../../support/cloud/functions.ts';
import { entryOf, rowOf, untilQuiet } from '../../support/cloud/log.ts';
import { asksTo, linkFor } from '../../support/cloud/mailbox.ts';
import { demoPolicy, publish } from '../../support/cloud/policies.ts';
import { withoutStream } from '../../support/cloud/streams.ts';
import { until } from '../../support/cloud/until.ts';

jest.setTimeout(120_000);

const sweep = () => invoke('Sweep', {});

/** Makes what was noted when a request was opened two minutes older: the sweep leaves what has only just begun alone. */
async function openedLongAgo(id: string): Promise<void> {
  const TableName = output('WaitingTableName');
  const { Items = [] } = await dynamodb().send(
    new ScanCommand({
      TableName,
      FilterExpression: 'id = :id',
      ExpressionAttributeValues: marshall({ ':id': id }),
    }),
  );
  const since = new Date(Date.now() - 120_000).toISOString();
  for (const { execution, task } of Items)
    await dynamodb().send(
      new UpdateItemCommand({
        TableName,
        Key: { execution: execution ?? { S: '' }, task: task ?? { S: '' } },
        UpdateExpression: 'SET since = :since',
        ExpressionAttributeValues: marshall({ ':since': since }),
      }),
    );
}

test('R56 stream records that never came: the sweep answers the task of one that was decided, and asks about one that was opened', async () => {
  const asked = await ask(gates.one);
  const link = await linkFor(asked.id, bob);
  await untilQuiet(asked.id);
  await withoutStream(async () => {
    await decide(link, 'approve');
    const { body } = await callApi('POST', '/requests', { as: ROOT, body: anAsk() });
    expect(await isWaiting(asked)).toBe(true);
    await openedLongAgo(body.id);
    await sweep();
    expect(await ending(asked)).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'approved' } });
    expect(await linkFor(body.id, bob)).toBeTruthy();
  });
});

test('R56 a row of the read model that was lost is built again from the log, and nobody is asked twice', async () => {
  const asked = await ask(gates.one);
  await linkFor(asked.id, bob);
  const before = await untilQuiet(asked.id);
  await dynamodb().send(
    new DeleteItemCommand({ TableName: output('RequestsTableName'), Key: marshall({ id: asked.id, item: 'row' }) }),
  );
  await openedLongAgo(asked.id);
  await sweep();
  expect(await rowOf(asked.id)).toEqual(before);
  expect(await asksTo(asked.id, bob)).toHaveLength(1);
});

test('R56 R15 a timer that was lost: the sweep finds the deadline passed, and the request expires', async () => {
  const stage = '{ name: review, approvers: [bob], rule: any, timeout: 2_seconds }';
  const environment = `environments:\n  gone-soon:\n    gates:\n      any:\n        stages: [${stage}]\n`;
  await publish(demoPolicy.replace('environments:\n', environment));
  try {
    const asked = await ask({ environment: 'gone-soon' });
    await until('its timer, to lose it', async () => {
      await root.scheduler().send(new DeleteScheduleCommand({ Name: asked.id, GroupName: 'countersign' }));
      return true;
    });
    await until('the sweep that finds it', async () => {
      await sweep();
      return (await entriesOf(asked.id)).some(({ type }) => type === 'expired');
    });
    expect(await ending(asked)).toMatchObject({ error: 'Approval.Expired' });
  } finally {
    await publish(demoPolicy);
  }
});

test('R56 R20 a status event that was lost: the sweep notices that the execution has ended', async () => {
  const { Rules = [] } = await root.events().send(new ListRulesCommand({}));
  const { Name } = Rules.find((rule) => rule.Name?.includes('ExecutionEnded')) ?? {};
  expect(Name).toBeDefined();
  const asked = await ask(gates.one);
  await linkFor(asked.id, bob);
  await untilQuiet(asked.id);
  await root.events().send(new DisableRuleCommand({ Name }));
  try {
    await abort(asked);
    await sweep();
    expect(await entryOf(asked.id, 'left')).toMatchObject({ reason: 'aborted', outcome: 'cancelled' });
  } finally {
    await root.events().send(new EnableRuleCommand({ Name }));
  }
});
