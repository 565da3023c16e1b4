import fc from 'fast-check';
import { Policy } from '../../../core/policy/policy.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import { sweep } from '../../../lambdas/reactions/sweep.ts';
import { Memory } from '../../support/crash/memory.ts';

beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => jest.restoreAllMocks());

const reviewers = ['bob', 'carol', 'dan'];
type Who = 'bob' | 'carol';
type Step =
  | { do: 'vote'; who: Who; later: boolean }
  | { do: 'leave' | 'lose' | 'return'; who: Who }
  | { do: 'wait' | 'sweep' | 'timer' | 'stream' };

const who = fc.constantFrom<Who>('bob', 'carol');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('vote' as const), who, later: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('return' as const), who }) },
  { weight: 3, arbitrary: fc.constantFrom<Step>({ do: 'wait' }, { do: 'sweep' }, { do: 'timer' }, { do: 'stream' }) },
);

/** Who of the reviewers is in the directory, and who, there or not, in their group: by way of a group within it. */
interface There {
  directory: Set<string>;
  group: Set<string>;
}

/** A request that needs two of bob, carol and dan, or all of them, or two stages of them. */
async function asked(stages: readonly object[]): Promise<{ cloud: Memory; publish: (there: There) => void }> {
  const cloud = new Memory();
  const demo = Policy.parse(
    JSON.parse(cloud.fakes.tables.versions.get(cloud.fakes.tables.pointer?.version ?? '') ?? ''),
  );
  const gates = Object.fromEntries(['low', 'medium', 'high', 'critical'].map((risk) => [risk, { stages }]));
  const environments = Object.fromEntries(Object.keys(demo.environments).map((name) => [name, { gates }]));
  const publish = ({ directory, group }: There): void => {
    const people = Object.entries(demo.directory.people).filter(
      ([key]) => !reviewers.includes(key) || directory.has(key),
    );
    const groups = { reviewers: ['inner'], inner: reviewers.filter((key) => directory.has(key) && group.has(key)) };
    cloud.fakes.publish(
      Policy.parse({ ...demo, directory: { people: Object.fromEntries(people), groups }, environments }),
    );
  };
  publish({ directory: new Set(reviewers), group: new Set(reviewers) });
  await cloud.play([{ do: 'open' }]);
  return { cloud, publish };
}

async function perform(cloud: Memory, one: Step, there: There, publish: (there: There) => void) {
  const { fakes, id } = cloud;
  switch (one.do) {
    case 'vote': {
      const from = new Date(fakes.now.getTime() + 1_800_000).toISOString();
      return cloud.play([{ do: 'vote', who: one.who, answer: 'approve', ...(one.later && { from }) }]);
    }
    case 'leave':
      there.directory.delete(one.who);
      return publish(there);
    case 'lose':
      there.group.delete(one.who);
      return publish(there);
    case 'return':
      there.directory.add(one.who);
      there.group.add(one.who);
      return publish(there);
    case 'wait':
      return fakes.advance(1_900);
    case 'sweep':
      return void (await sweep(fakes));
    case 'timer':
    case 'stream':
      return void (await reconcile(fakes, id, { by: one.do }));
  }
}

const plan = (name: string, rule: unknown) => ({ name, approvers: ['reviewers'], rule, timeout: 86_400 });
const gates = fc.constantFrom(
  [plan('review', { quorum: 2 })],
  [plan('review', 'all')],
  [plan('first', 'any'), plan('second', { quorum: 2 })],
);

test('R18 whatever people do, and whenever they leave the directory or lose their group or come back, nothing is approved by the word of somebody who is not asked any more', async () => {
  let approved = 0;
  await fc.assert(
    fc.asyncProperty(gates, fc.array(step, { minLength: 3, maxLength: 10 }), async (stages, steps) => {
      const { cloud, publish } = await asked(stages);
      const there = { directory: new Set(reviewers), group: new Set(reviewers) };
      for (const one of steps) {
        await perform(cloud, one, there, publish);
        const { request } = cloud;
        if (request?.status !== 'settled') continue;
        if (request.outcome === 'approved') {
          approved++;
          for (const { person } of request.round.votes)
            expect([person, there.directory.has(person), there.group.has(person)]).toEqual([person, true, true]);
        }
        return;
      }
    }),
    { numRuns: 600 },
  );
  // A property that nothing is ever approved under would say nothing.
  expect(approved).toBeGreaterThan(5);
}, 120_000);
