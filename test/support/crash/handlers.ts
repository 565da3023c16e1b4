import { readFileSync } from 'node:fs';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import type { HandlerName } from '../../../lambdas/handlers/environment.ts';
import { root } from '../cloud/clients.ts';
import { everyInvocationIsCold } from './cold.ts';
import { makePlace, place, tables } from './place.ts';
import { type Watched, watch, watchFetch } from './watch.ts';

export type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const names: HandlerName[] = [
  'open-request',
  'cancel-request',
  'review',
  'api',
  'publish-policy',
  'react',
  'retry-reactions',
  'deadline',
  'sweep',
  'execution-ended',
];

/** The handlers as they are deployed, in this process, each of their calls watched. */
export async function theHandlers(): Promise<{ handlers: Record<HandlerName, Handler>; restore: () => void }> {
  await makePlace();
  for (const [variable, queue] of [
    ['RESUME_QUEUE_URL', 'resume'],
    ['REST_QUEUE_URL', 'rest'],
  ] as const) {
    const made = await root.sqs().send(new CreateQueueCommand({ QueueName: `${place}-${queue}` }));
    process.env[variable] = made.QueueUrl ?? '';
  }
  everyInvocationIsCold();
  const clients: Record<string, () => Watched> = await import('../../../lambdas/adapters/clients.ts');
  await publishPolicy();
  for (const client of Object.values(clients)) watch(client());
  const restore = watchFetch();
  const loaded = names.map(async (name) => [name, (await import(`../../../lambdas/handlers/${name}.ts`)).handler]);
  return { handlers: Object.fromEntries(await Promise.all(loaded)), restore };
}

/** The policy for playing, by the publisher's own code. */
async function publishPolicy(): Promise<void> {
  const { dynamodb, s3 } = await import('../../../lambdas/adapters/clients.ts');
  const { policyPublisher } = await import('../../../lambdas/adapters/policy-publishing.ts');
  const { publishPolicy: publish } = await import('../../../lambdas/publishing/publish-policy.ts');
  const publisher = policyPublisher(dynamodb(), tables.policy, { client: s3(), bucket: `${place}-policies` });
  const text = readFileSync('policy/demo.yaml', 'utf8');
  const done = await publish({ text, publishedBy: 'tests', enforcedSources: [], now: new Date() }, publisher);
  if ('code' in done) throw new Error(done.message);
}
