import type { Metrics } from '../services.ts';

/** CloudWatch's namespace of everything we count. */
export const NAMESPACE = 'Countersign';

/**
 * Counts by CloudWatch's embedded metric format: one JSON line per count. Each is counted without dimensions too, which is
 * what alarms look at.
 */
export function embeddedMetrics(
  clock: () => Date,
  // Not console.log: the runtime puts time and request id before its lines, and CloudWatch then finds no metric in them.
  write: (line: string) => void = (line) => process.stdout.write(line),
): Metrics {
  return {
    count(name, dimensions = {}) {
      const keys = Object.keys(dimensions);
      const metric = {
        Namespace: NAMESPACE,
        Dimensions: keys.length === 0 ? [[]] : [[], keys],
        Metrics: [{ Name: name, Unit: 'Count' }],
      };
      const about = { Timestamp: clock().getTime(), CloudWatchMetrics: [metric] };
      write(`${JSON.stringify({ ...dimensions, [name]: 1, _aws: about })}\n`);
    },
  };
}
