import { basename } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod/mini';
import { changeInWords } from '../../core/policy/changes.ts';
import { mistakeInWords } from '../../core/policy/load.ts';
import { counted } from '../../core/review-words.ts';
import { visibleLine } from '../../core/visible.ts';
import { printAnswer } from '../answer-out.ts';
import { type Api, apiOf } from '../api-client.ts';
import { collect, readText } from '../ask.ts';
import { type AwaitingPolicy, PolicyReply, type PublishedPolicy } from '../contract.ts';
import { durationMs } from '../duration.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import { fault, Refused, usage } from '../failure.ts';
import { whenInterrupted } from '../interrupt.ts';
import { note, print, printHeading, printJson, printPairs, styled } from '../output.ts';
import { peopleCounted } from '../policy-file.ts';
import { during } from '../progress.ts';
import { chooseTarget, type Target, TargetOptions, withTarget } from '../target.ts';
import { untilSettled } from '../wait.ts';
import { untilInForce } from '../wait-in-force.ts';

const Options = z.object({
  ...TargetOptions.shape,
  author: z.optional(z.array(z.string())),
  wait: z.optional(z.boolean()),
  timeout: z.optional(z.number()),
  json: z.optional(z.boolean()),
});
type Options = z.infer<typeof Options>;

/** Differences printed; `--json` has them all. */
const MOST = 200;

export function addPolicyPublish(policy: Command): void {
  const publish = policy
    .command('publish')
    .summary('put a policy in force, or have it approved')
    .description(
      'Publishes a policy. Where the policy in force has a gate for that (`policy_change`), it takes effect once it is\n' +
        'approved there. Requests that are open keep the gate they were opened with.',
    )
    .argument('<file>', 'the policy, YAML')
    .option(
      '--author <address>',
      'who wrote it, and so may not approve it (repeatable); needed where the caller is a machine and there is a gate',
      collect,
    )
    .option('--wait', 'wait until it is in force; the exit code tells the outcome')
    .option('--timeout <duration>', 'with --wait: give up waiting after this, e.g. 90s, 30m, 24_hours', (given) => {
      const ms = durationMs(given);
      if (ms === undefined) throw new InvalidArgumentError('It must look like 90s, 30m, 2h, 1d or 24_hours.');
      return ms;
    })
    .option('--json', "print the API's reply as JSON")
    .addHelpText(
      'after',
      '\nExit codes: 0 in force, or without --wait: in force or asked for; with --wait 1 rejected, 2 expired, cancelled, or\n' +
        'another policy came into force meanwhile; 3 no answer could be had, 4 refused, 64 wrong use.',
    );
  withTarget(publish).action(async (file: string, given: unknown) => {
    process.exitCode = await published(file, Options.parse(given));
  });
}

async function published(file: string, options: Options): Promise<number> {
  if (options.timeout !== undefined && !options.wait) throw usage('--timeout is for waiting: add --wait.');
  const text = await readText(file);
  const target = await chooseTarget(options);
  const api = apiOf(target);
  const reply = await during('Publishing', () => put(api, file, text, options.author)).catch((error: unknown) => {
    if (!(error instanceof Refused) || error.problems.length === 0) throw error;
    const { code, message, problems } = error;
    if (options.json) printJson({ code, message, errors: problems });
    // Not every problem is one of the file's text.
    const lines = problems.every(({ line }) => line === undefined)
      ? error.details
      : problems.map((problem) => visibleLine(mistakeInWords(file, problem)));
    throw new Refused(code, message, lines);
  });
  for (const warning of reply.warnings ?? []) note(visibleLine(`warning: ${warning}`));
  if (reply.status !== 'awaiting_approval') {
    if (options.json) printJson(reply);
    else printInForce(reply, target);
    return exitCodes.ok;
  }
  if (options.wait) return waited(api, target, reply, options);
  if (options.json) printJson(reply);
  else printAwaiting(reply);
  return exitCodes.ok;
}

async function waited(api: Api, target: Target, reply: AwaitingPolicy, options: Options): Promise<number> {
  const { id, version, approvers } = reply;
  if (!options.json) printChanges(reply.changes);
  note(visibleLine(`It waits for ${approvers.join(', ')}: request ${id}.`));
  whenInterrupted(`No longer waiting. It takes effect once it is approved: countersign show ${id}`);
  const answer = await untilSettled(api, id, options.timeout);
  const approved = exitCodeOf(answer.outcome) === exitCodes.ok;
  const became = approved ? await untilInForce(api, reply) : answer.outcome;
  if (options.json) printJson({ status: became, version, id, answer });
  else if (!approved) printAnswer(answer);
  switch (became) {
    case 'in_force':
      if (!options.json) printInForce({ version }, target);
      return exitCodes.ok;
    case 'overtaken':
      note(
        'It was approved, but another policy came into force meanwhile, so it is not. Look at that one, then publish again.',
      );
      return exitCodes.ended;
    case 'not_yet':
      throw fault('It is approved and not in force yet. It will be by itself: docs/runbook.md, "Policy not in force".');
    default:
      return exitCodeOf(answer.outcome);
  }
}

function printInForce({ version, people, gates, changed, changes = [] }: PublishedPolicy, target: Target): void {
  const already = changed === false ? 'was in force already' : 'is in force';
  print(`${styled('green', `The policy ${already}`)} in ${visibleLine(target.name)}.`);
  printPairs([
    ['version', version],
    ['people', people !== undefined ? peopleCounted(people) : undefined],
    ['gates', gates !== undefined ? counted(gates, 'gate') : undefined],
  ]);
  printChanges(changes);
}

function printAwaiting({ id, version, approvers, stages, changes }: AwaitingPolicy): void {
  print(
    styled(
      'yellow',
      'Nothing has changed yet: the policy in force lets another one take effect only if it is approved.',
    ),
  );
  printPairs([
    ['version', version],
    ['request', id],
    ...stages.map(({ name, rule }): [string, string] => [name, rule]),
    ['asks', approvers.join(', ')],
  ]);
  printChanges(changes);
  print(`\nIt takes effect by itself once it is approved. See how it stands: countersign show ${id}`);
}

function printChanges(changes: NonNullable<PublishedPolicy['changes']>): void {
  if (changes.length === 0) return;
  printHeading(counted(changes.length, 'change'));
  for (const change of changes.slice(0, MOST)) print(`  ${visibleLine(changeInWords(change))}`);
  if (changes.length > MOST) print(`  and ${changes.length - MOST} more (--json shows them all)`);
}

async function put(api: Api, file: string, text: string, authors: string[] | undefined): Promise<PolicyReply> {
  const body = { text, filename: basename(file), ...(authors && { authors }) };
  return (await api.call({ method: 'PUT', path: '/policy', body, repeatable: true }, PolicyReply)).body;
}
