import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod/mini';
import { counted } from '../../core/review-words.ts';
import { visibleLine } from '../../core/visible.ts';
import { printAnswer } from '../answer-out.ts';
import { apiOf } from '../api-client.ts';
import { AskOptions, readAsk, withAsk } from '../ask.ts';
import { type Answer, Opened } from '../contract.ts';
import { durationMs } from '../duration.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import { usage } from '../failure.ts';
import { whenInterrupted } from '../interrupt.ts';
import { note, print, printJson, printPairs, styled } from '../output.ts';
import { during } from '../progress.ts';
import { chooseTarget, TargetOptions, withTarget } from '../target.ts';
import { untilSettled } from '../wait.ts';

const Options = z.object({
  ...AskOptions.shape,
  ...TargetOptions.shape,
  wait: z.optional(z.boolean()),
  timeout: z.optional(z.number()),
  json: z.optional(z.boolean()),
});

export function addRequest(program: Command): void {
  const command = program
    .command('request')
    .summary('ask for approval')
    .description(
      'Asks for approval of exactly what the payload says. The same key with the same content asks only once.',
    )
    .argument('[file]', 'the request as JSON, or - for standard input; options add to it')
    .option('--wait', 'wait for the decision; the exit code tells the outcome')
    .option('--timeout <duration>', 'with --wait: give up waiting after this, e.g. 90s, 30m, 24_hours', (given) => {
      const ms = durationMs(given);
      if (ms === undefined) throw new InvalidArgumentError('It must look like 90s, 30m, 2h, 1d or 24_hours.');
      return ms;
    })
    .option('--json', 'print the reply, with --wait the answer, as JSON')
    .addHelpText(
      'after',
      '\nExit codes: 0 opened; with --wait 0 approved, 1 rejected or changes requested, 2 expired or cancelled.\n' +
        '3 no answer could be had, 4 refused, 64 wrong use.',
    );
  withTarget(withAsk(command)).action(async (file: string | undefined, given: unknown) => {
    process.exitCode = await request(file, Options.parse(given));
  });
}

async function request(file: string | undefined, options: z.infer<typeof Options>): Promise<number> {
  if (options.timeout !== undefined && !options.wait) throw usage('--timeout is for waiting: add --wait.');
  const given = await readAsk(file, AskOptions.parse(options));
  // Without a key of its own a request that is sent again, its reply lost, would be asked twice.
  const ask = given.requestId === undefined ? { ...given, requestId: `cli-${randomUUID()}` } : given;
  const api = apiOf(await chooseTarget(options));
  whenInterrupted(
    `Whether the request was opened is not known. Asking again with --request-id ${shellWord(ask.requestId)} finds it.`,
  );
  const { status, body } = await during('Opening the request', () =>
    api.call({ method: 'POST', path: '/requests', body: ask, repeatable: true }, Opened),
  );
  whenInterrupted(`No longer waiting. The request stays open: countersign show ${body.id}`);
  if (!options.wait) {
    if (options.json) printJson(body);
    else printOpened(status, body);
    return exitCodes.ok;
  }
  if (!body.answer)
    note(`${status === 201 ? 'Opened' : 'Joined'} request ${body.id} (${visibleLine(body.requestId)}).`);
  const answer: Answer = body.answer ?? (await untilSettled(api, body.id, options.timeout));
  if (options.json) printJson(answer);
  else printAnswer(answer);
  return exitCodeOf(answer.outcome);
}

function printOpened(status: number, { id, requestId, stages, expectedWait, answer }: Opened): void {
  print(styled('bold', status === 201 ? 'Opened' : 'There already: joined the request with the same key and content'));
  printPairs([
    ['id', id],
    ['request id', requestId],
    ...(answer
      ? []
      : stages.map(({ name, approvers }): [string, string] => [
          name,
          `asks ${approvers.map((approver) => approver.name).join(', ')}`,
        ])),
    [
      'usually decided',
      expectedWait &&
        `within ${secondsInWords(expectedWait.median)}, nine in ten within ${secondsInWords(expectedWait.ninetieth)}`,
    ],
  ]);
  print();
  if (answer) printAnswer(answer);
  else print(`See how it stands: countersign show ${id}`);
}

/** Roughly: past waits promise nothing. */
function secondsInWords(seconds: number): string {
  const [size, unit] =
    seconds < 90
      ? [1, 'second']
      : seconds < 5_400
        ? [60, 'minute']
        : seconds < 129_600
          ? [3_600, 'hour']
          : [86_400, 'day'];
  return counted(Math.max(1, Math.round(seconds / size)), unit);
}

/** As it can be pasted into a shell. */
function shellWord(value: unknown): string {
  const text = visibleLine(String(value));
  return /^[\w.:/@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
