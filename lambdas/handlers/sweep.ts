import middy from '@middy/core';
import { reconcilingServices } from '../adapters/services-of/reconciling.ts';
import { type Swept, sweep } from '../reactions/sweep.ts';
import { environmentOf } from './environment.ts';

const services = reconcilingServices(environmentOf('sweep', process.env));

/** Every few minutes: whatever streams, timers and status events lost is put right. */
export const handler = middy<unknown, Swept>().handler(async () => {
  const swept = await sweep(services);
  console.info({ message: 'swept', ...swept });
  if (swept.failed > 0) throw new Error(`${swept.failed} of ${swept.looked} requests could not be put right`);
  return swept;
});
