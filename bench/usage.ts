import type { Deployed } from './aws-api.ts';
import type { Bundle } from './bundles.ts';
import type { Line } from './capacity.ts';
import { assumptions, type Usage } from './cost.ts';
import type { Path, Step } from './in-process.ts';
import { roundTrips } from './recording.ts';
import { median, sum } from './statistics.ts';

/** What a warm approval of so many approvers is made of, from several runs of it. */
export interface Measured {
  paths: Path[];
  lines: Line[];
  /** Read units of one look of the sweep at a request that waits. */
  sweepReadUnits: number;
}

/** Median CPU of each step, over the runs. */
export function cpuOfSteps(paths: readonly Path[]): { fn: string; what: string; cpu: number; trips: number }[] {
  const [first] = paths;
  return (first?.steps ?? []).map(({ fn, what }, index) => {
    const same = paths.flatMap(({ steps }) => steps[index] ?? []);
    return {
      fn,
      what,
      cpu: median(same.map(({ cpu }) => cpu)),
      trips: median(same.map(({ calls }) => roundTrips(calls))),
    };
  });
}

/** What one approval uses, warm, with its share of cold starts and of the sweep. */
export function usageOf(measured: Measured, functions: readonly Deployed[], bundles: readonly Bundle[]): Usage {
  const { paths, lines, sweepReadUnits } = measured;
  const steps = paths[0]?.steps ?? [];
  const { roundTripMs, cpuStretch, coldShare, waitHours, platformLogBytes, accessLogBytes, traceSampling } =
    assumptions;
  const memoryOf = (fn: string) => functions.find(({ name }) => name === fn)?.memory ?? 256;
  const invocations = cpuOfSteps(paths).map(({ fn, cpu, trips }) => {
    const memory = memoryOf(fn);
    return { memory, ms: cpu * cpuStretch(memory) + trips * roundTripMs };
  });
  const involved = [...new Set(steps.map(({ fn }) => fn))];
  const inits = involved.map((fn) => {
    const memory = memoryOf(fn);
    return { memory, ms: (bundles.find(({ name }) => name === fn)?.init ?? 0) * cpuStretch(memory) * coldShare };
  });
  const http = steps.filter(({ fn }) => fn === 'Review').length;
  const calls = steps.flatMap((step) => step.calls);
  const made = (service: string, operation: string) =>
    calls.filter((call) => call.service === service && call.operation === operation).length;
  const units = (kind: Line['kind']) => sum(lines.filter((line) => line.kind === kind).map((line) => line.computed));
  const sweeps = (waitHours * 60) / 4;
  return {
    transitions: 1,
    writeUnits: units('write'),
    readUnits: units('read') + sweeps * sweepReadUnits,
    // An init is billed as time, and is no request.
    invocations: invocations.map((each, index) => ({
      ...each,
      ms: each.ms + (index === 0 ? initMs(inits, each.memory) : 0),
    })),
    httpRequests: http,
    // The request's own event is billed too.
    customEvents: made('events', 'PutEvents') + 1,
    schedulerInvocations: 0,
    kmsRequests: coldShare * 2,
    s3Puts: made('s3', 'PutObject'),
    s3Gets: made('s3', 'GetObject') + coldShare,
    sqsRequests: made('sqs', 'SendMessage'),
    loggedBytes: ownLog(steps) + steps.length * platformLogBytes + http * accessLogBytes,
    // A trace begins where a request comes in: at the API, at the machine, at the stream's reading.
    traces: steps.length * traceSampling,
    mails: made('ses', 'SendEmail'),
  };
}

/** All inits, in milliseconds of the memory they are added to. */
function initMs(inits: readonly { ms: number; memory: number }[], memory: number): number {
  return sum(inits.map((each) => each.ms * (each.memory / memory)));
}

function ownLog(steps: readonly Step[]): number {
  return sum(steps.map(({ logged }) => logged));
}
