import { DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { clientConfig, output, ROOT } from '../../support/aws.ts';
import { callApi } from '../../support/cloud/api.ts';
import { ask, ending } from '../../support/cloud/ask.ts';
import { dynamodb, entriesOf } from '../../support/cloud/audit.ts';
import { anAsk, askByEvent, emit, service } from '../../support/cloud/emit.ts';
import { listen } from '../../support/cloud/heard.ts';
import { entryOf, idOf } from '../../support/cloud/log.ts';
import { demoPolicy, publish } from '../../support/cloud/policies.ts';
import { once, until } from '../../support/cloud/until.ts';

jest.setTimeout(120_000);

const consumer = once(listen);
const limited = `sources:
  "events:limited.shop@000000000000":
    may_name: ["*@shop.example.com"]
    environments: [staging]
    facts: [lines_changed]
`;
beforeAll(async () => {
  await publish(demoPolicy.replace('sources:\n', limited));
});
afterAll(async () => {
  await (await consumer()).stop();
  await publish(demoPolicy);
});

async function refusal(of: Record<string, unknown>, source: string) {
  const bus = await consumer();
  const asked = await askByEvent(of, source);
  const { detail } = await bus.event('Request Refused', ({ requestId }) => requestId === asked.requestId);
  expect(await entriesOf(asked.id)).toEqual([]);
  return [detail.code, (detail.errors as { path: string }[]).map(({ path }) => path)];
}

test('R51 a limited source that names another, claims another environment or states other facts is refused, field by field', async () => {
  const ours = { requestedBy: 'ann@shop.example.com', facts: { lines_changed: 3 } };
  const taken = await askByEvent(ours, 'limited.shop');
  await entryOf(taken.id, 'opened');
  expect(await refusal({ ...ours, requestedBy: 'alice@example.com' }, 'limited.shop')).toEqual([
    'claim_not_allowed',
    ['requestedBy'],
  ]);
  expect(await refusal({ ...ours, authors: ['alice@example.com'] }, 'limited.shop')).toEqual([
    'claim_not_allowed',
    ['authors.0'],
  ]);
  expect(await refusal({ ...ours, environment: 'production' }, 'limited.shop')).toEqual([
    'claim_not_allowed',
    ['environment'],
  ]);
  expect(await refusal({ ...ours, facts: { breaking_change: false } }, 'limited.shop')).toEqual([
    'claim_not_allowed',
    ['facts.breaking_change'],
  ]);
});

test('R51 a source that is not registered is refused', async () => {
  expect(await refusal({}, 'shop.of.nobody')).toEqual(['source_not_registered', ['source']]);
});

test('R13 R51 an event that says it is ours opens nothing: no rule takes it. (The bus policy that denies it is shown by template: this cloud does not enforce bus policies)', async () => {
  const forged = anAsk();
  await emit('Request Approval', forged, 'countersign');
  await emit('Approval Decided', { id: idOf(forged.requestId), outcome: 'approved' }, 'countersign');
  const after = await askByEvent();
  await entryOf(after.id, 'opened');
  expect(await entriesOf(idOf(forged.requestId, 'events:countersign@000000000000'))).toEqual([]);
});

test('R13 nobody but the bus starts the machine that believes an envelope', async () => {
  const sfn = new SFNClient(clientConfig(await service()));
  const stateMachineArn = `${output('ApprovalStateMachineArn')}-from-events`;
  const envelope = { id: 'x', source: 'demo.shop', account: '000000000000', 'detail-type': 'Request Approval' };
  const input = JSON.stringify({ ...envelope, detail: anAsk() });
  await expect(sfn.send(new StartExecutionCommand({ stateMachineArn, input }))).rejects.toThrow(/not authorized/);
});

test('an envelope in the input of the approval machine itself is no envelope, only unknown keys', async () => {
  const bare = await ask({ detail: anAsk(), 'detail-type': 'Request Approval', source: 'demo.shop' });
  const { error, cause } = await ending(bare);
  expect([error, cause.code]).toEqual(['Approval.Refused', 'invalid']);
});

test('before the first publish every opening is refused, by every way in, saying what to do', async () => {
  const TableName = output('PolicyTableName');
  const Key = { key: { S: 'pointer' } };
  const { Item } = await dynamodb().send(new GetItemCommand({ TableName, Key }));
  expect(Item).toBeDefined();
  await dynamodb().send(new DeleteItemCommand({ TableName, Key }));
  try {
    expect(await refusal({}, 'demo.shop')).toEqual(['no_policy', ['']]);
    const { error, cause } = await ending(await ask());
    expect(error).toBe('Approval.Refused');
    expect(cause.errors[0].message).toContain('countersign policy publish');
    const { status, body } = await callApi('POST', '/requests', { as: ROOT, body: anAsk() });
    expect([status, body.code]).toEqual([503, 'no_policy']);
  } finally {
    await dynamodb().send(new PutItemCommand({ TableName, Item: Item ?? {} }));
  }
  const again = await askByEvent();
  await until('an opening after it', async () => (await entriesOf(again.id)).length > 0);
});
