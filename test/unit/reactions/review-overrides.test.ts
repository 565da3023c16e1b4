import { reviewKey } from '../../../core/person/review.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import { rowOf } from '../../../lambdas/reactions/row.ts';
import { sweep } from '../../../lambdas/reactions/sweep.ts';
import { type Fakes, fakeServices } from '../../support/fakes.ts';
import { answered, askForOverride, emergencyPolicy, personRecord, requestIn } from '../../support/overrides.ts';

const logged: string[] = [];
beforeEach(() => {
  logged.length = 0;
  jest.spyOn(console, 'error').mockImplementation((...said) => void logged.push(JSON.stringify(said)));
});
afterEach(() => jest.restoreAllMocks());

const hour = 3600_000;
const inHours = (fakes: Fakes, hours: number) => new Date(fakes.now.getTime() + hours * hour).toISOString();
const idOf = (opening: Awaited<ReturnType<typeof askForOverride>>): string => {
  if (opening.kind === 'refused') throw new Error(opening.refusal.message);
  return opening.request.id;
};
const counted = (fakes: Fakes, name: string) => fakes.outside.counts.filter((count) => count.name === name);

/** What the stream would deliver, until nothing is written any more. */
async function react(fakes: Fakes): Promise<void> {
  for (let entries = -1; entries !== total(fakes); ) {
    entries = total(fakes);
    for (const id of [...fakes.tables.log.keys()]) await reconcile(fakes, id, { by: 'stream' });
  }
}
const total = (fakes: Fakes) => [...fakes.tables.log.values()].flat().length;

/** alice's override, let through: approved by frank, or acted first. */
async function letThrough(fakes: Fakes, actsFirst = false): Promise<string> {
  const id = idOf(await askForOverride(fakes, 'one', actsFirst ? { person: 'alice' } : {}));
  if (!actsFirst) await answered(fakes, id, 'frank', 'approve');
  return id;
}

function published(actFirst: string[] = []): Fakes {
  const fakes = fakeServices();
  fakes.publish(emergencyPolicy(actFirst));
  return fakes;
}

describe('R40 an override that took effect is reviewed by a request of its own', () => {
  test.each([
    ['approved by whoever is on call', false, ['frank@example.com']],
    ['acted first', true, ['alice@example.com']],
  ])('%s', async (_, actsFirst, decidedBy) => {
    const fakes = published(actsFirst ? ['alice'] : []);
    const id = await letThrough(fakes, actsFirst);
    const due = inHours(fakes, 1);
    await react(fakes);
    const { id: reviewId } = reviewKey({ override: id, nth: 1 });
    const review = requestIn(fakes, reviewId);
    expect(requestIn(fakes, id)).toMatchObject({ status: 'settled', outcome: 'bypassed', review: reviewId });
    expect(review).toMatchObject({
      status: 'pending',
      source: 'countersign:override_review',
      requestId: `review:${id}`,
      verified: { via: 'own', account: '000000000000' },
      claim: {
        title: 'Review of an emergency override: Restart one',
        requestedBy: 'alice@example.com',
        environment: 'production',
        risk: 'high',
        facts: { review_due: due },
      },
      tasks: [],
      round: { gate: { stages: [{ approvers: [{ person: 'erin' }], timeout: 90 * 24 * 3600 }] } },
    });
    const payload = review?.round.payload;
    expect(JSON.parse(payload && 'text' in payload ? payload.text : '')).toEqual({
      override: id,
      requestId: 'one',
      title: 'Restart one',
      justification: 'checkout is down',
      digest: requestIn(fakes, id)?.round.digest,
      decidedBy,
    });
    expect(personRecord(fakes, 'alice')?.owed).toEqual([{ override: id, review: reviewId, due }]);
    expect(fakes.outside.mails.filter(({ to }) => to === 'erin@example.com')).toHaveLength(1);
    expect(counted(fakes, 'BypassUsed')).toMatchObject([{ dimensions: { kind: 'emergency_override' } }]);
  });

  test('neither who asked nor who approved it reviews it, by today’s directory', async () => {
    const fakes = published();
    const id = await letThrough(fakes);
    const policy = emergencyPolicy();
    policy.directory.groups.technical_lead = ['alice', 'dan', 'frank'];
    fakes.publish(policy);
    await react(fakes);
    const review = requestIn(fakes, reviewKey({ override: id, nth: 1 }).id);
    expect(review?.round.gate.stages[0]?.approvers.map(({ person }) => person)).toEqual(['dan']);
    expect(review?.excluded.people).toEqual(['alice', 'frank']);
  });

  test('one that was rejected owes none', async () => {
    const fakes = published();
    const id = idOf(await askForOverride(fakes, 'one'));
    await answered(fakes, id, 'frank', 'reject');
    await react(fakes);
    expect(personRecord(fakes, 'alice')).toMatchObject({ overrides: [{ request: id }], owed: [] });
    expect(fakes.tables.log.size).toBe(1);
  });
});

describe('R40 while a review is overdue', () => {
  async function overdue(): Promise<{ fakes: Fakes; id: string; review: string }> {
    const fakes = published(['alice']);
    const id = await letThrough(fakes, true);
    await react(fakes);
    fakes.advance(3600);
    return { fakes, id, review: reviewKey({ override: id, nth: 1 }).id };
  }

  test('that person has no other override; deciding the review unblocks them', async () => {
    const { fakes, review } = await overdue();
    await expect(askForOverride(fakes, 'two', { person: 'alice' })).resolves.toMatchObject({
      kind: 'refused',
      refusal: { code: 'override_blocked', status: 403 },
    });
    await answered(fakes, review, 'erin', 'reject');
    await react(fakes);
    expect(personRecord(fakes, 'alice')?.owed).toEqual([]);
    idOf(await askForOverride(fakes, 'two', { person: 'alice' }));
  });

  test('every sweep counts it, until it is decided', async () => {
    const { fakes, review } = await overdue();
    await sweep(fakes);
    await sweep(fakes);
    expect(counted(fakes, 'ReviewOverdue')).toHaveLength(2);
    await answered(fakes, review, 'erin', 'approve');
    await react(fakes);
    await sweep(fakes);
    expect(counted(fakes, 'ReviewOverdue')).toHaveLength(2);
  });

  test('a review that expires is followed by another, due when the first was', async () => {
    const { fakes, id, review } = await overdue();
    const before = personRecord(fakes, 'alice')?.owed[0];
    fakes.advance(90 * 24 * 3600);
    await reconcile(fakes, review, { by: 'timer' });
    await react(fakes);
    const second = reviewKey({ override: id, nth: 2 });
    expect(requestIn(fakes, review)).toMatchObject({ outcome: 'expired', review: second.id });
    expect(requestIn(fakes, second.id)).toMatchObject({ status: 'pending', requestId: `review:${id}:2` });
    expect(personRecord(fakes, 'alice')?.owed).toEqual([{ ...before, review: second.id }]);
    await answered(fakes, second.id, 'erin', 'approve');
    await react(fakes);
    expect(personRecord(fakes, 'alice')?.owed).toEqual([]);
  });
});

test('R40 a review that nobody could do is not passed over: it is owed, counted, and asked for by every sweep', async () => {
  const fakes = fakeServices();
  const policy = emergencyPolicy();
  // Who leads approved it.
  policy.directory.groups.technical_lead = ['frank'];
  fakes.publish(policy);
  const id = await letThrough(fakes);
  await react(fakes);
  const review = reviewKey({ override: id, nth: 1 }).id;
  expect(requestIn(fakes, review)).toBeUndefined();
  expect(personRecord(fakes, 'alice')?.owed).toMatchObject([{ override: id, review }]);
  expect(fakes.tables.rows.get(id)).toMatchObject({ status: 'settled', open: true });
  expect(counted(fakes, 'ReviewNotOpened').length).toBeGreaterThan(0);
  expect(logged.join()).toContain('there is nobody to review an override');

  fakes.advance(3600);
  await sweep(fakes);
  expect(counted(fakes, 'ReviewOverdue').length).toBeGreaterThan(0);
  await expect(askForOverride(fakes, 'two')).resolves.toMatchObject({ refusal: { code: 'override_blocked' } });
  expect(fakes.outside.retries).toEqual([]);

  fakes.publish(emergencyPolicy());
  await sweep(fakes);
  await react(fakes);
  expect(requestIn(fakes, review)).toMatchObject({ status: 'pending' });
  expect(fakes.tables.rows.get(id)).toMatchObject({ open: false });
});

const modes = ['before', 'after'] as const;

test('R37 crashed before and after each call on the way, the review is opened and owed all the same, once', async () => {
  const story = async (crashAt: number, when: (typeof modes)[number]): Promise<number> => {
    const fakes = published(['alice']);
    const id = await letThrough(fakes, true);
    let calls = 0;
    let crashed = false;
    const crash = async (work: (services: Fakes) => Promise<unknown>) => {
      const process = fakes.restarted();
      process.hook = (_, at) => {
        if (at === 'before') calls++;
        if (!crashed && calls === crashAt && at === when) {
          crashed = true;
          throw new Error('failed here');
        }
      };
      await work(process).catch(() => undefined);
    };
    const review = reviewKey({ override: id, nth: 1 }).id;
    await crash((services) => reconcile(services, id, { by: 'stream' }));
    fakes.outside.retries.length = 0;
    // Whatever was lost, the sweep and the stream of what was written see to it.
    fakes.advance(200);
    await sweep(fakes);
    await react(fakes);
    if (requestIn(fakes, review)?.status === 'pending') await answered(fakes, review, 'erin', 'approve');
    await crash((services) => reconcile(services, review, { by: 'stream' }));
    fakes.advance(200);
    for (const { kind, seq, ...message } of fakes.outside.retries.splice(0))
      if (kind !== 'everything') await reconcile(fakes, message.id, { by: 'retry', kind, seq, last: false });
    fakes.advance(200);
    await sweep(fakes);
    await react(fakes);

    expect(requestIn(fakes, id)?.review).toBe(review);
    expect(requestIn(fakes, review)).toMatchObject({ status: 'settled', outcome: 'approved' });
    expect([...fakes.tables.log.keys()].sort()).toEqual([id, review].sort());
    expect(fakes.tables.personLogs.size).toBe(1);
    expect([...fakes.tables.personLogs.values()].flat().map(({ type }) => type)).toEqual([
      'override_used',
      'review_owed',
      'review_done',
    ]);
    for (const one of [id, review]) {
      const request = requestIn(fakes, one);
      if (!request) throw new Error('no such request');
      expect(fakes.tables.rows.get(one)).toEqual(rowOf(request));
    }
    return calls;
  };
  const undisturbed = await story(0, 'before');
  expect(undisturbed).toBeGreaterThan(30);
  for (let at = 1; at <= undisturbed; at++)
    for (const when of modes)
      try {
        await story(at, when);
      } catch (error) {
        throw new Error(`failed ${when} call ${at}: ${error instanceof Error ? error.message : error}`);
      }
});
