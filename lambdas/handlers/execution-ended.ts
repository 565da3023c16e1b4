import middy from '@middy/core';
import { executionEndedServices } from '../adapters/services-of/execution-ended.ts';
import { ExecutionEnded, executionEnded } from '../reactions/execution-ended.ts';
import { environmentOf } from './environment.ts';

const services = executionEndedServices(environmentOf('execution-ended', process.env));

/** `Step Functions Execution Status Change` from AWS. */
export const handler = middy<unknown, void>().handler(async (event) => {
  await executionEnded(services, ExecutionEnded.parse(event));
});
