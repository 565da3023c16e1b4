import { randomBytes, randomUUID } from 'node:crypto';
import type { Ids, Services } from '../services.ts';
import { embeddedMetrics } from './metrics.ts';

const clock = () => new Date();
const ids: Ids = { random: (bytes) => new Uint8Array(randomBytes(bytes)), uuid: () => randomUUID() };

/** What the process itself provides: time, chance, and its output. */
export function processServices(): Pick<Services, 'clock' | 'ids' | 'metrics'> {
  return { clock, ids, metrics: embeddedMetrics(clock) };
}
