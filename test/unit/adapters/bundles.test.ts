import { resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(__dirname, '../../..');

/** AWS clients that a function's bundle holds, bundled as the deploy does. */
async function clientsIn(group: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [`${root}/lambdas/adapters/services-of/${group}.ts`],
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    metafile: true,
    logLevel: 'silent',
  });
  const [output] = Object.values(metafile.outputs);
  const used = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const clients = used.flatMap(([path]) => /@aws-sdk\/client-([a-z0-9-]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(clients)].sort();
}

test.each([
  ['review', ['dynamodb']],
  ['execution-ended', ['dynamodb', 'sfn']],
  ['cancelling', ['dynamodb', 'eventbridge']],
  ['publishing', ['dynamodb', 's3']],
  ['opening', ['dynamodb', 'eventbridge', 's3', 'sfn']],
  ['api', ['dynamodb', 'eventbridge', 's3', 'sfn']],
  ['reconciling', ['dynamodb', 'eventbridge', 'scheduler', 'ses', 'sfn', 'sqs']],
])('a function bundles the clients it uses and no other: %s', async (group, clients) => {
  await expect(clientsIn(group)).resolves.toEqual(clients);
});
