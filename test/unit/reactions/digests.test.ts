import fc from 'fast-check';
import { limits } from '../../../core/limits.ts';
import { personTag } from '../../../core/link.ts';
import { cancelByEvent } from '../../../lambdas/commands/cancel-by-event.ts';
import { showReview } from '../../../lambdas/handlers/review-routes.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import { inTurn, sendDigests } from '../../../lambdas/reactions/send-digests.ts';
import { sweep } from '../../../lambdas/reactions/sweep.ts';
import type { LeftMail, Mail } from '../../../lambdas/services.ts';
import { type Fakes, fakeServices } from '../../support/fakes.ts';
import { openMany } from '../../support/flood.ts';

beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => jest.restoreAllMocks());

const stream = { by: 'stream' as const };
const linksIn = ({ text }: Mail) => [...text.matchAll(/\/r\/([A-Za-z0-9_-]{88})/g)].map(([, token = '']) => token);
const digestsTo = ({ outside }: Fakes, person: string) =>
  outside.mails.filter(
    ({ to, subject }) => to === `${person}@example.com` && /^Please decide: \d+ requests?$/.test(subject),
  );

/** So many requests that ask bob alone, each reacted to. */
async function flooded(count: number, fakes = fakeServices(), source = 'demo.shop'): Promise<Fakes> {
  for (const id of await openMany(fakes, count, { risk: 'low', source }))
    await reconcile(fakes.restarted(), id, stream);
  return fakes;
}

async function cancelled(fakes: Fakes, requestId: string): Promise<void> {
  const event = { id: 'cancel', source: 'demo.shop', account: '000000000000', 'detail-type': 'Cancel Approval' };
  await cancelByEvent(fakes, { ...event, detail: { requestId, reason: 'not needed' } });
}

test('R42 the sweep mails one digest with the rest: what, who asks, where, how risky, until when, and a link that works', async () => {
  const fakes = await flooded(30);
  fakes.advance(61);
  await expect(sweep(fakes)).resolves.toMatchObject({ digests: 1, failed: 0 });
  const [digest, ...more] = digestsTo(fakes, 'bob');
  expect(more).toEqual([]);
  if (!digest) throw new Error('no digest');
  for (const told of [digest.text, digest.html.replaceAll(/<[^>]*>/g, '')]) {
    expect(told).toContain('18 requests wait for your decision');
    expect(told).toContain('events:demo.shop@000000000000: 18 of 18');
    expect(told).toContain('Report this');
    for (const said of ['Deploy shop 29', 'production, low risk', 'alice@example.com', 'Sun 22 Nov 2026, 10:00 UTC'])
      expect(told).toContain(said);
  }
  const asked = fakes.outside.mails.filter((mail) => mail !== digest).flatMap(linksIn);
  const links = linksIn(digest);
  expect(new Set([...asked, ...links]).size).toBe(30);
  for (const link of links) expect((await showReview(fakes, link)).status).toBe(200);
  expect(fakes.tables.digests.size).toBe(0);
});

test('R23 a request that was in a digest is mailed by no later one, nor by itself', async () => {
  const fakes = await flooded(14);
  fakes.advance(61);
  await sendDigests(fakes);
  const sent = fakes.outside.mails.length;
  fakes.tables.rows.clear();
  for (const id of fakes.tables.log.keys()) await reconcile(fakes.restarted(), id, stream);
  fakes.advance(3600);
  await expect(sendDigests(fakes)).resolves.toEqual({ sent: 0, failed: 0 });
  expect(fakes.outside.mails).toHaveLength(sent);
  expect(fakes.tables.digests.size).toBe(0);
});

test('R42 a digest is begun once its first has waited a minute, and no person has two within a quarter of an hour', async () => {
  const fakes = await flooded(13);
  fakes.advance(59);
  await expect(sendDigests(fakes)).resolves.toEqual({ sent: 0, failed: 0 });
  fakes.advance(1);
  await expect(sendDigests(fakes)).resolves.toEqual({ sent: 1, failed: 0 });
  const first = fakes.now.getTime();
  const [late = ''] = await openMany(fakes, 1, { risk: 'low' }, 100);
  await reconcile(fakes.restarted(), late, stream);
  while (digestsTo(fakes, 'bob').length < 2) {
    fakes.advance(30);
    await sendDigests(fakes);
    if (fakes.now.getTime() > first + 3600_000) throw new Error('the second digest never came');
  }
  const apart = (fakes.now.getTime() - first) / 1000;
  expect(apart).toBeGreaterThanOrEqual(limits.digestEverySeconds);
  expect(apart).toBeLessThan(2 * limits.digestEverySeconds);
});

test('what was settled meanwhile is dropped in silence; where nothing is left there is no digest', async () => {
  const fakes = await flooded(14);
  await cancelled(fakes, 'demo.shop-12');
  fakes.advance(61);
  await sendDigests(fakes);
  const [digest] = digestsTo(fakes, 'bob');
  expect(digest?.subject).toBe('Please decide: 1 request');
  expect(digest?.text).toContain('demo.shop-13');
  expect(digest?.text).not.toContain('demo.shop-12');

  const none = await flooded(13);
  await cancelled(none, 'demo.shop-12');
  none.advance(61);
  await expect(sendDigests(none)).resolves.toEqual({ sent: 0, failed: 0 });
  expect(none.tables.digests.size).toBe(0);
  expect(digestsTo(none, 'bob')).toEqual([]);
});

test('R42 sixty-five too many: fifty in the first digest, and how many more; the rest in the next', async () => {
  const fakes = await flooded(limits.asksPerHour + 65);
  fakes.advance(61);
  await sendDigests(fakes);
  fakes.advance(limits.digestEverySeconds + 1);
  await sendDigests(fakes);
  const [first, second] = digestsTo(fakes, 'bob');
  expect(first?.subject).toBe('Please decide: 50 requests');
  expect(first?.text).toContain('Up to 15 more wait. The next mail like this lists them.');
  expect(second?.subject).toBe('Please decide: 15 requests');
  expect(second?.text).not.toContain('more wait');
  expect(new Set([first, second].flatMap((mail) => (mail ? linksIn(mail) : []))).size).toBe(65);
});

test('R42 whoever floods pushes nobody else out of the digest, and is named in it', async () => {
  const fakes = await flooded(limits.asksPerHour + 80);
  await flooded(2, fakes, 'demo.bank');
  fakes.advance(61);
  await sendDigests(fakes);
  const [digest] = digestsTo(fakes, 'bob');
  expect(digest?.text).toContain('demo.bank-0');
  expect(digest?.text).toContain('demo.bank-1');
  expect(digest?.text).toContain('Most came from: events:demo.shop@000000000000: 80 of 82');
});

test('in turn: everything is there, each source oldest first, and none is ahead of another by more than one', () => {
  const ask = fc.record({
    kind: fc.constant('ask' as const),
    whose: fc.constant('p'),
    id: fc.uuid(),
    mail: fc.constant('m'),
    source: fc.constantFrom('a', 'b', 'c'),
    since: fc.date({ min: new Date(0), max: new Date(1e12), noInvalidDate: true }).map((date) => date.toISOString()),
  });
  fc.assert(
    fc.property(fc.array(ask, { maxLength: 30 }), (asks: LeftMail[]) => {
      const turns = inTurn(asks);
      expect(new Set(turns)).toEqual(new Set(asks));
      const of = (source: string, list: LeftMail[]) => list.filter((one) => one.source === source);
      for (const source of ['a', 'b', 'c']) {
        const times = of(source, turns).map(({ since }) => since);
        expect(times).toEqual([...times].sort());
        for (let upTo = 0; upTo <= turns.length; upTo++) {
          const listed = of(source, turns.slice(0, upTo)).length;
          for (const other of ['a', 'b', 'c'])
            expect(listed - of(other, turns.slice(0, upTo)).length > 1 && of(other, turns.slice(upTo)).length > 0).toBe(
              false,
            );
        }
      }
    }),
  );
});

describe('SES does not take a digest', () => {
  test('R33 refused for good: each request in it notes that its approver was not notified', async () => {
    const fakes = await flooded(14);
    fakes.advance(61);
    fakes.outside.mailReply = () => ({ refused: 'not verified' });
    await expect(sendDigests(fakes)).resolves.toEqual({ sent: 0, failed: 0 });
    const noted = [...fakes.tables.log.values()].flat().filter(({ type }) => type === 'not_notified');
    expect(noted).toMatchObject([
      { mail: 'ask/1/0/bob/1', to: 'bob@example.com', reason: 'not verified' },
      { mail: 'ask/1/0/bob/1', to: 'bob@example.com', reason: 'not verified' },
    ]);
    expect(fakes.tables.digests.size).toBe(0);
  });

  test('throttled: nothing is lost, and the next sweep sends it', async () => {
    const fakes = await flooded(14);
    fakes.advance(61);
    fakes.outside.mailReply = () => ({ retry: 'Throttling' });
    await expect(sendDigests(fakes)).resolves.toEqual({ sent: 0, failed: 1 });
    fakes.outside.mailReply = () => undefined;
    fakes.advance(240);
    await expect(sendDigests(fakes)).resolves.toEqual({ sent: 1, failed: 0 });
    expect(digestsTo(fakes, 'bob').flatMap(linksIn)).toHaveLength(2);
  });
});

test("one person's digest that fails keeps nobody else from theirs", async () => {
  const fakes = fakeServices();
  for (const id of await openMany(fakes, 14, { risk: 'medium' })) await reconcile(fakes.restarted(), id, stream);
  fakes.advance(61);
  fakes.outside.mailReply = ({ to }) => (to === 'bob@example.com' ? { retry: 'Throttling' } : undefined);
  await expect(sendDigests(fakes)).resolves.toEqual({ sent: 1, failed: 1 });
  expect(digestsTo(fakes, 'carol')).toHaveLength(1);
  expect([...fakes.tables.digests.values()].every(({ whose }) => whose === personTag('bob'))).toBe(true);
});
