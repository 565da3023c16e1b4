import type { Command } from 'commander';
import * as z from 'zod/mini';
import { loadPolicy, mistakeInWords } from '../../core/policy/load.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { counted } from '../../core/review-words.ts';
import { visibleLine } from '../../core/visible.ts';
import { readText } from '../ask.ts';
import { exitCodes } from '../exit-codes.ts';
import { note, print, printJson, printPairs, styled } from '../output.ts';
import { peopleCounted } from '../policy-file.ts';

const Options = z.object({ json: z.optional(z.boolean()) });

export function addPolicyCheck(policy: Command): void {
  policy
    .command('check')
    .summary('what is wrong in a policy file, and where')
    .description('Reads a policy file here, without a network. Exit code 0 where it is right, 1 where it is not.')
    .argument('<file>', 'the policy, YAML')
    .option('--json', 'print mistakes and warnings as JSON')
    .action(async (file: string, given: unknown) => {
      process.exitCode = await check(file, Options.parse(given).json === true);
    });
}

/** Reads the file as the service would, and says what is wrong where. A warning is no mistake. */
async function check(file: string, json: boolean): Promise<number> {
  const loaded = loadPolicy(await readText(file));
  const { ok, warnings } = loaded;
  if (json) printJson(ok ? { ok, version: loaded.version, warnings } : loaded);
  else {
    if (ok) printSummary(file, loaded.policy, loaded.version);
    else for (const mistake of loaded.mistakes) note(visibleLine(mistakeInWords(file, mistake)));
    for (const warning of warnings) note(visibleLine(`warning: ${mistakeInWords(file, warning)}`));
    if (!ok) note(`countersign: ${counted(loaded.mistakes.length, 'mistake')} in ${file}`);
  }
  return ok ? exitCodes.ok : exitCodes.rejected;
}

function printSummary(file: string, policy: Policy, version: string): void {
  const { directory, environments, checkpoints = [], workflows = [] } = policy;
  const gates = Object.values(environments).flatMap((environment) => Object.keys(environment.gates));
  const people = Object.keys(directory.people).length;
  if (people > 0) print(`${styled('green', 'This policy can be published')}: ${file}`);
  else print(`This policy can be read, but not be published before it has a directory: ${file}`);
  printPairs([
    ['version', version],
    ['people', peopleCounted(people)],
    ['checkpoints', checkpoints.length > 0 ? counted(checkpoints.length, 'checkpoint') : undefined],
    ['workflows', workflows.length > 0 ? counted(workflows.length, 'rule') : undefined],
    ['gates', counted(gates.length, 'gate')],
  ]);
}
