import { build } from 'esbuild';
import { bundling, root } from '../../../lib/constructs/bundling.ts';

/** What esbuild says of the file it makes of a module, as the deploy has it made. */
async function bundled(module: string) {
  const { metafile } = await build({
    ...bundling,
    entryPoints: [`${root}lambdas/${module}.ts`],
    bundle: true,
    write: false,
    platform: 'node',
    metafile: true,
    logLevel: 'silent',
  });
  const [output] = Object.values(metafile.outputs);
  if (!output) throw new Error(`nothing was made of ${module}`);
  return output;
}

/** AWS clients that a function's bundle holds. */
async function clientsIn(group: string): Promise<string[]> {
  const { inputs } = await bundled(`adapters/services-of/${group}`);
  const used = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const clients = used.flatMap(([path]) => /@aws-sdk\/client-([a-z0-9-]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(clients)].sort();
}

test.each([
  ['review', []],
  ['execution-ended', ['dynamodb', 'sfn']],
  ['cancelling', ['dynamodb', 'eventbridge']],
  ['publishing', ['dynamodb', 's3']],
  ['opening', ['dynamodb', 'eventbridge', 's3', 'sfn']],
  ['api', ['dynamodb', 'eventbridge', 's3', 'sfn']],
  ['reconciling', ['dynamodb', 'eventbridge', 'scheduler', 'ses', 'sfn', 'sqs']],
])('a function bundles the clients it uses and no other: %s', async (group, clients) => {
  await expect(clientsIn(group)).resolves.toEqual(clients);
});

test('the function that takes the vote is at most 300 KB as the bench counts them, and loads nothing of Node that it has no use for', async () => {
  const { bytes, imports } = await bundled('handlers/review');
  expect(bytes).toBeLessThanOrEqual(300 * 1024);
  const builtins = imports.map(({ path }) => path.replace(/^node:/, ''));
  expect(builtins.filter((name) => ['http2', 'fs/promises', 'child_process', 'zlib'].includes(name))).toEqual([]);
});
