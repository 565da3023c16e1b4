import { fold } from '../../../core/fold.ts';
import { reviewKey } from '../../../core/person/review.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import { Desk, policyWith } from '../../support/review-desk.ts';

/** Overrides are approved by bob or dan, within a week, and reviewed by carol within an hour. */
function overrides(rule = 'any'): string {
  return policyWith(
    ['{ name: review, approvers: [bob, carol], rule: any, timeout: 24_hours }'],
    `approval_workflows:
  expert_review: { approver: carol }
  emergency_bypass:
    approvers: [bob, dan]
    rule: ${rule}
    timeout: 1_week
    review: { approver: carol, timeout: 1_hour }
`,
  );
}
const down = { override: { justification: 'checkout is down' } };

/** What the stream would deliver, until nothing is written any more. */
async function react({ fakes }: Desk): Promise<void> {
  const total = () => [...fakes.tables.log.values()].flat().length;
  for (let entries = -1; entries !== total(); ) {
    entries = total();
    for (const id of [...fakes.tables.log.keys()]) await reconcile(fakes, id, { by: 'stream' });
  }
}

/** Two overrides of alice's wait. */
async function two(rule?: string): Promise<{ first: Desk; second: Desk }> {
  const first = await Desk.asked(overrides(rule), { ...down, title: 'Restart checkout' });
  return { first, second: await first.alsoAsked({ ...down, requestId: 'again' }) };
}

/** The first took effect two hours ago, and nobody has reviewed it. */
async function overdue(rule?: string): Promise<{ first: Desk; second: Desk }> {
  const desks = await two(rule);
  for (const person of rule ? ['bob', 'dan'] : ['bob'])
    await desks.first.send(await desks.first.link(person), 'approve');
  expect(desks.first.request).toMatchObject({ status: 'settled', outcome: 'bypassed' });
  await react(desks.first);
  desks.first.fakes.advance(2 * 3600);
  return desks;
}

/** carol says what she thinks of the first. */
async function reviewed({ fakes, id }: Desk): Promise<void> {
  const review = Object.assign(new Desk(fakes), { id: reviewKey({ override: id, nth: 1 }).id });
  await review.send(await review.link('carol'), 'approve');
  expect(fold(review.log)?.status).toBe('settled');
  await react(review);
}

/** Times the people's logs were read while something was done. */
async function readsOf({ fakes }: Desk, does: () => Promise<unknown>): Promise<string[]> {
  const from = fakes.calls.length;
  await does();
  return fakes.calls.slice(from).filter((call) => call.startsWith('people.') || call === 'policy.version');
}

test('R40 an override asked for before its requester owed an overdue review is not let through while they do', async () => {
  const { first, second } = await overdue();
  const page = await second.send(await second.link('bob'), 'approve');
  expect([page.status, page.text]).toEqual([
    403,
    expect.stringMatching(
      /'Restart checkout'.* has been overdue since .*Nothing has changed, and nothing was decided/s,
    ),
  ]);
  expect(second.request).toMatchObject({ status: 'pending', round: { votes: [] } });
  expect(second.log.at(-1)).toMatchObject({ type: 'attempt_refused', code: 'override_blocked' });
  await reviewed(first);
  expect((await second.send(await second.link('bob'), 'approve')).status).toBe(200);
  expect(second.request).toMatchObject({ status: 'settled', outcome: 'bypassed' });
});

test('R40 it is let through until the moment when the review is overdue', async () => {
  const { first, second } = await two();
  await first.send(await first.link('bob'), 'approve');
  await react(first);
  first.fakes.advance(3599);
  await second.send(await second.link('bob'), 'approve');
  expect(second.request).toMatchObject({ status: 'settled', outcome: 'bypassed' });
});

test('R40 it can be turned down all the same, and approved as long as that lets nothing through', async () => {
  const { second } = await overdue('{ quorum: 2 }');
  expect((await second.send(await second.link('bob'), 'approve')).status).toBe(200);
  expect(second.request).toMatchObject({ status: 'pending', round: { votes: [{ person: 'bob' }] } });
  expect((await second.send(await second.link('dan'), 'approve')).status).toBe(403);
  await second.send(await second.link('dan'), 'reject', { comment: 'Not this time' });
  expect(second.request).toMatchObject({ status: 'settled', outcome: 'rejected' });
});

test('R40 raced approvals of an override let none through while a review is overdue', async () => {
  const { second } = await overdue();
  const links = await Promise.all(['bob', 'dan', 'bob', 'dan', 'bob'].map((person) => second.link(person)));
  const nonces = await Promise.all(links.map((link) => second.nonce(link)));
  const said = await Promise.all(links.map((link, i) => second.send(link, 'approve', {}, nonces[i])));
  expect(said.map(({ status }) => status)).toEqual(links.map(() => 403));
  expect(second.request).toMatchObject({ status: 'pending', round: { votes: [] } });
});

test('R40 raced, the last two votes of an override let it through in neither order', async () => {
  const { second } = await overdue('{ quorum: 2 }');
  const links = [await second.link('bob'), await second.link('dan')];
  const nonces = await Promise.all(links.map((link) => second.nonce(link)));
  const said = await Promise.all(links.map((link, i) => second.send(link, 'approve', {}, nonces[i])));
  expect(said.map(({ status }) => status).sort()).toEqual([200, 403]);
  expect(second.request).toMatchObject({ status: 'pending', round: { votes: [{ vote: 'for' }] } });
});

test('R40 one that was granted for later runs out at its time, and its record says why', async () => {
  const { first, second } = await two();
  const notBefore = new Date(first.fakes.now.getTime() + 3 * 3600_000).toISOString().slice(0, 16);
  await second.send(await second.link('bob'), 'approve', { notBefore });
  expect(second.request.status).toBe('granted');
  await first.send(await first.link('bob'), 'approve');
  await react(first);
  first.fakes.advance(4 * 3600);
  await reconcile(first.fakes, second.id, { by: 'timer' });
  await react(second);
  expect(second.request).toMatchObject({ status: 'settled', outcome: 'expired' });
  expect(second.log.find(({ type }) => type === 'found_unreachable')).toMatchObject({
    problems: [expect.stringContaining('review')],
  });
});

test('R40 one that was granted for later takes effect where the review is done by then', async () => {
  const { first, second } = await two();
  const notBefore = new Date(first.fakes.now.getTime() + 3 * 3600_000).toISOString().slice(0, 16);
  await second.send(await second.link('bob'), 'approve', { notBefore });
  await first.send(await first.link('bob'), 'approve');
  await react(first);
  first.fakes.advance(2 * 3600);
  await reviewed(first);
  first.fakes.advance(2 * 3600);
  await reconcile(first.fakes, second.id, { by: 'timer' });
  expect(second.request).toMatchObject({ status: 'settled', outcome: 'bypassed' });
});

test('R40 only an override is asked about in its person’s log: once, and the policy only where AWS does not say whose it is', async () => {
  const { second } = await two();
  const ordinary = await second.alsoAsked({ requestId: 'ordinary' });
  const link = await ordinary.link('carol');
  const nonce = await ordinary.nonce(link);
  expect(await readsOf(ordinary, () => ordinary.send(link, 'approve', {}, nonce))).toEqual([]);
  expect(ordinary.log.at(-1)).toMatchObject({ type: 'decided', effect: 'stage_passed' });
  const its = await second.link('bob');
  const of = await second.nonce(its);
  expect(await readsOf(second, () => second.send(its, 'approve', {}, of))).toEqual(['policy.version', 'people.read']);
});
