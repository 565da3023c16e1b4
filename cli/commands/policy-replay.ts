import type { Command } from 'commander';
import * as z from 'zod/mini';
import { isPersonLogId } from '../../core/canonical.ts';
import { type Replay, replay } from '../../core/policy/replay.ts';
import { counted, utcInWords } from '../../core/review-words.ts';
import { apiOf } from '../api-client.ts';
import { exitCodes } from '../exit-codes.ts';
import { note, print, printHeading, printJson, printPairs, printTable, styled } from '../output.ts';
import { entriesOf, fetchLogs, logsIn, sinceOf } from '../past-logs.ts';
import { policyIn } from '../policy-file.ts';
import { chooseTarget, TargetOptions, withTarget } from '../target.ts';

const Options = z.object({
  ...TargetOptions.shape,
  from: z.optional(z.string()),
  since: z.string(),
  failOnWeaker: z.optional(z.boolean()),
  allowNone: z.optional(z.boolean()),
  json: z.optional(z.boolean()),
});
type Options = z.infer<typeof Options>;

export function addPolicyReplay(policy: Command): void {
  const command = policy
    .command('replay')
    .summary('what a policy would have decided differently')
    .description(
      'Tries a policy out on past requests: which of them it would have decided differently, each as it was opened.\n' +
        'Edits, leavers and loads of that time are not played again.',
    )
    .argument('<file>', 'the policy, YAML')
    .option('--from <export>', 'the logs in this file, without a network (`audit export`); - for standard input')
    .option('--since <time>', 'requests opened since then: a time, or a duration such as 30_days', '30_days')
    .option(
      '--fail-on-weaker',
      'exit code 1 where a request would have met a weaker gate, or there was none to try it on',
    )
    .option('--allow-none', 'with --fail-on-weaker: exit code 0 where there are no past requests')
    .option('--json', 'print it as JSON');
  withTarget(command).action(async (file: string, given: unknown) => {
    process.exitCode = await replayed(file, Options.parse(given));
  });
}

async function replayed(file: string, options: Options): Promise<number> {
  const policy = await policyIn(file);
  const { from, since } = options;
  const exported =
    from === undefined ? await fetchLogs(apiOf(await chooseTarget(options)), sinceOf(since)) : await logsIn(from);
  const logs = exported.filter(({ id }) => !isPersonLogId(id)).map(entriesOf);
  const result = replay(logs, policy);
  const weaker = result.different.filter(isWeaker).length;
  if (options.json) printJson({ requests: result.requests, weaker, different: result.different });
  else printReplay(result, weaker);
  if (options.failOnWeaker && result.requests === 0 && !options.allowNone) {
    note(
      'countersign: nothing was tried out, so nothing is shown by it. Add --allow-none where that is as it should be.',
    );
    return exitCodes.rejected;
  }
  return options.failOnWeaker && weaker > 0 ? exitCodes.rejected : exitCodes.ok;
}

function printReplay({ requests, different }: Replay, weaker: number): void {
  if (requests === 0) {
    print('There are no past requests to try it on.');
    return;
  }
  const same = requests - different.length;
  print(styled('bold', `${counted(requests, 'past request')}: ${same} as before, ${different.length} differently.`));
  const kinds = Map.groupBy(
    different.flatMap(({ changes }) => [...new Set(changes.map(({ kind }) => kind))]),
    (kind) => kind,
  );
  printPairs([
    ['weaker', weaker > 0 ? String(weaker) : undefined],
    ...[...kinds].map(([kind, all]): [string, string] => [kind.replaceAll('_', ' '), String(all.length)]),
  ]);
  if (different.length === 0) return;
  printHeading('What would have been different');
  printTable(
    ['opened', 'request', 'title', 'difference'],
    different.map((one) => [
      utcInWords(one.openedAt),
      one.requestId,
      one.title,
      `${weakerInWords(one)}${one.changes.map(({ words }) => words).join('; ')}${one.withoutPayload ? ' (its payload is stored apart, so rules that look at it could not tell)' : ''}`,
    ]),
  );
  const unsure = different.some((one) => weakerInWords(one).startsWith('may'));
  if (weaker > 0) print(`\n${weaker} would have met a weaker gate than they did${unsure ? ', or may have' : ''}.`);
}

/** Where it cannot be worked out it counts as weaker, and is said to be that. */
function weakerInWords(one: Replay['different'][number]): string {
  if (!isWeaker(one)) return '';
  return one.changes.some(({ weaker, undecided }) => weaker && !undecided) ? 'weaker: ' : 'may be weaker: ';
}

function isWeaker({ changes }: Replay['different'][number]): boolean {
  return changes.some(({ weaker }) => weaker);
}
