import { basename } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod/mini';
import { loadPolicy, mistakeInWords } from '../../core/policy/load.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { counted } from '../../core/review-words.ts';
import { visibleLine } from '../../core/visible.ts';
import { type Api, apiOf } from '../api-client.ts';
import { readText } from '../ask.ts';
import { Published } from '../contract.ts';
import { exitCodes } from '../exit-codes.ts';
import { Refused } from '../failure.ts';
import { note, print, printJson, printPairs, styled } from '../output.ts';
import { during } from '../progress.ts';
import { chooseTarget, TargetOptions, withTarget } from '../target.ts';

const Options = z.object({ ...TargetOptions.shape, json: z.optional(z.boolean()) });

export function addPolicy(program: Command): void {
  const policy = program
    .command('policy')
    .summary('check or publish the policy')
    .description('Checks and publishes the policy: who may ask, who must agree.');

  policy
    .command('check')
    .description('Reads a policy file here, without a network. Exit code 0 where it is right, 1 where it is not.')
    .argument('<file>', 'the policy, YAML')
    .option('--json', 'print mistakes and warnings as JSON')
    .action(async (file: string, given: unknown) => {
      process.exitCode = await check(file, Options.parse(given).json === true);
    });

  const publish = policy
    .command('publish')
    .description('Puts a policy in force. Requests that are open keep the gate they were opened with.')
    .argument('<file>', 'the policy, YAML')
    .option('--json', "print the API's reply as JSON");
  withTarget(publish).action(async (file: string, given: unknown) => {
    const options = Options.parse(given);
    const text = await readText(file);
    const target = await chooseTarget(options);
    const published = await during('Publishing', () => put(apiOf(target), file, text)).catch((error: unknown) => {
      if (!(error instanceof Refused) || error.problems.length === 0) throw error;
      const { code, message, problems } = error;
      if (options.json) printJson({ code, message, errors: problems });
      const lines = problems.map((problem) => visibleLine(mistakeInWords(file, problem)));
      throw new Refused(code, message, lines);
    });
    if (options.json) return printJson(published);
    const { version, people, gates, changed } = published;
    const already = changed === false ? 'was in force already' : 'is in force';
    print(`${styled('green', `The policy ${already}`)} in ${visibleLine(target.name)}.`);
    printPairs([
      ['version', version],
      ['people', people !== undefined ? peopleCounted(people) : undefined],
      ['gates', gates !== undefined ? counted(gates, 'gate') : undefined],
    ]);
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

async function put(api: Api, file: string, text: string) {
  const body = { text, filename: basename(file) };
  return (await api.call({ method: 'PUT', path: '/policy', body, repeatable: true }, Published)).body;
}

function peopleCounted(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}
