import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { limits } from '../../../core/limits.ts';
import { personTag } from '../../../core/link.ts';
import { dynamoDigests } from '../../../lambdas/adapters/digests.ts';
import { dynamodb } from '../cloud/audit.ts';
import type { World } from './world.ts';

/** Others have asked that person as often as they are mailed one by one, in this hour of the run and the next. */
export async function crowd(world: World, person: string): Promise<void> {
  const now = Date.now() + world.run.skew;
  const puts = [now, now + 3600_000].flatMap((time) =>
    Array.from({ length: limits.asksPerHour }, (_, n) => {
      const id = `asks#${personTag(person)}#${new Date(time).toISOString().slice(0, 13)}`;
      return { PutRequest: { Item: marshall({ id, item: `mail#other-${n}`, msg: 'sent' }) } };
    }),
  );
  await dynamodb().send(new BatchWriteItemCommand({ RequestItems: { [world.table('requests')]: puts } }));
}

/** Sweeps until nothing is left to a digest: after one that crashed, the next may have to wait for its turn. */
export async function sweepDigests(world: World): Promise<void> {
  const digests = dynamoDigests(dynamodb(), world.table('requests'));
  for (let sweeps = 0; sweeps < 12; sweeps++) {
    await world.insist('sweep', {});
    const next = await digests.waiting()[Symbol.asyncIterator]().next();
    if (next.done) return;
    world.later(200);
  }
  throw new Error('the digest was never sent');
}
