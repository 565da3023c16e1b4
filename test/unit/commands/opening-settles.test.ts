import { requestIdentity } from '../../../core/canonical.ts';
import { fold } from '../../../core/fold.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import { openForMachine } from '../../../lambdas/commands/open-for-machine.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import { type Fakes, fakeServices } from '../../support/fakes.ts';
import { checkpoint, conditions, plan, policyOf, workflow } from '../../support/situations.ts';

const source = 'states:countersign-approval';
const around = { eventMachines: [], account: '000000000000' };
const policy: Policy = {
  ...policyOf({
    sources: { [source]: { may_name: ['*'], environments: ['*'], facts: ['*'] } },
    workflows: [
      workflow('automatic', { criteria: conditions('well_tested', 'payload.replicas < 10.0') }),
      workflow('expert_review', { risks: ['high'], stage: plan(['bob', 'carol'], { name: 'review', rule: 'all' }) }),
    ],
    checkpoints: [checkpoint('security', ['dan'], { triggers: ['secrets'] })],
    environments: { test: { gates: {}, bypass: 'automatic' }, production: { gates: {}, production: true } },
  }),
};

async function opened(input: object, key = 'deploy-1', fakes = fakeServices()) {
  fakes.publish(policy);
  const ask = {
    ...{ requestId: key, title: 'Deploy shop', requestedBy: 'alice@example.com', environment: 'production' },
    ...{ risk: 'low', payload: { replicas: 4 } },
    ...input,
  };
  const execution = `arn:aws:states:us-east-1:000000000000:execution:countersign-approval:${key}`;
  const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:countersign-approval';
  const handed = { execution, machine, startedAt: '2026-11-21T10:00:00.000Z', input: ask, taskToken: `token-${key}` };
  await openForMachine(fakes, handed, around);
  const id = requestIdentity(source, key);
  const log = fakes.tables.log.get(id) ?? [];
  return { fakes, id, log, request: fold(log), answer: () => fakes.outside.answered.get(`token-${key}`) };
}

/** What the stream does then. */
const react = (fakes: Fakes, id: string) => reconcile(fakes, id, { by: 'stream' });

test.each([
  ['automatic approval', { facts: { well_tested: true } }, 'auto_approved', 'automatic'],
  ['a test environment', { environment: 'test', risk: 'critical' }, 'bypassed', 'automatic'],
])(
  '%s settles with its opening: one entry, no mail, and the work goes on with what was asked',
  async (_, input, outcome, kind) => {
    const { fakes, id, log, request, answer } = await opened(input);
    expect(log.map(({ type }) => type)).toEqual(['opened']);
    expect(request).toMatchObject({ status: 'settled', outcome, round: { gate: { workflow: kind, stages: [] } } });
    expect(request?.round.gate.because).toHaveLength(1);
    await react(fakes, id);
    expect(answer()).toMatchObject({ succeeded: { outcome, decisions: [], payload: { replicas: 4 } } });
    const asked = fakes.outside.mails.filter(({ to }) => to !== 'alice@example.com');
    expect(asked).toEqual([]);
  },
);

test('what the payload says decides too, as far as the policy asks', async () => {
  const { request } = await opened({ facts: { well_tested: true }, payload: { replicas: 10 } });
  expect(request).toMatchObject({ status: 'pending', round: { gate: { workflow: 'expert_review' } } });
});

test('R59 a request that says itself that it is approved is not', async () => {
  const { request } = await opened({
    facts: { outcome: 'auto_approved', approved: true },
    payload: { outcome: 'approved', bypass: true },
  });
  expect(request).toMatchObject({ status: 'pending', round: { gate: { stages: [{ name: 'review' }] } } });
});

test('the same opened again joins, and is answered alike', async () => {
  const { fakes, id } = await opened({ facts: { well_tested: true } });
  await react(fakes, id);
  const again = await opened({ facts: { well_tested: true } }, 'deploy-1', fakes);
  await react(fakes, id);
  expect(again.log.filter(({ type }) => type === 'opened')).toHaveLength(1);
  expect(again.request).toMatchObject({ outcome: 'auto_approved' });
});

test('W1 a gate that cannot be met refuses the opening, tells the work, and leaves no request', async () => {
  const { request, answer, fakes } = await opened({ authors: ['dan@example.com'], trigger: 'secrets' });
  expect(request).toBeUndefined();
  expect(answer()).toMatchObject({ failed: 'Approval.Refused' });
  expect(fakes.outside.events).toMatchObject([
    {
      detailType: 'Request Refused',
      detail: {
        code: 'gate_unreachable',
        errors: [{ message: expect.stringContaining("The stage 'security' needs 1 approver") }],
      },
    },
  ]);
});

test('an override that the policy does not know is refused, saying so', async () => {
  const { fakes } = await opened({ override: { justification: 'The shop is down' } });
  expect(fakes.outside.events).toMatchObject([{ detail: { code: 'no_gate', errors: [{ path: 'override' }] } }]);
});
