import { output } from '../../support/aws.ts';
import { ask, bob, ending, isWaiting } from '../../support/cloud/ask.ts';
import { entriesOf } from '../../support/cloud/audit.ts';
import { decide } from '../../support/cloud/by-http.ts';
import { aMachine, oneTask, start } from '../../support/cloud/callers.ts';
import { anAsk, askByEvent, emit } from '../../support/cloud/emit.ts';
import { listen } from '../../support/cloud/heard.ts';
import { entryOf, idOf } from '../../support/cloud/log.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';
import { once } from '../../support/cloud/until.ts';

jest.setTimeout(120_000);

const consumer = once(listen);
afterAll(async () => (await consumer()).stop());

const approval = 'states:countersign-approval';

test.concurrent('an event from a role that may only put events is asked about, and the decision comes back as an event', async () => {
  const bus = await consumer();
  const asked = await askByEvent();
  await decide(await linkFor(asked.id, bob), 'approve');

  const { detail } = await bus.event('Approval Decided', ({ id }) => id === asked.id);
  expect(detail).toMatchObject({ outcome: 'approved', requestId: asked.requestId, payload: asked.payload });
  const opened = await entryOf(asked.id, 'opened');
  expect(opened.verified).toMatchObject({ via: 'event', account: '000000000000', eventId: asked.eventId });
  expect(opened.verified.execution).toContain('countersign-approval-from-events');
});

test.concurrent('Cancel Approval by the same source takes a request back; by another it is refused with an event that says why', async () => {
  const bus = await consumer();
  const asked = await askByEvent();
  await entryOf(asked.id, 'opened');

  await emit('Cancel Approval', { requestId: asked.requestId, reason: 'Not mine' }, 'demo.other');
  const refused = await bus.event('Request Refused', ({ requestId }) => requestId === asked.requestId);
  expect(refused.detail).toMatchObject({ code: 'not_found', source: 'events:demo.other@000000000000' });
  expect(await entriesOf(asked.id)).toHaveLength(1);

  await emit('Cancel Approval', { requestId: asked.requestId, reason: 'Wrong version' });
  const { detail } = await bus.event('Approval Decided', ({ id }) => id === asked.id);
  expect(detail).toMatchObject({ outcome: 'cancelled', reason: 'Wrong version', decisions: [] });
});

test.concurrent('the approval machine started directly ends with the answer; its source is the machine', async () => {
  const asked = await ask({ environment: 'staging' });
  await decide(await linkFor(asked.id, bob), 'approve', { conditions: 'Before six' });
  const { status, output: answer } = await ending(asked);
  expect(status).toBe('SUCCEEDED');
  expect(answer).toMatchObject({ outcome: 'approved', payload: asked.payload, conditions: ['Before six'] });
  expect((await entryOf(asked.id, 'opened')).source).toBe(approval);
});

test.concurrent('events:putEvents.waitForTaskToken from another machine waits for the decision and goes on with its answer', async () => {
  const asked = anAsk();
  const machine = await aMachine(
    oneTask('events:putEvents.waitForTaskToken', {
      Entries: [
        {
          EventBusName: output('EventBusName'),
          Source: 'demo.shop',
          DetailType: 'Request Approval',
          Detail: "{% $merge([$states.input, {'taskToken': $states.context.Task.Token}]) %}",
        },
      ],
    }),
  );
  const caller = await start(machine, asked);
  const id = idOf(asked.requestId);
  const link = await linkFor(id, bob);
  expect(await isWaiting(caller)).toBe(true);
  await decide(link, 'approve');
  expect(await ending(caller)).toMatchObject({
    status: 'SUCCEEDED',
    output: { id, outcome: 'approved', payload: asked.payload },
  });
});

test.concurrent('states:startExecution.waitForTaskToken keeps the name of a rejection for the caller’s Catch', async () => {
  const asked = anAsk();
  const machine = await aMachine(
    oneTask('states:startExecution.waitForTaskToken', {
      StateMachineArn: output('ApprovalStateMachineArn'),
      Input:
        "{% $merge([$states.input, {'taskToken': $states.context.Task.Token, 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID': $states.context.Execution.Id}]) %}",
    }),
  );
  const caller = await start(machine, asked);
  const id = idOf(asked.requestId, approval);
  await decide(await linkFor(id, bob), 'reject', { comment: 'Not today' });
  const { status, error, cause } = await ending(caller);
  expect([status, error]).toEqual(['FAILED', 'Approval.Rejected']);
  expect(cause).toMatchObject({ id, outcome: 'rejected', decisions: [{ by: bob, comment: 'Not today' }] });

  const { tasks } = await entryOf(id, 'opened');
  expect(tasks.map(({ own, holds, execution }) => [own, holds, execution === caller.execution])).toEqual([
    [true, false, false],
    [false, true, true],
  ]);
});

test.concurrent('states:startExecution.sync:2 from another machine gets the answer as the output of the nested execution', async () => {
  const asked = anAsk();
  const machine = await aMachine(
    oneTask('states:startExecution.sync:2', {
      StateMachineArn: output('ApprovalStateMachineArn'),
      Input: '{% $states.input %}',
    }),
  );
  const caller = await start(machine, asked);
  await decide(await linkFor(idOf(asked.requestId, approval), bob), 'approve');
  const { status, output: nested } = await ending(caller);
  expect(status).toBe('SUCCEEDED');
  expect(nested.Output).toMatchObject({ outcome: 'approved', payload: asked.payload });
});

test.concurrent('an event that is wrong is answered by Request Refused, naming each field and why', async () => {
  const bus = await consumer();
  const requestId = anAsk().requestId;
  await emit('Request Approval', { requestId, title: '', environment: 'staging', colour: 'red', risk: 'extreme' });
  const { detail } = await bus.event('Request Refused', (said) => said.requestId === requestId);
  expect(detail.code).toBe('invalid');
  const paths = (detail.errors as { path: string }[]).map(({ path }) => path).sort();
  expect(paths).toEqual(['colour', 'payload', 'requestedBy', 'risk', 'title']);
  expect(await entriesOf(idOf(requestId))).toEqual([]);
});
