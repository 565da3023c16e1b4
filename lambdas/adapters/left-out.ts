/*
 * Stands in the functions' bundles for parts of the SDK that none of our calls comes by, 28 KB in the function that takes
 * the vote: event streams, which S3's client could speak, and the cache of endpoint discovery, which is off. And for
 * `node:fs/promises`, two milliseconds of every start, with which the SDK looks for ~/.aws: a Lambda has none.
 */

function leftOut(): never {
  throw new Error('This part of the AWS SDK is left out of the bundle: see lambdas/adapters/left-out.ts');
}

export class EndpointCache {
  get = leftOut;
  set = leftOut;
}

export class EventStreamSerde {
  constructor() {
    leftOut();
  }
}

/** Called only where an operation streams. */
export const eventStreamSerdeProvider = leftOut;

/** Called for every client that could stream; changes nothing. */
export function resolveEventStreamSerdeConfig<T>(config: T): T {
  return config;
}

/** Rejects, as for a file that is not there: the SDK goes on with the environment. */
export async function readFile(): Promise<never> {
  return leftOut();
}
