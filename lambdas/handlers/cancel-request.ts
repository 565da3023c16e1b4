import middy from '@middy/core';
import { cancellingServices } from '../adapters/services-of/cancelling.ts';
import { cancelByEvent } from '../commands/cancel-by-event.ts';
import { environmentOf } from './environment.ts';

const env = environmentOf('cancel-request', process.env);
const services = cancellingServices(env);

/** `Cancel Approval` from the bus, whose rule alone may call this. */
export const handler = middy<unknown, void>().handler((event) => cancelByEvent(services, event));
