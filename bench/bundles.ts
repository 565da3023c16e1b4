import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { Deployed } from './aws-api.ts';
import { median } from './statistics.ts';

const run = promisify(execFile);

/** A function's bundle, as it was deployed. */
export interface Bundle {
  name: string;
  /** KB of 1,024 bytes. */
  kb: number;
  /** Milliseconds from the start of the process until the handler is loaded, and how many of them an empty one does not take. */
  init: number;
  beyondEmpty: number;
}

const Template = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.looseObject({}).optional() })),
});
const Code = z.object({ Code: z.object({ S3Key: z.string() }) });

/** Where each function's bundle stands in the cloud assembly, by the function's construct id. */
async function bundleFiles(assembly: string): Promise<Map<string, string>> {
  const template = Template.parse(JSON.parse(await readFile(join(assembly, 'countersign.template.json'), 'utf8')));
  const found = Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
    const name = /^Functions([A-Za-z]+?)[0-9A-F]{8}$/.exec(id)?.[1];
    if (Type !== 'AWS::Lambda::Function' || name === undefined) return [];
    const hash = Code.parse(Properties).Code.S3Key.replace(/\.zip$/, '');
    return [[name, join(assembly, `asset.${hash}`, 'index.js')] as const];
  });
  return new Map(found);
}

/** Loads every bundle in fresh processes of this very Node, each right after an empty one. */
export async function measureBundles(
  assembly: string,
  functions: readonly Deployed[],
  times: number,
  report: (done: string) => void,
): Promise<Bundle[]> {
  const files = await bundleFiles(assembly);
  const scratch = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  try {
    // Outside the repository: inside, Node would take them for modules of our package.
    const copies = new Map([...files].map(([name]) => [name, join(scratch, `${name}.js`)]));
    for (const [name, file] of files) await copyFile(file, join(scratch, `${name}.js`));
    const empty = join(scratch, 'empty.js');
    await writeFile(empty, 'exports.handler = async () => {};\n');
    const loader = join(scratch, 'load.js');
    await writeFile(
      loader,
      'require(process.argv[2]); process.stdout.write(String(performance.now())); process.exit();',
    );
    const load = async (file: string, environment: Record<string, string>) => {
      const { PATH = '' } = process.env;
      const env = { PATH, ...credentials, ...environment };
      return Number((await run(process.execPath, [loader, file], { env })).stdout);
    };
    const pairs = new Map<string, Pair[]>();
    for (let turn = 1; turn <= times; turn++) {
      report(`turn ${turn} of ${times}`);
      for (const { name, environment } of functions) {
        const file = copies.get(name);
        // The function that a person waits for is looked at more closely.
        for (let n = 0; file && n < (name === 'Review' ? 4 : 1); n++) {
          const pair = { none: await load(empty, environment), own: await load(file, environment) };
          pairs.set(name, [...(pairs.get(name) ?? []), pair]);
        }
      }
    }
    const of = async ([name, file]: [string, string]): Promise<Bundle> => ({
      name,
      kb: (await stat(file)).size / 1024,
      ...initOf(pairs.get(name) ?? []),
    });
    return await Promise.all([...files].map(of));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** One fresh process with an empty handler, and right after it one with the function's: milliseconds each. */
export interface Pair {
  none: number;
  own: number;
}

/**
 * The medians of the quickest quarter of the pairs: whatever else the machine does only ever adds, to the longer of the two
 * most.
 */
export function initOf(pairs: readonly Pair[]): { init: number; beyondEmpty: number } {
  const quickest = [...pairs]
    .sort((a, b) => a.none + a.own - b.none - b.own)
    .slice(0, Math.max(1, Math.ceil(pairs.length / 4)));
  const init = median(quickest.map(({ own }) => own));
  return { init, beyondEmpty: median(quickest.map(({ none, own }) => own - none)) };
}

/** Lambda has them in the environment too. */
const credentials = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
};
