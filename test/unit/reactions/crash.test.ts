import fc from 'fast-check';
import { errorOf } from '../../../core/answer.ts';
import { reactionsTo } from '../../../core/reactions.ts';
import { rowOf } from '../../../lambdas/reactions/row.ts';
import { type CrashPoint, Memory, type Step } from '../../support/crash/memory.ts';

// Each story is played once for each of its calls: seconds of work, on a busy machine more.
jest.setTimeout(60_000);

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  jest.spyOn(console, 'error').mockImplementation((...said) => void lines.push(JSON.stringify(said)));
});
afterEach(() => jest.restoreAllMocks());

const modes = ['killed before', 'killed after', 'failed before', 'failed after'] as const;

/** Everything that must hold of the one request and of the world around it, whatever happened and wherever it crashed. */
function holds(cloud: Memory): void {
  const { request, fakes, executions } = cloud;
  const { outside, tables } = fakes;
  if (!request) throw new Error('the request was never opened');
  const due = reactionsTo(request);
  expect(due.resume).toBeUndefined();
  expect(outside.schedules.get(request.id)).toBe(due.timer);
  expect(tables.rows.get(request.id)).toEqual(rowOf(request));

  const voters = request.round.votes.map(({ person }) => person);
  expect(new Set(voters).size).toBe(voters.length);

  for (const [arn, token] of executions) {
    const answer = token === undefined ? undefined : outside.answered.get(token);
    // A key is used up a day after its request was settled.
    if (answer && 'failed' in answer && answer.failed === 'Approval.Refused') {
      expect(request.tasks.some(({ execution }) => execution === arn)).toBe(false);
      continue;
    }
    if (token === undefined || request.status !== 'settled') expect(answer).toBeUndefined();
    else if (errorOf(request.outcome) === undefined) expect(answer).toMatchObject({ succeeded: { id: request.id } });
    else expect(answer).toMatchObject({ failed: errorOf(request.outcome) });
    const states = request.tasks.filter(({ execution }) => execution === arn).map(({ state }) => state);
    if (token === undefined) expect(['left', 'gone', undefined]).toContain(states.at(-1));
    else expect(states.at(-1)).toBe(request.status === 'settled' ? 'delivered' : 'waiting');
  }

  const told = outside.events.filter(({ detail }) => detail.id === request.id).map(({ detail }) => Number(detail.seq));
  for (const { seq } of request.milestones) expect(told).toContain(seq);
  expect(new Set(told).size).toBe(request.milestones.length);

  // One mail each, two where a crash kept it from being marked. `lost` twice is told, never passed over.
  const sent = new Map<string, number>();
  for (const { to, text } of outside.mails) sent.set(`${to} ${text}`, (sent.get(`${to} ${text}`) ?? 0) + 1);
  for (const count of sent.values()) expect(count).toBeLessThanOrEqual(2);
  const twice = [...sent.values()].reduce((extra, count) => extra + count - 1, 0);
  expect(twice).toBeLessThanOrEqual(cloud.unmarked);
  // By themselves and in digests together: each link goes out in one mail.
  const links = outside.mails.flatMap(({ text }) =>
    [...text.matchAll(/\/r\/[A-Za-z0-9_-]{88}/g)].map(([link]) => link),
  );
  expect(links.length - new Set(links).size).toBeLessThanOrEqual(cloud.unmarked);
  expect(tables.digests.size).toBe(0);
  for (const one of due.mails) {
    const { mail } = one;
    const asks = one.kind === 'settled' ? one.asks : [];
    if (asks.length > 0 && asks.every((ask) => isLeft(tables.markers.get(`${request.id} ${ask}`)))) continue;
    const sent = [...tables.markers].some(
      ([name, { messageId }]) => messageId !== undefined && isMarkerOf(name, request.id, mail),
    );
    expect(sent || request.notNotified.some((not) => not.mail === mail)).toBe(true);
  }
  const everything = JSON.stringify([[...tables.log.values()], outside.mails, outside.events, [...tables.rows], lines]);
  expect(everything).not.toMatch(/token-\d/);
}

/** Left to a digest and in none: whoever was to be asked so never was, and needs no mail that tells how it ended. */
function isLeft(marker: { left?: boolean; messageId?: string } | undefined): boolean {
  return marker?.left === true && marker.messageId === undefined;
}

/** Beside the row, where it is not counted or was left to a digest; else among those that ask, or tell, in one hour. */
function isMarkerOf(name: string, id: string, mail: string): boolean {
  return name === `${id} ${mail}` || (/^(asks|tells)#/.test(name) && name.endsWith(` ${id}/${mail}`));
}

const opened: Step[] = [{ do: 'open' }, { do: 'settle' }];
const bob: Step = { do: 'vote', who: 'bob', answer: 'approve' };
const carol: Step = { do: 'vote', who: 'carol', answer: 'approve' };
const settle: Step = { do: 'settle' };
/** What a request has behind it, and what it is crashed in. */
const stories: Record<string, [before: Step[], crashed: Step[]]> = {
  opened: [[], opened],
  'approved by both': [opened, [bob, settle, carol]],
  rejected: [opened, [{ do: 'vote', who: 'bob', answer: 'reject' }]],
  'sent back for changes': [[...opened, bob], [{ do: 'vote', who: 'carol', answer: 'request_changes' }]],
  expired: [opened, [{ do: 'expire' }]],
  cancelled: [opened, [{ do: 'cancel' }]],
  'aborted, one of two': [[...opened, { do: 'open' }, settle], [{ do: 'abort', which: 0 }]],
  'aborted, the only one': [opened, [{ do: 'abort', which: 0 }]],
  'joined after settlement': [[...opened, bob, carol, settle], [{ do: 'open' }]],
  'asked by a digest': [[{ do: 'crowd', who: 'bob' }], opened],
  'asked again by a digest, then rejected': [
    [...opened, { do: 'crowd', who: 'bob' }],
    [{ do: 'reissue' }, settle, { do: 'vote', who: 'bob', answer: 'reject' }],
  ],
  'settled while a digest is due': [[{ do: 'crowd', who: 'bob' }, { do: 'open' }, { do: 'react' }], [{ do: 'cancel' }]],
  'told by a digest': [
    [...opened, { do: 'crowd', who: 'bob', with: 'tells' }, { do: 'crowd', who: 'alice', with: 'tells' }],
    [{ do: 'vote', who: 'carol', answer: 'reject' }],
  ],
  'asked and told by digests': [
    [{ do: 'crowd', who: 'bob' }, ...opened, { do: 'crowd', who: 'bob', with: 'tells' }],
    [{ do: 'cancel' }],
  ],
  'forgotten by the stream': [[...opened, bob, carol, { do: 'forget' }], [{ do: 'sweep' }]],
};
/** In memory, a read that failed before it was made and one that failed after are the same. */
const reads =
  /^(log\.read|rows\.(get|open)|standing\.read|waiting\.(get|ofExecution|begunIn)|markers\.(look|lookAt|countIn)|digests\.waiting|policy\.|linkKeys\.|executions\.|payloads\.get)/;

describe('R37 crashed before and after each call, killed or failed', () => {
  test.each(Object.entries(stories))('%s', async (_, [before, crashed]) => {
    const start = new Memory();
    await start.play(before);
    const undisturbed = new Memory();
    await undisturbed.play([...before, ...crashed]);
    holds(undisturbed);
    for (let at = start.calls.length; at < undisturbed.calls.length; at++) {
      const read = reads.test(undisturbed.calls[at] ?? '');
      for (const mode of modes.filter((one) => !read || one.endsWith('before'))) {
        const cloud = new Memory([{ at, mode }]);
        try {
          await cloud.play([...before, ...crashed]);
          holds(cloud);
          expect(cloud.request?.status).toBe(undisturbed.request?.status);
        } catch (error) {
          throw new Error(`${mode} call ${at}: ${error instanceof Error ? error.message : error}`);
        }
      }
    }
  });
});

test('R37 R56 a row that failed, and then a lost stream record: the row does not say that what was lost is done', async () => {
  const story: Step[] = [...opened, bob, { do: 'expire' }, { do: 'forget' }];
  const calm = new Memory();
  await calm.play(story);
  for (const [at, name] of calm.calls.entries()) {
    if (name !== 'rows.put') continue;
    const cloud = new Memory([{ at, mode: 'failed before' }]);
    await cloud.play(story);
    holds(cloud);
  }
});

const step = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'open' }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('vote' as const),
      who: fc.constantFrom('bob' as const, 'carol' as const),
      answer: fc.constantFrom('approve' as const, 'reject' as const, 'request_changes' as const),
    }),
  },
  { weight: 3, arbitrary: fc.constantFrom<Step>({ do: 'react' }, { do: 'sweep' }, { do: 'forget' }) },
  { weight: 2, arbitrary: fc.constantFrom<Step>({ do: 'cancel' }, { do: 'expire' }, { do: 'reissue' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('abort' as const), which: fc.nat(2) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('crowd' as const),
      who: fc.constantFrom('bob' as const, 'carol' as const),
      with: fc.constantFrom('asks' as const, 'tells' as const),
    }),
  },
);
const crash: fc.Arbitrary<CrashPoint> = fc.record({ at: fc.nat(120), mode: fc.constantFrom(...modes) });

test('R37 R49 any story, crashed anywhere, twice too', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 8 }),
      fc.array(crash, { minLength: 1, maxLength: 3 }),
      async (steps, crashes) => {
        const cloud = new Memory(crashes);
        await cloud.play([...opened, ...steps]);
        holds(cloud);
      },
    ),
    { numRuns: 60 },
  );
});
