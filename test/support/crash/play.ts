import type { HandlerName } from '../../../lambdas/handlers/environment.ts';
import { type Mode, type Plan, Run } from './boundaries.ts';
import type { Handler } from './handlers.ts';
import type { Mails, Scenario } from './scenarios.ts';
import { World } from './world.ts';

/** A run that came to its end: what is left to look at is the mailbox. */
export interface Played {
  /** Which scenario, and where it crashed. */
  what: string;
  title: string;
  mails: Mails;
  maybeTwice: ReadonlySet<string>;
  run: Run;
  /** The task tokens it dealt with. */
  tokens: string[];
}

/** A plan, and whether the stream forgets what was written after it: then the sweep has to do. */
export interface Crash extends Plan {
  streamForgets: boolean;
}

/** Calls that change nothing outside: to lose their reply is to fail at them. */
const reads = /\.(Query|GetItem|BatchGetItem|Scan|GetObject|GenerateMac|DescribeExecution|GetExecutionHistory) ?/;

/** Calls whose lost reply the SDK asks for again, and is told that it is done: writes on a condition, answers of tasks. */
const repeated = /\.(PutItem|UpdateItem|SendTaskSuccess|SendTaskFailure) ?/;

/**
 * Every way to crash at a boundary: before the call and after it. A read that fails and one that is never made come to
 * the same, so that it is killed at one side and failed at the other.
 */
export function crashesAt(boundary: string): Crash[] {
  const crash = (mode: Mode, streamForgets = false): Crash => ({ boundary, mode, streamForgets });
  if (reads.test(boundary)) return [crash('killed before'), crash('failed after')];
  return [
    crash('killed before'),
    crash('killed after'),
    crash('failed before'),
    crash('failed after'),
    ...(repeated.test(boundary) ? [crash('lost')] : []),
    ...(boundary.startsWith('react') ? [crash('killed after', true)] : []),
  ];
}

let runs = 0;

/** Plays a scenario once, crashing where it says. Throws, saying where it crashed, if it comes to something else. */
export async function play(scenario: Scenario, handlers: Record<HandlerName, Handler>, crash?: Crash): Promise<Played> {
  const run = new Run(`r${runs++}`, crash);
  const world = new World(run, handlers);
  world.streamForgets = crash?.streamForgets === true;
  const where = crash
    ? `${crash.mode} ${crash.boundary}${crash.streamForgets ? ', and the stream forgets' : ''}`
    : 'undisturbed';
  const what = `"${scenario.title}", ${where}`;
  try {
    await world.ownTablesFor(['audit', 'requests', 'waiting', ...(scenario.publishes ? (['policy'] as const) : [])]);
    const mails = await scenario.play(world);
    if (crash && !run.crashed) throw new Error('this boundary was not reached again');
    const tokens = [...world.executions.values()].map(({ token }) => token);
    return { what, title: world.title, mails, maybeTwice: world.maybeTwice, run, tokens };
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.stack : error}`, { cause: error });
  }
}

/** Works on a list with so many hands; what fails does not keep the others from their turn. */
export async function sideBySide<T>(
  items: readonly T[],
  hands: number,
  work: (item: T) => Promise<void>,
): Promise<Error[]> {
  const failures: Error[] = [];
  const left = [...items];
  const hand = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      try {
        await work(item);
      } catch (error) {
        failures.push(error instanceof Error ? error : new Error(String(error)));
      }
    }
  };
  await Promise.all(Array.from({ length: hands }, hand));
  return failures;
}
