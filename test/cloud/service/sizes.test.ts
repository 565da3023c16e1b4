import { canonicalJson, digestOf, sha256Hex } from '../../../core/canonical.ts';
import { limits } from '../../../core/limits.ts';
import { ask, bob, ending, gates } from '../../support/cloud/ask.ts';
import { entriesOf } from '../../support/cloud/audit.ts';
import { fetchPayload, leave, replace } from '../../support/cloud/bucket.ts';
import { decide, open } from '../../support/cloud/by-http.ts';
import { listen } from '../../support/cloud/heard.ts';
import { entryOf } from '../../support/cloud/log.ts';
import { linkFor } from '../../support/cloud/mailbox.ts';
import { notAsPublished } from '../../support/cloud/schemas.ts';
import { once } from '../../support/cloud/until.ts';

jest.setTimeout(120_000);

const consumer = once(listen);
afterAll(async () => (await consumer()).stop());

/** A payload of about so many KB, in lines, with something to look for at its end. */
function payloadOf(kilobytes: number) {
  const lines = Array.from({ length: kilobytes }, (_, n) => `${n} ä `.padEnd(1018, 'x'));
  return { version: '2.1.0', lines, end: `the end of ${kilobytes} KB` };
}
const bytes = (value: unknown) => Buffer.byteLength(canonicalJson(value as never));

test.concurrent('R54 a 40 KB payload rejected: the task fails in time and the cause holds no payload', async () => {
  const payload = payloadOf(40);
  const asked = await ask({ ...gates.one, payload });
  await decide(await linkFor(asked.id, bob), 'reject', { comment: 'x'.repeat(4000) });
  const { error, cause } = await ending(asked);
  expect(error).toBe('Approval.Rejected');
  expect(JSON.stringify(cause).length).toBeLessThan(limits.cause);
  expect(cause.digest).toBe(digestOf(payload as never));
});

test.concurrent('R54 a 100 KB payload approved comes back inline, whole, in answer and event', async () => {
  const bus = await consumer();
  const payload = payloadOf(100);
  const asked = await ask({ ...gates.one, payload });
  await decide(await linkFor(asked.id, bob), 'approve');
  expect((await ending(asked)).output.payload).toEqual(payload);
  const event = await bus.event('Approval Decided', ({ id }) => id === asked.id);
  expect(event.detail.payload).toEqual(payload);
});

test.concurrent('R9 a stored payload that is replaced under its own name is not handed on: the answer has what was approved', async () => {
  const payload = payloadOf(100);
  const asked = await ask({ ...gates.one, payload });
  const opened = await entryOf(asked.id, 'opened');
  if (!('ref' in opened.payload)) throw new Error('the payload is not stored apart');
  await replace(opened.payload.ref.key, '{"version":"6.6.6"}');
  const link = await linkFor(asked.id, bob);
  expect((await open(link)).html).toContain('the end of 100 KB');
  await decide(link, 'approve');
  expect((await ending(asked)).output).toMatchObject({ payload, digest: digestOf(payload as never) });
});

test.concurrent('R44 R54 a 240 KB payload is shown whole, approved, and answered by reference with its digest', async () => {
  const bus = await consumer();
  const payload = payloadOf(240);
  const size = bytes(payload);
  expect(size).toBeGreaterThan(limits.payloadInAnswer);
  expect(size).toBeLessThan(256 * 1024);
  const asked = await ask({ ...gates.one, payload });
  const link = await linkFor(asked.id, bob);
  const { html } = await open(link);
  expect(html).toContain('the end of 240 KB');
  await decide(link, 'approve');
  const { status, output } = await ending(asked);
  expect(status).toBe('SUCCEEDED');
  expect(output).not.toHaveProperty('payload');
  const text = await fetchPayload(output.payloadRef);
  expect([sha256Hex(text), JSON.parse(text)]).toEqual([output.digest, payload]);
  const event = await bus.event('Approval Decided', ({ id }) => id === asked.id);
  expect(event.detail.payloadRef).toEqual(output.payloadRef);
  expect(notAsPublished(event)).toEqual([]);
});

test.concurrent('R44 a payload over 256 KB comes in by reference, is copied and digested at opening, and never cut', async () => {
  const payload = payloadOf(600);
  const text = JSON.stringify(payload, null, 2);
  expect(text.length).toBeGreaterThan(256 * 1024);
  const digest = digestOf(payload as never);
  const key = await leave('states:countersign-approval', `plan-${Date.now()}.json`, text);
  const asked = await ask({ ...gates.one, payload: undefined, payloadRef: { key, digest } });
  const opened = await entryOf(asked.id, 'opened');
  expect(opened).toMatchObject({ digest, payload: { bytes: bytes(payload) } });
  const link = await linkFor(asked.id, bob);
  // What stands under the caller's prefix is not what was asked about any more.
  await leave('states:countersign-approval', key.split('/').at(-1) ?? '', '{"version":"6.6.6"}');
  expect((await open(link)).html).toContain('the end of 600 KB');
  await decide(link, 'approve');
  const { output } = await ending(asked);
  expect(output.digest).toBe(digest);
  expect(JSON.parse(await fetchPayload(output.payloadRef))).toEqual(payload);
});

test.concurrent('R44 what is larger than an approver can be shown, or is not what its digest says, is refused and not cut', async () => {
  const source = 'states:countersign-approval';
  const large = await leave(source, 'large.json', JSON.stringify(payloadOf(1200)));
  const other = await leave(source, 'other.json', '{"version":"2.1.0"}');
  const digest = 'a'.repeat(64);
  const refused = async (payloadRef: object) => {
    const asked = await ask({ ...gates.one, payload: undefined, payloadRef });
    const { error, cause } = await ending(asked);
    expect(await entriesOf(asked.id)).toEqual([]);
    return [error, cause.code, cause.errors[0].path];
  };
  expect(await refused({ key: large, digest })).toEqual(['Approval.Refused', 'too_large', 'payload']);
  expect(await refused({ key: other, digest })).toEqual(['Approval.Refused', 'invalid', 'payloadRef.digest']);
  expect(await refused({ key: `${other}.missing`, digest })).toEqual(['Approval.Refused', 'invalid', 'payloadRef.key']);
  const foreign = other.replace('countersign-approval', 'somebody-else');
  expect(await refused({ key: foreign, digest })).toEqual(['Approval.Refused', 'invalid', 'payloadRef.key']);
});
