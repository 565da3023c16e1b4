import { callApi } from '../../support/cloud/api.ts';
import { bob, carol } from '../../support/cloud/ask.ts';
import { entriesOf } from '../../support/cloud/audit.ts';
import { decide } from '../../support/cloud/by-http.ts';
import { anAsk } from '../../support/cloud/emit.ts';
import { listen } from '../../support/cloud/heard.ts';
import { entryOf, idOf } from '../../support/cloud/log.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';
import { aRole, assume } from '../../support/cloud/principals.ts';
import { notAsPublished } from '../../support/cloud/schemas.ts';
import { once } from '../../support/cloud/until.ts';

jest.setTimeout(120_000);

/** Roles that may call the API, and one that may do nothing; sessions are who the directory says they are. */
const roles = once(async () => {
  const may = [{ Action: 'execute-api:Invoke', Resource: '*' }];
  await Promise.all([
    aRole('test-developers', may),
    aRole('test-pipeline', may),
    aRole('test-nobody', [{ Action: 's3:ListAllMyBuckets', Resource: '*' }]),
  ]);
  const [alice, bobby, erin, pipeline, nobody] = await Promise.all([
    assume('test-developers', 'alice'),
    assume('test-developers', 'bob'),
    assume('test-developers', 'erin'),
    assume('test-pipeline', 'run-42'),
    assume('test-nobody', 'x'),
  ]);
  return { alice, bob: bobby, erin, pipeline, nobody };
});
const consumer = once(listen);
afterAll(async () => (await consumer()).stop());

const withoutName = ({ requestedBy: _, ...ask }: ReturnType<typeof anAsk>) => ask;

test.concurrent('201 opens for the person who signed, 200 joins, GET finds it by id and by key, the decision shows', async () => {
  const { alice } = await roles();
  const ask = withoutName(anAsk());
  const opened = await callApi('POST', '/requests', { as: alice, body: ask });
  expect(opened.status).toBe(201);
  const { id } = opened.body;
  expect(id).toBe(idOf(ask.requestId, 'iam:test-developers'));
  expect(opened.body).toMatchObject({
    status: 'pending',
    claim: { requestedBy: 'alice@example.com' },
    verified: { via: 'api', person: 'alice', principal: expect.stringContaining('assumed-role/test-developers/alice') },
    tasks: [],
  });
  const again = await callApi('POST', '/requests', { as: alice, body: ask });
  expect([again.status, again.body.id]).toEqual([200, id]);

  await decide(await linkFor(id, bob), 'approve', { comment: 'Go' });
  const [byId, byKey] = await Promise.all([
    callApi('GET', `/requests/${id}`, { as: alice }),
    callApi('GET', `/requests?requestId=${ask.requestId}`, { as: alice }),
  ]);
  expect(byId.status).toBe(200);
  expect(byId.body).toMatchObject({ status: 'settled', outcome: 'approved', answer: { payload: ask.payload } });
  expect(byKey.body.id).toBe(id);
  const { body } = await callApi('GET', `/requests/${id}/audit`, { as: alice });
  expect(body.entries).toEqual(await entriesOf(id));
});

test.concurrent('R24 400 names every field and why, 409 where the key asks for something else, 403 where it must not; each with its event', async () => {
  const bus = await consumer();
  const { alice, pipeline } = await roles();
  const invalid = await callApi('POST', '/requests', { as: alice, body: { title: 'x', environment: 7, payload: {} } });
  expect(invalid.status).toBe(400);
  expect(invalid.body.errors).toEqual([{ path: 'environment', message: expect.any(String) }]);

  const ask = withoutName(anAsk());
  await callApi('POST', '/requests', { as: alice, body: ask });
  const differs = await callApi('POST', '/requests', { as: alice, body: { ...ask, payload: { version: '6.6.6' } } });
  expect([differs.status, differs.body.code]).toEqual([409, 'content_differs']);
  const event = await bus.event('Request Refused', ({ requestId }) => requestId === ask.requestId);
  expect(event.detail).toMatchObject({ source: 'iam:test-developers', code: 'content_differs' });
  expect(notAsPublished(event)).toEqual([]);

  const nameless = await callApi('POST', '/requests', { as: pipeline, body: withoutName(anAsk()) });
  expect(nameless.status).toBe(400);
  expect(nameless.body.errors).toEqual([{ path: 'requestedBy', message: 'is required' }]);
  const unreachable = await callApi('POST', '/requests', { as: pipeline, body: anAsk({ requestedBy: bob }) });
  expect([unreachable.status, unreachable.body.code]).toEqual([403, 'gate_unreachable']);
});

test.concurrent('R6 an approver who opens through the API is excluded, whomever they name: four eyes on the verified', async () => {
  const { bob: bobby } = await roles();
  const claiming = anAsk({ environment: 'production', risk: 'medium', requestedBy: 'alice@example.com' });
  const { status, body } = await callApi('POST', '/requests', { as: bobby, body: claiming });
  expect(status).toBe(201);
  expect(body.claim).toMatchObject({ requestedBy: 'alice@example.com' });
  expect((await entryOf(body.id, 'opened')).gate.stages[0]?.approvers.map(({ address }) => address)).toEqual([carol]);
  const alone = await callApi('POST', '/requests', { as: bobby, body: anAsk({ requestedBy: 'alice@example.com' }) });
  expect([alone.status, alone.body.code]).toEqual([403, 'gate_unreachable']);
});

test.concurrent('who may cancel: the same source and whom the policy names; others are told 403; twice is once', async () => {
  const { alice, erin, pipeline } = await roles();
  const open = async () => (await callApi('POST', '/requests', { as: alice, body: withoutName(anAsk()) })).body.id;
  const [first, second] = await Promise.all([open(), open()]);
  const cancel = (id: string, as: typeof alice) =>
    callApi('POST', `/requests/${id}/cancel`, { as, body: { reason: 'Not needed' } });

  const stranger = await cancel(first, pipeline);
  expect([stranger.status, stranger.body.code]).toEqual([403, 'not_yours']);
  expect(await cancel(first, alice)).toMatchObject({ status: 200, body: { outcome: 'cancelled' } });
  expect(await cancel(first, alice)).toMatchObject({ status: 200, body: { outcome: 'cancelled' } });
  expect((await entriesOf(first)).filter(({ type }) => type === 'cancelled')).toHaveLength(1);
  expect(await cancel(second, erin)).toMatchObject({ status: 200, body: { outcome: 'cancelled' } });
  expect(await cancel('a'.repeat(32), alice)).toMatchObject({ status: 404 });
});

test.concurrent('R13 a call that is not signed, or by a role without the permission, reaches nothing', async () => {
  const { nobody } = await roles();
  for (const as of ['unsigned', nobody] as const)
    for (const [method, path] of [
      ['POST', '/requests'],
      ['PUT', '/policy'],
      ['POST', '/link-keys'],
    ] as const) {
      const { status } = await callApi(method, path, { as, body: anAsk() });
      expect([method, path, status]).toEqual([method, path, 403]);
    }
});
