import { fold } from '../../../core/fold.ts';
import { limits } from '../../../core/limits.ts';
import { personTag } from '../../../core/link.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import { sendMails } from '../../../lambdas/reactions/send-mails.ts';
import { Memory } from '../../support/crash/memory.ts';
import { type Fakes, fakeServices } from '../../support/fakes.ts';
import { openMany } from '../../support/flood.ts';

beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => jest.restoreAllMocks());

const stream = { by: 'stream' as const };
const hour = (person: string, at = '2026-11-21T10') => `asks#${personTag(person)}#${at}`;
const asksTo = ({ outside }: Fakes, person: string) =>
  outside.mails.filter(({ to, text }) => to === `${person}@example.com` && text.includes('/r/'));
const leftTo = ({ tables }: Fakes, person: string) =>
  [...tables.digests.values()].filter((ask) => ask.whose === personTag(person));

/** A cloud in which bob was asked that often in this hour. */
async function crowded(asked: number): Promise<Memory> {
  const cloud = new Memory();
  await cloud.perform({ do: 'open' });
  for (let n = 0; n < asked; n++)
    cloud.fakes.tables.markers.set(`${hour('bob')} another-${n}/ask/1/0/bob/1`, {
      at: cloud.fakes.now.toISOString(),
      tries: 1,
      messageId: `message-${n}`,
    });
  return cloud;
}

test('R42 thirty requests ask one person in an hour: twelve by a mail each, eighteen are left to a digest', async () => {
  const fakes = fakeServices();
  for (const id of await openMany(fakes, 30, { risk: 'low' })) await reconcile(fakes.restarted(), id, stream);
  expect(asksTo(fakes, 'bob')).toHaveLength(limits.asksPerHour);
  expect(leftTo(fakes, 'bob')).toHaveLength(30 - limits.asksPerHour);
  expect(fakes.outside.retries).toEqual([]);
});

test('R42 thirty at the very same moment: never more than twelve, and whoever has no mail is in the digest', async () => {
  const fakes = fakeServices();
  const ids = await openMany(fakes, 30, { risk: 'low' });
  await Promise.all(ids.map((id) => reconcile(fakes.restarted(), id, stream)));
  const mailed = asksTo(fakes, 'bob').length;
  expect(mailed).toBeLessThanOrEqual(limits.asksPerHour);
  expect(leftTo(fakes, 'bob')).toHaveLength(30 - mailed);
});

test("R42 one person's flood delays nobody else's mail", async () => {
  const cloud = await crowded(12);
  await reconcile(cloud.fakes, cloud.id, stream);
  expect(asksTo(cloud.fakes, 'bob')).toEqual([]);
  expect(asksTo(cloud.fakes, 'carol')).toHaveLength(1);
  expect(leftTo(cloud.fakes, 'carol')).toEqual([]);
  expect(cloud.fakes.outside.retries).toEqual([]);
});

test('the twelfth goes out by itself; what is asked in the next hour counts anew', async () => {
  const twelfth = await crowded(11);
  await reconcile(twelfth.fakes, twelfth.id, stream);
  expect(asksTo(twelfth.fakes, 'bob')).toHaveLength(1);
  const fakes = fakeServices();
  await openMany(fakes, 12, { risk: 'low' });
  fakes.advance(3600);
  const later = await openMany(fakes, 1, { risk: 'low' }, 12);
  for (const id of fakes.tables.log.keys()) await reconcile(fakes, id, stream);
  expect(asksTo(fakes, 'bob')).toHaveLength(13);
  expect([...fakes.tables.markers.keys()].filter((name) => name.startsWith(hour('bob', '2026-11-21T11')))).toEqual([
    `${hour('bob', '2026-11-21T11')} ${later[0]}/ask/1/0/bob/1`,
  ]);
});

test('R23 what is left to the digest is not mailed by itself however often it comes again, nor when there is room', async () => {
  const cloud = await crowded(12);
  await reconcile(cloud.fakes, cloud.id, stream);
  for (const name of [...cloud.fakes.tables.markers.keys()])
    if (name.includes('another')) cloud.fakes.tables.markers.delete(name);
  cloud.fakes.tables.rows.delete(cloud.id);
  for (let times = 0; times < 3; times++) await reconcile(cloud.fakes.restarted(), cloud.id, stream);
  expect(asksTo(cloud.fakes, 'bob')).toEqual([]);
  expect(leftTo(cloud.fakes, 'bob')).toEqual([
    {
      kind: 'ask',
      whose: personTag('bob'),
      id: cloud.id,
      mail: 'ask/1/0/bob/1',
      source: 'states:countersign-approval',
      since: '2026-11-21T10:00:00.000Z',
    },
  ]);
});

describe('invariant 10: what an earlier version mailed, with the marker beside the row', () => {
  const before = async (marker: { tries: number; messageId?: string }) => {
    const cloud = new Memory();
    await cloud.perform({ do: 'open' });
    cloud.fakes.tables.markers.set(`${cloud.id} ask/1/0/bob/1`, { at: cloud.fakes.now.toISOString(), ...marker });
    return cloud;
  };

  test('is not mailed again', async () => {
    const cloud = await before({ tries: 1, messageId: 'message-1' });
    await reconcile(cloud.fakes, cloud.id, stream);
    expect(asksTo(cloud.fakes, 'bob')).toEqual([]);
    expect(asksTo(cloud.fakes, 'carol')).toHaveLength(1);
    expect(await cloud.fakes.markers.countIn(hour('bob'))).toBe(0);
  });

  test('claimed and never sent: it is sent once more, under that marker', async () => {
    const cloud = await before({ tries: 1 });
    await reconcile(cloud.fakes, cloud.id, stream);
    expect(asksTo(cloud.fakes, 'bob')).toEqual([]);
    cloud.fakes.advance(121);
    await cloud.settleDown();
    expect(asksTo(cloud.fakes, 'bob')).toHaveLength(1);
    expect(cloud.fakes.tables.markers.get(`${cloud.id} ask/1/0/bob/1`)).toMatchObject({
      tries: 2,
      messageId: 'message-2',
    });
  });
});

test('a mail that asks spends one conditional write before it goes out, and one after', async () => {
  const fakes = fakeServices();
  const [id = ''] = await openMany(fakes, 1, { risk: 'low' });
  const request = fold(await fakes.log.read(id));
  if (!request) throw new Error('nothing was opened');
  const from = fakes.calls.length;
  await sendMails(fakes, request, 0);
  const calls = fakes.calls.slice(from).filter((name) => /^(markers|digests|mailer)\./.test(name));
  expect(calls).toEqual(['markers.lookAt', 'markers.claim', 'markers.countIn', 'mailer.send', 'markers.sent']);
});
