import { limits } from '../../../core/limits.ts';
import { personTag } from '../../../core/link.ts';
import { cancelByEvent } from '../../../lambdas/commands/cancel-by-event.ts';
import { runCommand } from '../../../lambdas/commands/run-command.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import { sendDigests } from '../../../lambdas/reactions/send-digests.ts';
import type { Mail } from '../../../lambdas/services.ts';
import { Memory } from '../../support/crash/memory.ts';
import { type Fakes, fakeServices } from '../../support/fakes.ts';
import { openMany } from '../../support/flood.ts';

beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => jest.restoreAllMocks());

const stream = { by: 'stream' as const };
const [alice, bob] = ['alice@example.com', 'bob@example.com'];
const cap = limits.asksPerHour;
/** Mails with one outcome, and those that list many. */
const tellsTo = ({ outside }: Fakes, address: string) =>
  outside.mails.filter(({ to, subject }) => to === address && subject.startsWith('Cancelled: '));
const newsTo = ({ outside }: Fakes, address: string) =>
  outside.mails.filter(({ to, subject }) => to === address && subject.startsWith('What became of '));
const leftTo = ({ tables }: Fakes, address: string) =>
  [...tables.digests.values()].filter(({ kind, whose }) => kind === 'tell' && whose === personTag(address));
const listed = (mails: Mail[]) =>
  mails.flatMap(({ text }) => [...text.matchAll(/^Request: (\S+), /gm)].map(([, key]) => key));

/** So many requests of alice's that ask bob alone, each reacted to. */
async function asked(count: number, fakes = fakeServices()): Promise<{ fakes: Fakes; ids: string[] }> {
  const ids = await openMany(fakes, count, { risk: 'low' });
  await reacted(fakes, ids);
  return { fakes, ids };
}

async function reacted(fakes: Fakes, ids: string[]): Promise<void> {
  for (const id of ids) await reconcile(fakes.restarted(), id, stream);
}

async function cancelAll(fakes: Fakes, count: number): Promise<void> {
  const event = { id: 'cancel', source: 'demo.shop', account: '000000000000', 'detail-type': 'Cancel Approval' };
  for (let n = 0; n < count; n++)
    await cancelByEvent(fakes, { ...event, detail: { requestId: `demo.shop-${n}`, reason: 'not needed' } });
}

test('R42 W6 a flood that is cancelled tells whom it asked, and not those whom no mail had asked yet', async () => {
  const { fakes, ids } = await asked(30);
  await cancelAll(fakes, 30);
  await reacted(fakes, ids);
  expect(tellsTo(fakes, bob)).toHaveLength(cap);
  expect(leftTo(fakes, bob)).toEqual([]);
  fakes.advance(61);
  await sendDigests(fakes);
  expect(newsTo(fakes, bob)).toEqual([]);
  expect(fakes.outside.mails.filter(({ subject }) => subject.startsWith('Please decide: 1'))).toEqual([]);
  expect(fakes.tables.digests.size).toBe(0);
  expect(fakes.outside.retries).toEqual([]);
});

test('R42 W6 thirty outcomes in an hour: twelve by a mail each, eighteen in one digest, without a link', async () => {
  const { fakes, ids } = await asked(30);
  fakes.advance(61);
  await sendDigests(fakes);
  await cancelAll(fakes, 30);
  await reacted(fakes, ids);
  for (const address of [alice, bob]) {
    expect(tellsTo(fakes, address)).toHaveLength(cap);
    expect(leftTo(fakes, address)).toHaveLength(30 - cap);
  }
  fakes.advance(61);
  await expect(sendDigests(fakes)).resolves.toEqual({ sent: 2, failed: 0 });
  for (const [address, role] of [
    [alice, 'are named as the one who asked for it'],
    [bob, 'were asked to decide it'],
  ] as const) {
    const [news, ...more] = newsTo(fakes, address);
    expect(more).toEqual([]);
    expect(news?.subject).toBe('What became of 18 requests');
    expect(news?.text).toMatch(/What became of it: Cancelled by .*, Sat 21 Nov 2026, 10:01 UTC/);
    expect(news?.text).toContain(`You: ${role}`);
    expect(news?.text).not.toContain('/r/');
    expect(new Set(listed([...tellsTo(fakes, address), ...newsTo(fakes, address)])).size).toBe(30);
  }
  expect(fakes.tables.digests.size).toBe(0);
});

test('R42 thirty at the very same moment: never more than twelve, and what has no mail is in the digest', async () => {
  const { fakes, ids } = await asked(30);
  await cancelAll(fakes, 30);
  await Promise.all(ids.map((id) => reconcile(fakes.restarted(), id, stream)));
  const told = tellsTo(fakes, alice).length;
  expect(told).toBeLessThanOrEqual(cap);
  expect(leftTo(fakes, alice)).toHaveLength(30 - told);
});

test('R23 what was told by a digest is told by no later one, nor by itself, however often it comes again', async () => {
  const { fakes, ids } = await asked(14);
  await cancelAll(fakes, 14);
  await reacted(fakes, ids);
  fakes.advance(61);
  await sendDigests(fakes);
  const sent = fakes.outside.mails.length;
  fakes.tables.rows.clear();
  for (let times = 0; times < 2; times++) await reacted(fakes, ids);
  fakes.advance(3600);
  await expect(sendDigests(fakes)).resolves.toEqual({ sent: 0, failed: 0 });
  expect(fakes.outside.mails).toHaveLength(sent);
});

test('what asks does not count against what tells, and the next hour counts anew', async () => {
  const { fakes, ids } = await asked(13);
  await cancelAll(fakes, 12);
  await reacted(fakes, ids);
  expect(tellsTo(fakes, alice)).toHaveLength(12);
  fakes.advance(3600);
  await cancelAll(fakes, 13);
  await reacted(fakes, ids);
  expect(tellsTo(fakes, alice)).toHaveLength(13);
  expect(leftTo(fakes, alice)).toEqual([]);
});

/** A request that asks bob and carol, in an hour in which that address was told so often. */
async function crowded(address: string): Promise<Memory> {
  const cloud = new Memory();
  await cloud.play([{ do: 'open' }, { do: 'settle' }]);
  for (let n = 0; n < cap; n++)
    cloud.fakes.tables.markers.set(`tells#${personTag(address)}#2026-11-21T10 other-${n}`, {
      at: cloud.fakes.now.toISOString(),
      tries: 1,
      messageId: 'other',
    });
  return cloud;
}

test('R42 what counts is the mailbox; the others are told at once', async () => {
  const cloud = await crowded(bob);
  await cloud.perform({ do: 'cancel' });
  await reconcile(cloud.fakes, cloud.id, stream);
  expect(tellsTo(cloud.fakes, bob)).toEqual([]);
  expect(leftTo(cloud.fakes, bob)).toHaveLength(1);
  for (const other of ['carol@example.com', alice]) expect(tellsTo(cloud.fakes, other)).toHaveLength(1);
  await cloud.settleDown();
  expect(listed(newsTo(cloud.fakes, bob))).toEqual(['deploy-42']);
});

test('who was asked in a digest while the request was being settled is told all the same', async () => {
  const { fakes, ids } = await asked(cap + 1);
  fakes.advance(61);
  const sweeping = fakes.restarted();
  let settled = false;
  sweeping.mailer = {
    async send(mail) {
      // Cancelled, and everybody told, between the look at what waits and the digest's being out.
      await cancelAll(fakes, cap + 1);
      await reacted(fakes, ids);
      settled = true;
      return fakes.mailer.send(mail);
    },
  };
  await expect(sendDigests(sweeping)).resolves.toEqual({ sent: 1, failed: 0 });
  expect(settled).toBe(true);
  const [last = ''] = ids.slice(-1);
  expect(fakes.outside.retries).toEqual([{ id: last, seq: 1, kind: 'mail' }]);
  fakes.outside.retries.splice(0);
  await reconcile(fakes.restarted(), last, { by: 'retry', kind: 'mail', seq: 1, last: false });
  expect(leftTo(fakes, bob).map(({ id }) => id)).toEqual([last]);
});

test('R33 an outcome that no digest could tell is noted', async () => {
  const cloud = await crowded(bob);
  await cloud.perform({ do: 'cancel' });
  await reconcile(cloud.fakes, cloud.id, stream);
  cloud.fakes.advance(61);
  cloud.fakes.outside.mailReply = ({ to }) => (to === bob ? { refused: 'not verified' } : undefined);
  await sendDigests(cloud.fakes);
  expect(cloud.request?.notNotified).toMatchObject([{ mail: 'settled/bob', to: bob, reason: 'not verified' }]);
  expect(cloud.fakes.tables.digests.size).toBe(0);
});

test('invariant 10: what an earlier version told, with the marker beside the row, is not told again', async () => {
  const cloud = new Memory();
  await cloud.play([{ do: 'open' }, { do: 'settle' }]);
  const at = cloud.fakes.now.toISOString();
  cloud.fakes.tables.markers.set(`${cloud.id} settled/bob`, { at, tries: 1, messageId: 'message-1' });
  cloud.fakes.tables.markers.set(`${cloud.id} outcome`, { at, tries: 1 });
  cloud.fakes.advance(121);
  await cloud.perform({ do: 'cancel' });
  await cloud.settleDown();
  expect(
    cloud.fakes.outside.mails.filter(({ subject }) => subject.startsWith('Cancelled')).map(({ to }) => to),
  ).toEqual(expect.arrayContaining([alice, 'carol@example.com']));
  expect(tellsTo(cloud.fakes, bob)).toEqual([]);
  expect(tellsTo(cloud.fakes, alice)).toHaveLength(1);
  expect(cloud.fakes.tables.markers.get(`${cloud.id} outcome`)).toMatchObject({ tries: 2 });
});

test('a mail that tells spends one conditional write before it goes out, and one after; all are looked at together', async () => {
  const { fakes, ids } = await asked(1);
  await cancelAll(fakes, 1);
  const from = fakes.calls.length;
  await reacted(fakes, ids);
  const calls = fakes.calls.slice(from).filter((name) => /^(markers|digests|mailer)\./.test(name));
  const two = (name: string) => [name, name];
  expect(calls.toSorted()).toEqual(
    ['markers.lookAt', ...['markers.claim', 'markers.countIn', 'mailer.send', 'markers.sent'].flatMap(two)].toSorted(),
  );
  expect(calls[0]).toBe('markers.lookAt');
});

test('W1 too few are left to approve it: the requester is told once, why, and what they can do', async () => {
  const cloud = new Memory();
  await cloud.play([{ do: 'open' }, { do: 'settle' }]);
  for (const commandId of ['recheck:1', 'recheck:2']) {
    const note = { type: 'note_unreachable' as const, commandId, problems: ["stage 'review': nobody is left"] };
    await runCommand(cloud.fakes, cloud.id, note);
    cloud.fakes.advance(3600);
    await cloud.settleDown();
  }
  const told = cloud.fakes.outside.mails.filter(({ to }) => to === alice);
  expect(told.map(({ subject }) => subject)).toEqual(['Cannot be approved any more: Deploy shop']);
  expect(told[0]?.text).toContain("stage 'review': nobody is left");
});

test('R42 a directory that is emptied under a hundred requests: twelve such mails, the rest in a digest', async () => {
  const { fakes, ids } = await asked(20);
  for (const id of ids)
    await runCommand(fakes, id, { type: 'note_unreachable', commandId: 'recheck', problems: ['nobody is left'] });
  await reacted(fakes, ids);
  expect(fakes.outside.mails.filter(({ to }) => to === alice)).toHaveLength(cap);
  fakes.advance(61);
  await sendDigests(fakes);
  const [news] = newsTo(fakes, alice);
  expect(news?.subject).toBe('What became of 8 requests');
  expect(news?.text).toContain(
    'What became of it: Too few are left who may approve it. It expires on Sun 22 Nov 2026, 10:00 UTC unless it is decided before.',
  );
});
