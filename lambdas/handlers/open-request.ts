import middy from '@middy/core';
import { openingServices } from '../adapters/services-of/opening.ts';
import { readHanded } from '../commands/machine-opening.ts';
import { openForMachine, refuseCrashed } from '../commands/open-for-machine.ts';
import { environmentOf } from './environment.ts';

const env = environmentOf('open-request', process.env);
const services = openingServices(env);
const around = { eventMachines: env.EVENT_MACHINES, account: env.ACCOUNT_ID };

/** What the state machine retries, and in the end refuses. Its name is a `Retry` and a `Catch` in statemachines/approval. */
class OpeningFault extends Error {
  override name = 'OpeningFault';
}

/** Fails the execution with this name: the machine's last word on an opening that could not be made. */
class Refused extends Error {
  override name = 'Approval.Refused';
}

/** Called by the approval state machines, with a task token. */
export const handler = middy<unknown, void>().handler(async (event) => {
  const handed = readHanded(event);
  let cause: string | undefined;
  try {
    if (handed.crashed) cause = await refuseCrashed(services, handed, around);
    else await openForMachine(services, handed, around);
  } catch (fault) {
    const { execution } = handed;
    console.error({ message: 'an opening failed; the state machine tries again', execution, fault: String(fault) });
    throw new OpeningFault('The request could not be opened now; see the log of the opening function.');
  }
  if (cause !== undefined) throw new Refused(cause);
});
