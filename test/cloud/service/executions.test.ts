import { output } from '../../support/aws.ts';
import { abort, ask, bob, ending, gates, isWaiting } from '../../support/cloud/ask.ts';
import { entriesOf } from '../../support/cloud/audit.ts';
import { decide, open } from '../../support/cloud/by-http.ts';
import { aMachine, oneTask, start } from '../../support/cloud/callers.ts';
import { anAsk, askByEvent, emit } from '../../support/cloud/emit.ts';
import { invoke } from '../../support/cloud/functions.ts';
import { entryOf, idOf } from '../../support/cloud/log.ts';
import { asksTo, linkFor } from '../../support/cloud/mailbox.ts';
import { once, until } from '../../support/cloud/until.ts';

jest.setTimeout(120_000);

/** A caller that waits on a token of its own, and says whose it is. */
const caller = once(() =>
  aMachine(
    oneTask('states:startExecution.waitForTaskToken', {
      StateMachineArn: output('ApprovalStateMachineArn'),
      Input:
        "{% $merge([$states.input, {'taskToken': $states.context.Task.Token, 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID': $states.context.Execution.Id}]) %}",
    }),
  ),
);

async function joined(of: { id: string }, times: number): Promise<void> {
  await until(
    `${times} more tasks wait for ${of.id}`,
    async () => (await entriesOf(of.id)).filter(({ type }) => type === 'joined').length === times,
  );
}

test.concurrent('R53 two executions wait on one request: one is aborted, the other is still answered', async () => {
  const first = await ask(gates.one);
  const link = await linkFor(first.id, bob);
  const second = await ask({ ...gates.one, requestId: first.requestId });
  await joined(first, 1);
  await abort(first);
  const left = await entryOf(first.id, 'left');
  expect(left).toMatchObject({ reason: 'aborted' });
  expect(left).not.toHaveProperty('outcome');
  expect(await isWaiting(second)).toBe(true);

  await decide(link, 'approve');
  expect(await ending(second)).toMatchObject({ status: 'SUCCEEDED', output: { id: first.id, outcome: 'approved' } });
  expect(await asksTo(first.id, bob)).toHaveLength(1);
});

test.concurrent('R20 R53 the last waiting execution is aborted: the request is cancelled, GET shows it and POST decides nothing', async () => {
  const asked = await ask(gates.one);
  const link = await linkFor(asked.id, bob);
  const nonce = /name="nonce" value="([^"]+)"/.exec((await open(link)).html)?.[1] ?? '';
  await abort(asked);
  expect(await entryOf(asked.id, 'left')).toMatchObject({ reason: 'aborted', outcome: 'cancelled' });
  const shown = await open(link);
  expect(shown.html).not.toContain('name="nonce"');
  const body = new URLSearchParams({ nonce, comment: '', conditions: '', answer: 'approve' });
  const sent = await fetch(link, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' }, body });
  expect(sent.status).toBe(410);
  expect((await entriesOf(asked.id)).some(({ type }) => type === 'decided')).toBe(false);
});

test.concurrent('R53 a caller’s own execution is aborted, whose token alone holds the request: it is cancelled', async () => {
  const ask = anAsk();
  const id = idOf(ask.requestId, 'states:countersign-approval');
  const waiting = await start(await caller(), ask);
  await linkFor(id, bob);
  await abort(waiting);
  expect(await entryOf(id, 'left')).toMatchObject({ reason: 'aborted', outcome: 'cancelled' });
});

test.concurrent('R21 R53 a retry with the same key after settlement is answered at once with the same answer, and asks nobody again', async () => {
  const first = await ask(gates.one);
  await decide(await linkFor(first.id, bob), 'approve');
  const { output: answer } = await ending(first);
  const late = await ask({ ...gates.one, requestId: first.requestId });
  expect(await ending(late)).toMatchObject({ status: 'SUCCEEDED', output: answer });
  const own = await start(await caller(), {
    title: 'Deploy shop v2.1.0',
    requestedBy: 'alice@example.com',
    payload: first.payload,
    ...gates.one,
    requestId: first.requestId,
  });
  expect(await ending(own)).toMatchObject({ status: 'SUCCEEDED', output: answer });
  expect(await asksTo(first.id, bob)).toHaveLength(1);
  expect((await entriesOf(first.id)).filter(({ type }) => type === 'decided')).toHaveLength(1);
});

test.concurrent('R21 without a key a retry is a new request, which the old link cannot settle', async () => {
  const { requestId: _, ...content } = anAsk();
  const approval = output('ApprovalStateMachineArn');
  const [one, two] = [await start(approval, content), await start(approval, content)];
  const [first, second] = [one, two].map(({ execution }) => idOf(execution, 'states:countersign-approval'));
  await decide(await linkFor(first ?? '', bob), 'approve');
  expect(await ending(one)).toMatchObject({ status: 'SUCCEEDED' });
  await linkFor(second ?? '', bob);
  expect(await isWaiting(two)).toBe(true);
  await abort(two);
});

test.concurrent('R52 a refused opening fails its own execution and the caller’s own token, both with Approval.Refused', async () => {
  const waiting = await start(await caller(), anAsk({ environment: 'nowhere', risk: 'low', evidence: 'none' }));
  const end = await ending(waiting);
  expect(end).toMatchObject({ status: 'FAILED', error: 'Approval.Refused', cause: { code: 'invalid' } });
  expect(end.cause.errors).toEqual([{ path: 'evidence', message: 'must be a list' }]);

  const machine = await aMachine(
    oneTask('events:putEvents.waitForTaskToken', {
      Entries: [
        {
          EventBusName: output('EventBusName'),
          Source: 'unregistered.shop',
          DetailType: 'Request Approval',
          Detail: "{% $merge([$states.input, {'taskToken': $states.context.Task.Token}]) %}",
        },
      ],
    }),
  );
  expect(await ending(await start(machine, anAsk()))).toMatchObject({
    status: 'FAILED',
    error: 'Approval.Refused',
    cause: { code: 'source_not_registered', source: 'events:unregistered.shop@000000000000' },
  });
});

test.concurrent('R13 a status event that lies changes nothing: AWS is asked whether the execution has ended', async () => {
  const asked = await ask(gates.one);
  const link = await linkFor(asked.id, bob);
  const lie = { source: 'aws.states', detail: { executionArn: asked.execution, status: 'ABORTED' } };
  expect((await invoke('ExecutionEnded', lie)).failed).toBe(false);
  expect((await entriesOf(asked.id)).map(({ type }) => type)).toEqual(['opened']);
  await decide(link, 'approve');
  expect(await ending(asked)).toMatchObject({ status: 'SUCCEEDED' });
});

test.concurrent('R24 R25 the same event twice is one request and one mail; with other content it is refused and the first stands', async () => {
  const asked = await askByEvent();
  const { id: _, eventId: __, ...ask } = asked;
  await emit('Request Approval', ask);
  await joined(asked, 1);
  await emit('Request Approval', { ...ask, payload: { version: '6.6.6' } });
  const third = await until('the refused execution', async () => {
    const entries = await entriesOf(asked.id);
    return entries.length === 2 && entries;
  });
  expect(third.map(({ type }) => type)).toEqual(['opened', 'joined']);
  await decide(await linkFor(asked.id, bob), 'approve');
  const { execution = '' } = (await entryOf(asked.id, 'joined')).verified;
  expect(await ending({ execution })).toMatchObject({ output: { payload: asked.payload } });
  expect(await asksTo(asked.id, bob)).toHaveLength(1);
});

test.concurrent('R25 a cancellation that overtakes its request is refused, and takes nothing with it', async () => {
  const ask = anAsk();
  await emit('Cancel Approval', { requestId: ask.requestId, reason: 'too soon' });
  await emit('Request Approval', ask);
  const id = idOf(ask.requestId);
  const link = await linkFor(id, bob);
  expect((await entriesOf(id)).map(({ type }) => type)).toEqual(['opened']);
  expect((await decide(link, 'approve')).status).toBe(200);
});
