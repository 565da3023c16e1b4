import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import * as z from 'zod/mini';
import { parseWindowAsk } from '../../core/maintenance/plan-window.ts';
import { utcInWords } from '../../core/review-words.ts';
import { visibleLine } from '../../core/visible.ts';
import { apiOf } from '../api-client.ts';
import { Window, Windows } from '../contract.ts';
import { usage } from '../failure.ts';
import { whenInterrupted } from '../interrupt.ts';
import { print, printJson, printPairs, printTable, styled } from '../output.ts';
import { during } from '../progress.ts';
import { checkedId } from '../request-id.ts';
import { chooseTarget, TargetOptions, withTarget } from '../target.ts';

const some = z.optional(z.array(z.string()));
const json = z.optional(z.boolean());
const Schedule = z.object({
  ...TargetOptions.shape,
  ...{ title: z.string(), reason: z.string(), from: z.string(), to: z.string() },
  ...{ environment: some, source: some, stakeholder: some, requestId: z.optional(z.string()), json },
});
const List = z.object({ ...TargetOptions.shape, json });
const Cancel = z.object({ ...TargetOptions.shape, reason: z.string(), json });

const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value];

export function addWindow(program: Command): void {
  const windows = program
    .command('window')
    .summary('ask for maintenance windows, list them, take one back')
    .description('Looks after maintenance windows: times in which what they are for is let through, and recorded.');

  const schedule = windows
    .command('schedule')
    .description('Asks for a maintenance window. Others approve it; it begins by itself, and is validated afterwards.')
    .requiredOption('--title <text>', 'what is done in it, in one line')
    .requiredOption('--reason <text>', 'why nothing in it should wait for an approval')
    .requiredOption('--from <time>', 'when it begins: UTC, e.g. 2026-11-21T22:00:00Z')
    .requiredOption('--to <time>', 'when it ends: UTC')
    .requiredOption(
      '--environment <pattern>',
      'which environments it is for, `*` for any run of letters (repeatable)',
      collect,
    )
    .requiredOption(
      '--source <pattern>',
      'whose requests it lets through, e.g. events:deploys.*@* (repeatable)',
      collect,
    )
    .option('--stakeholder <address>', "who is told of it, besides the policy's own stakeholders (repeatable)", collect)
    .option('--request-id <key>', 'your key for it: the same key asks only once')
    .option('--json', "print the API's reply as JSON");
  withTarget(schedule).action(async (given: unknown) => scheduled(Schedule.parse(given)));

  const list = windows
    .command('list')
    .description('Lists every window that is asked for, granted or open.')
    .option('--json', "print the API's reply as JSON");
  withTarget(list).action(async (given: unknown) => {
    const options = List.parse(given);
    const api = apiOf(await chooseTarget(options));
    const call = { method: 'GET' as const, path: '/maintenance-windows', repeatable: true };
    const { body } = await during('Looking', () => api.call(call, Windows));
    if (options.json) return printJson(body);
    if (body.windows.length === 0) return print('There are no maintenance windows.');
    printTable(['id', 'from', 'to', 'where', 'stands', 'let through', 'title'], body.windows.map(row));
  });

  const cancel = windows
    .command('cancel')
    .description('Takes a window back before it begins, or ends it at once. Stakeholders are told.')
    .argument('<id>', "the window's id")
    .requiredOption('--reason <text>', 'why; it is recorded and told')
    .option('--json', "print the API's reply as JSON");
  withTarget(cancel).action(async (id: string, given: unknown) => {
    const { reason, ...options } = Cancel.parse(given);
    const path = `/maintenance-windows/${checkedId(id)}/cancel`;
    const api = apiOf(await chooseTarget(options));
    const call = { method: 'POST' as const, path, body: { reason }, repeatable: true };
    const { body } = await during('Cancelling', () => api.call(call, Window));
    if (options.json) printJson(body);
    else
      print(
        body.window.ended
          ? 'The window is over: everything needs its approval again.'
          : 'The window will not take place.',
      );
  });
}

async function scheduled(options: z.infer<typeof Schedule>): Promise<void> {
  const { title, reason, from, to, environment = [], source = [], stakeholder } = options;
  // Without a key of its own a window that is asked for again, its reply lost, would be asked twice.
  const requestId = options.requestId ?? `cli-${randomUUID()}`;
  const body = {
    requestId,
    title,
    reason,
    from,
    to,
    environments: environment,
    sources: source,
    ...(stakeholder && { stakeholders: stakeholder }),
  };
  checked(body);
  const api = apiOf(await chooseTarget(options));
  whenInterrupted('Whether the window was asked for is not known: countersign window list shows it.');
  const call = { method: 'POST' as const, path: '/maintenance-windows', body, repeatable: true };
  const reply = await during('Asking for the window', () => api.call(call, Window));
  if (options.json) return printJson(reply.body);
  print(styled('bold', reply.status === 201 ? 'Asked for' : 'There already: the same window was asked for before'));
  printPairs([
    ['id', reply.body.id],
    ['from', utcInWords(reply.body.window.from)],
    ['to', utcInWords(reply.body.window.to)],
    ['told', reply.body.window.stakeholders.join(', ')],
    ...reply.body.stages.map(({ name, approvers }): [string, string] => [
      name,
      `asks ${approvers.map((approver) => approver.name).join(', ')}`,
    ]),
  ]);
  print();
  print(`See how it stands: countersign show ${visibleLine(reply.body.id)}`);
}

/** What no policy would make right is said before anybody is asked. */
function checked(body: { from: string; to: string }): void {
  const read = parseWindowAsk(body);
  const problems = 'code' in read ? read.errors : [];
  const [from, to] = [Date.parse(body.from), Date.parse(body.to)];
  const lines = problems.map(({ path, message }) => visibleLine(`${path}: ${message}`));
  if (to <= from) lines.push('to: must be after `from`');
  if (lines.length > 0) throw usage('The window is not right; nobody was asked.', lines);
}

function row({ id, claim, status, window }: Window): string[] {
  const stands = window.state === 'in_force' ? 'open' : status;
  const { from, to, environments, through } = window;
  return [id, utcInWords(from), utcInWords(to), environments.join(', '), stands, String(through), claim.title];
}
