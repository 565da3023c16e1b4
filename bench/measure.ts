import { approveHere, sweepCalls, voteCalls } from './approve-here.ts';
import { type Deployed, streamConsumer } from './aws-api.ts';
import { measureBundles } from './bundles.ts';
import { capacityLedger } from './capacity.ts';
import type { BenchCloud } from './cloud.ts';
import { approveDeployed, transitionsWhereItFails } from './deployed.ts';
import { describeTables, type Path, watchClients } from './in-process.ts';
import { part } from './progress.ts';
import { roundTrips } from './recording.ts';
import type { Approvers } from './reference-request.ts';
import { measureResolving } from './resolving.ts';
import { sum } from './statistics.ts';
import type { Measured } from './usage.ts';

/** Runs of the whole path in this process, for medians of CPU time; the first of each warms up and is left out. */
const RUNS = 12;
/** Pairs of fresh processes per bundle, four times as many for the review function's. */
const TURNS = 12;
const both: readonly Approvers[] = [1, 2];

export type Measurements = Awaited<ReturnType<typeof measure>>;

/** Takes every figure. Loaded once the environment is a function's: the adapters read it when they are loaded. */
export async function measure(cloud: BenchCloud, functions: readonly Deployed[]) {
  const deployed = await part('Approving on the deployed stack', async (report) => {
    const runs = [];
    for (const approvers of both) {
      report(`${approvers} of 2`);
      runs.push(await approveDeployed(approvers, cloud, functions));
    }
    return runs;
  });
  const failing = await transitionsWhereItFails();
  // From here on every reaction is this process's own: each call is seen, and seen once.
  await streamConsumer(false);
  try {
    watchClients();
    const ledger = capacityLedger(await describeTables(functions));
    const vote = await part('Counting the calls of a vote', async () => {
      const { warm, cold } = await voteCalls();
      const count = (calls: typeof warm) => ({
        calls: sum(calls.map(({ attempts }) => attempts)),
        roundTrips: roundTrips(calls),
        made: calls.map(({ service, operation }) => `${service}:${operation}`),
      });
      return { warm: count(warm), cold: count(cold) };
    });
    const sweep = await sweepCalls();
    const sweepReadUnits = sum(sweep.flatMap(ledger).map(({ computed }) => computed));
    const measured = await part('Approving in this process', async (report) => {
      const of = async (approvers: Approvers): Promise<Measured> => {
        const paths: Path[] = [];
        for (let run = 0; run <= RUNS; run++) {
          report(`${approvers} approver(s), run ${run} of ${RUNS}`);
          paths.push(await approveHere(approvers));
        }
        const warm = paths.slice(1);
        const last = paths.flatMap(({ steps }, n) => {
          const lines = steps.flatMap((step) => step.calls.flatMap(ledger));
          return n === paths.length - 1 ? lines : [];
        });
        return { paths: warm, lines: last, sweepReadUnits };
      };
      return { 1: await of(1), 2: await of(2) };
    });
    const bundles = await part('Loading the bundles', (report) =>
      measureBundles(cloud.assembly, functions, TURNS, report),
    );
    const resolving = await part('Resolving a gate', async () => measureResolving());
    return { deployed, failing, vote, measured, bundles, resolving };
  } finally {
    await streamConsumer(true);
  }
}
