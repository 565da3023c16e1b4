import { readFileSync } from 'node:fs';
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

/** A handler's bundle, made with the very arguments that the deploy gives esbuild. */
async function bundled(handler: string): Promise<{ bytes: number; builtins: string[] }> {
  const house = readFileSync(`${root}/lib/constructs/house-function.ts`, 'utf8');
  const aliases = [...house.matchAll(/'--alias:([^']+)': `\$\{root\}([^`]+)`/g)].map(([, from = '', to = '']) => [
    from,
    to,
  ]);
  expect(aliases.length).toBeGreaterThanOrEqual(4);
  const { metafile } = await build({
    entryPoints: [`${root}/lambdas/handlers/${handler}.ts`],
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    legalComments: 'none',
    mainFields: ['module', 'main'],
    alias: Object.fromEntries(aliases.map(([from, to]) => [from, `${root}/${to}`])),
    metafile: true,
    logLevel: 'silent',
  });
  const [output] = Object.values(metafile.outputs);
  return {
    bytes: output?.bytes ?? Number.NaN,
    builtins: [...new Set((output?.imports ?? []).map(({ path }) => path.replace(/^node:/, '')))].sort(),
  };
}

test('the function that takes the vote is at most 300,000 bytes, and loads nothing of Node that it has no use for', async () => {
  const { bytes, builtins } = await bundled('review');
  expect(bytes).toBeLessThanOrEqual(300_000);
  expect(builtins.filter((name) => ['http2', 'fs/promises', 'child_process', 'zlib'].includes(name))).toEqual([]);
});
