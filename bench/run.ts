import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { explain } from '../local/trouble.ts';
import { deployedFunctions } from './aws-api.ts';
import { isOver } from './budget.ts';
import { type BenchCloud, bringUp, enter } from './cloud.ts';
import { report } from './report.ts';
import { type Result, resultOf } from './result.ts';

const USAGE = `npm run bench [-- --json] [-- --state .local/test/state.json]

Counts what one approval costs, on a local cloud of its own with the real deploy, and compares it with the budget.
--json prints the result as JSON; it is written to .local/bench.json either way.
--state measures on a local cloud that is up already: nobody else may be using it.
Ends with 1 where a figure is over its budget, with 3 where it could not be taken.
`;

const root = dirname(import.meta.dirname);

function options(): { json: boolean; state: string | undefined } {
  try {
    const named = { json: { type: 'boolean' }, state: { type: 'string' }, help: { type: 'boolean' } } as const;
    const { values } = parseArgs({ options: named });
    if (!values.help) return { json: values.json === true, state: values.state };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(64);
  }
  process.stdout.write(USAGE);
  process.exit(0);
}

async function measured(cloud: BenchCloud): Promise<Result> {
  enter(cloud);
  const functions = await deployedFunctions();
  for (const { environment } of functions) Object.assign(process.env, environment);
  const { measure } = await import('./measure.ts');
  return resultOf(await measure(cloud, functions), functions);
}

const { json, state } = options();
let cloud: BenchCloud | undefined;
try {
  cloud = await bringUp(root, state);
  const result = await measured(cloud);
  await mkdir(join(root, '.local'), { recursive: true });
  const file = join(root, '.local', 'bench.json');
  const text = `${JSON.stringify(result, null, 2)}\n`;
  await writeFile(file, text);
  process.stdout.write(json ? text : `\n${report(result, process.stdout.isTTY === true)}\n`);
  const over = result.figures.filter(isOver);
  if (over.length > 0) process.stderr.write(`Over budget: ${over.map(({ name }) => name.trim()).join('; ')}\n`);
  process.exitCode = over.length > 0 ? 1 : 0;
} catch (error) {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exitCode = 3;
} finally {
  await cloud?.stop();
}
process.exit();
