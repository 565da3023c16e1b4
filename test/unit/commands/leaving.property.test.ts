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
  | { do: 'leave' | 'return'; who: Who }
  | { do: 'wait' | 'sweep' | 'timer' | 'stream' };

const who = fc.constantFrom<Who>('bob', 'carol');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('vote' as const), who, later: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('leave' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('return' as const), who }) },
  { weight: 3, arbitrary: fc.constantFrom<Step>({ do: 'wait' }, { do: 'sweep' }, { do: 'timer' }, { do: 'stream' }) },
);

/** A request that needs two of bob, carol and dan, or all of them, or two stages of them. */
async function asked(
  stages: readonly object[],
): Promise<{ cloud: Memory; publish: (there: ReadonlySet<string>) => void }> {
  const cloud = new Memory();
  const demo = Policy.parse(
    JSON.parse(cloud.fakes.tables.versions.get(cloud.fakes.tables.pointer?.version ?? '') ?? ''),
  );
  const gates = Object.fromEntries(['low', 'medium', 'high', 'critical'].map((risk) => [risk, { stages }]));
  const environments = Object.fromEntries(Object.keys(demo.environments).map((name) => [name, { gates }]));
  const publish = (there: ReadonlySet<string>): void => {
    const people = Object.entries(demo.directory.people).filter(([key]) => !reviewers.includes(key) || there.has(key));
    const groups = { reviewers: reviewers.filter((key) => there.has(key)) };
    cloud.fakes.publish(
      Policy.parse({ ...demo, directory: { people: Object.fromEntries(people), groups }, environments }),
    );
  };
  publish(new Set(reviewers));
  await cloud.play([{ do: 'open' }]);
  return { cloud, publish };
}

async function perform(cloud: Memory, one: Step, there: Set<string>, publish: (there: ReadonlySet<string>) => void) {
  const { fakes, id } = cloud;
  switch (one.do) {
    case 'vote': {
      const from = new Date(fakes.now.getTime() + 1_800_000).toISOString();
      return cloud.play([{ do: 'vote', who: one.who, answer: 'approve', ...(one.later && { from }) }]);
    }
    case 'leave':
      if (there.size > 1) there.delete(one.who);
      return publish(there);
    case 'return':
      there.add(one.who);
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

test('R18 whatever people do, and whenever they leave or come back, nothing is approved by the word of somebody who is not there', async () => {
  let approved = 0;
  await fc.assert(
    fc.asyncProperty(gates, fc.array(step, { minLength: 3, maxLength: 10 }), async (stages, steps) => {
      const { cloud, publish } = await asked(stages);
      const there = new Set(reviewers);
      for (const one of steps) {
        await perform(cloud, one, there, publish);
        const { request } = cloud;
        if (request?.status !== 'settled') continue;
        if (request.outcome === 'approved') {
          approved++;
          for (const vote of request.round.votes) expect(there).toContain(vote.person);
        }
        return;
      }
    }),
    { numRuns: 800 },
  );
  // A property that nothing is ever approved under would say nothing.
  expect(approved).toBeGreaterThan(5);
}, 60_000);
