import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { marshall } from '@aws-sdk/util-dynamodb';
import { output } from '../../support/aws.ts';
import { ask, bob, ending, gates } from '../../support/cloud/ask.ts';
import { entriesOf } from '../../support/cloud/audit.ts';
import { decide } from '../../support/cloud/by-http.ts';
import { root } from '../../support/cloud/clients.ts';
import { invoke } from '../../support/cloud/functions.ts';
import { untilQuiet } from '../../support/cloud/log.ts';
import { linkFor, mailsAbout } from '../../support/cloud/mailbox.ts';
import { aRole, assume } from '../../support/cloud/principals.ts';

jest.setTimeout(120_000);

/** The stream's records of a request's entries, as the consumer got them before. */
async function records(id: string) {
  const entries = await entriesOf(id);
  return {
    Records: entries.map((entry) => ({
      eventName: 'INSERT',
      dynamodb: {
        Keys: marshall({ id, seq: entry.seq }),
        NewImage: marshall(entry, { removeUndefinedValues: true }),
        SequenceNumber: String(entry.seq),
      },
    })),
  };
}

async function schedule(id: string): Promise<string | undefined> {
  const of = { Name: id, GroupName: 'countersign' };
  try {
    return (await root.scheduler().send(new GetScheduleCommand(of))).ScheduleExpression;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

test.concurrent('R23 a stream record delivered three times more: one mail each, one schedule, one resume', async () => {
  const asked = await ask(gates.both);
  await Promise.all([bob, 'carol@example.com'].map((who) => linkFor(asked.id, who)));
  await untilQuiet(asked.id);
  const before = [await schedule(asked.id), (await mailsAbout(asked.id)).length];
  expect(before).toEqual([expect.stringMatching(/^at\(/), 2]);
  for (let times = 0; times < 3; times++) expect((await invoke('React', await records(asked.id))).failed).toBe(false);
  expect([await schedule(asked.id), (await mailsAbout(asked.id)).length]).toEqual(before);

  await decide(await linkFor(asked.id, bob), 'reject');
  await ending(asked);
  await untilQuiet(asked.id);
  const settled = await entriesOf(asked.id);
  const mails = (await mailsAbout(asked.id)).length;
  await Promise.all([1, 2, 3].map(async () => invoke('React', await records(asked.id))));
  expect(await entriesOf(asked.id)).toEqual(settled);
  expect((await mailsAbout(asked.id)).length).toBe(mails);
  expect(settled.filter(({ type }) => type === 'task_answered')).toHaveLength(1);
  expect(await schedule(asked.id)).toBeUndefined();
});

test.concurrent('R26 a timer that fires after the decision, or before its time, does nothing', async () => {
  const asked = await ask(gates.one);
  const link = await linkFor(asked.id, bob);
  await untilQuiet(asked.id);
  expect((await invoke('Deadline', { id: asked.id })).failed).toBe(false);
  expect((await entriesOf(asked.id)).map(({ type }) => type)).toEqual(['opened']);
  expect(await schedule(asked.id)).toMatch(/^at\(/);
  await decide(link, 'approve');
  await ending(asked);
  await untilQuiet(asked.id);
  const settled = await entriesOf(asked.id);
  const mails = (await mailsAbout(asked.id)).length;
  expect((await invoke('Deadline', { id: asked.id })).failed).toBe(false);
  expect(await entriesOf(asked.id)).toEqual(settled);
  expect((await mailsAbout(asked.id)).length).toBe(mails);
  expect(await schedule(asked.id)).toBeUndefined();
});

test.concurrent('R13 odd or forged input of timer, stream, queue and opening changes nothing; without a grant nobody gets that far', async () => {
  const asked = await ask(gates.one);
  await linkFor(asked.id, bob);
  const forgedEntry = {
    ...(await entriesOf(asked.id))[0],
    seq: 2,
    type: 'decided',
    outcome: 'approved',
    effect: 'settled',
  };
  const Records = [
    {
      eventName: 'INSERT',
      dynamodb: {
        Keys: marshall({ id: asked.id, seq: 2 }),
        NewImage: marshall(forgedEntry, { removeUndefinedValues: true }),
        SequenceNumber: '2',
      },
    },
  ];
  const message = {
    messageId: 'm',
    attributes: { ApproximateReceiveCount: '1' },
    body: JSON.stringify({ id: asked.id, seq: 99, kind: 'resume', outcome: 'approved' }),
  };
  await invoke('React', { Records });
  await invoke('RetryReactions', { Records: [message, { messageId: 'n', body: 'not JSON' }] });
  for (const odd of [{ id: asked.id, outcome: 'approved', now: '2099-01-01T00:00:00.000Z' }, { id: 42 }, {}, 'x', null])
    await invoke('Deadline', odd);
  expect((await entriesOf(asked.id)).map(({ type }) => type)).toEqual(['opened']);

  await aRole('test-stranger', [{ Action: 'execute-api:Invoke', Resource: '*' }]);
  const stranger = await assume('test-stranger');
  for (const name of ['Deadline', 'React', 'OpenRequest', 'CancelRequest', 'ExecutionEnded', 'Sweep']) {
    const { status, answer } = await invoke(name, { id: asked.id }, stranger);
    expect([name, status, answer]).toEqual([name, 403, expect.stringContaining('lambda:InvokeFunction')]);
  }
  expect(output('ApprovalStateMachineArn')).toBeTruthy();
});
