import fc from 'fast-check';
import { fitsPattern } from '../../../core/policy/pattern.ts';
import type { MaintenanceWindow } from '../../../core/policy/situation.ts';
import { runCommand } from '../../../lambdas/commands/run-command.ts';
import { reconcile } from '../../../lambdas/reactions/reconcile.ts';
import { fakeServices } from '../../support/fakes.ts';
import { answered } from '../../support/overrides.ts';
import { at, deploy, react, scheduled, wayOf, windowPolicy } from '../../support/windows.ts';

const environments = ['production', 'production', 'staging', 'staging-eu', 'qa'];
const sources = ['events:demo.shop@000000000000', 'events:demo.bank@000000000000'];
const allowed = ['production', 'staging*'];

const scope = {
  environments: fc.subarray(['production', 'staging', 'staging*', 'staging-*'], { minLength: 1 }),
  sources: fc.subarray(['events:demo.shop@*', 'events:demo.bank@*', 'events:demo.*'], { minLength: 1 }),
};
const times = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 120 }));
const windows = fc.record({
  ...scope,
  times,
  approved: fc.constantFrom(true, true, true, false),
  /** Minute at which it is ended early. */
  ended: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.integer({ min: 1, max: 200 })),
});
/** What the read model says besides: other times, another scope. */
const lies = fc.option(
  fc.record({
    from: fc.option(fc.integer({ min: -60, max: 60 }), { nil: undefined }),
    to: fc.option(fc.integer({ min: 61, max: 300 }), { nil: undefined }),
    any: fc.boolean(),
  }),
  { nil: undefined, freq: 2 },
);
const asks = fc.array(
  fc.record({
    minute: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 30, max: 70 })),
    environment: fc.constantFrom(...environments),
    source: fc.constantFrom(...sources),
    /** The window's timer has not fired yet, nor has the stream come by. */
    late: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);

test('nothing is let through outside of a window’s time, its scope, or the policy’s, whatever the read model says', async () => {
  const seen = { through: 0, kept: 0 };
  await fc.assert(
    fc.asyncProperty(
      windows,
      lies,
      asks,
      async ({ times: [begin, length], approved, ended, ...scoped }, lie, asked) => {
        const fakes = fakeServices();
        fakes.publish(windowPolicy());
        const [from, to] = [at(begin), at(begin + length)];
        const id = await scheduled(fakes, { ...scoped, from, to });
        await react(fakes);
        if (approved) await answered(fakes, id, 'erin', 'approve');
        await react(fakes);
        let endedAt: string | undefined;
        for (const [index, { minute, environment, source, late }] of [...asked]
          .sort((a, b) => a.minute - b.minute)
          .entries()) {
          if (ended !== undefined && endedAt === undefined && ended <= minute) {
            fakes.now = new Date(at(ended));
            await reconcile(fakes, id, { by: 'timer' });
            const done = await runCommand(fakes, id, { type: 'end_window', by: 'erin', reason: 'enough' });
            if (done.kind === 'appended') endedAt = at(ended);
          }
          fakes.now = new Date(at(minute));
          if (!late) {
            await reconcile(fakes, id, { by: 'timer' });
            await react(fakes);
          }
          const honest = lie === undefined && !late;
          if (lie) {
            const everything = { environments: ['*'], sources: ['*'] };
            const told: MaintenanceWindow = {
              id,
              from: at(lie.from ?? begin),
              to: at(lie.to ?? begin + length),
              ...(lie.any ? everything : scoped),
            };
            fakes.tables.standing.windows.set(id, told);
          }
          const way = wayOf(await deploy(fakes, `d-${index}`, { environment, source }));
          const time = fakes.now.toISOString();
          const inside =
            approved &&
            from <= time &&
            time < to &&
            endedAt === undefined &&
            allowed.some((pattern) => fitsPattern(pattern, environment)) &&
            scoped.environments.some((pattern) => fitsPattern(pattern, environment)) &&
            scoped.sources.some((pattern) => fitsPattern(pattern, source));
          if (!inside) expect(way).toBe('pending');
          else if (honest) expect(way).toBe('bypassed');
          if (way === 'bypassed') seen.through++;
          else seen.kept++;
        }
      },
    ),
    { numRuns: 150 },
  );
  expect(seen.through).toBeGreaterThan(10);
  expect(seen.kept).toBeGreaterThan(10);
}, 60_000);
