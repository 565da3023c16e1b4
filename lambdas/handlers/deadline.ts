import middy from '@middy/core';
import * as z from 'zod/mini';
import { reconcilingServices } from '../adapters/services-of/reconciling.ts';
import { reconcile } from '../reactions/reconcile.ts';
import { environmentOf } from './environment.ts';

const services = reconcilingServices(environmentOf('deadline', process.env));

const Fired = z.object({ id: z.string() });

/** A request's schedule fired. It says only which request to look at: the log and the clock say what is due. */
export const handler = middy<unknown, void>().handler(async (event) => {
  const { id } = Fired.parse(event);
  await reconcile(services, id, { by: 'timer' });
});
