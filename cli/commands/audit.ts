import type { Command } from 'commander';
import * as z from 'zod/mini';
import { isPersonLogId } from '../../core/canonical.ts';
import { verifyPersonLog } from '../../core/person/verify.ts';
import { utcInWords } from '../../core/review-words.ts';
import { type Verification, verifyLog } from '../../core/verify.ts';
import { visibleLine } from '../../core/visible.ts';
import { type Api, apiOf } from '../api-client.ts';
import { readText } from '../ask.ts';
import { AuditExport, Request } from '../contract.ts';
import { entryInWords } from '../entry-in-words.ts';
import { exitCodes } from '../exit-codes.ts';
import { usage } from '../failure.ts';
import { print, printJson, printJsonLine, printPairs, printTable, styled } from '../output.ts';
import { exportIn, fetchLogs, sinceOf } from '../past-logs.ts';
import { during } from '../progress.ts';
import { checkedId } from '../request-id.ts';
import { chooseTarget, TargetOptions, withTarget } from '../target.ts';

const Options = z.object({
  ...TargetOptions.shape,
  request: z.optional(z.string()),
  file: z.optional(z.string()),
  head: z.optional(z.string()),
  json: z.optional(z.boolean()),
});
type Options = z.infer<typeof Options>;

export function addAudit(program: Command): void {
  const audit = program
    .command('audit')
    .summary('read and verify the record of a request')
    .description('Reads and verifies the record of a request.');

  const verify = audit
    .command('verify')
    .description(
      "Verifies a request's record here, without trusting the service: hashes, order, gaps, payload digests, votes.\n" +
        'Exit code 0 where it holds, 1 where it does not, naming the entry.',
    )
    .option('--request <id>', 'fetch this request and verify it')
    .option(
      '--file <export>',
      'verify an export instead (`audit show --json`), without a network; - for standard input',
    )
    .option('--head <hash>', 'a hash that must be in it, e.g. auditHead of an answer you kept: shows a cut tail')
    .option('--json', 'print the finding as JSON');
  withTarget(verify).action(async (given: unknown) => {
    process.exitCode = await verified(Options.parse(given));
  });

  const show = audit
    .command('show')
    .description("Shows a request's record, entry by entry.")
    .argument('<id>', "the request's id")
    .option('--json', 'print it as JSON: an export that `audit verify --file` reads');
  withTarget(show).action(async (id: string, given: unknown) => {
    const options = Options.parse(given);
    const checked = checkedId(id);
    const exported = await fetchLog(apiOf(await chooseTarget(options)), checked);
    if (options.json) return printJson(exported);
    printTable(['seq', 'when', 'what', 'who', 'more'], exported.entries.map(entryInWords));
    print(`\nTo check it: countersign audit verify --request ${checked}`);
  });

  addExport(audit);
}

function addExport(audit: Command): void {
  const command = audit
    .command('export')
    .description('Prints the records of past requests, one a line: what `policy replay --from` reads.')
    .option('--since <time>', 'requests opened since then: a time, or a duration such as 30_days', '30_days');
  withTarget(command).action(async (given: unknown) => {
    const { since, ...options } = z.object({ ...TargetOptions.shape, since: z.string() }).parse(given);
    for (const one of await fetchLogs(apiOf(await chooseTarget(options)), sinceOf(since))) printJsonLine(one);
  });
}

async function verified(options: Options): Promise<number> {
  const { request, file, head } = options;
  if ((request === undefined) === (file === undefined))
    throw usage('Say what to verify: either --request with an id, or --file with an export.');
  if (head !== undefined && !/^[0-9a-f]{64}$/.test(head)) throw usage('--head must be a hash: 64 hex digits.');
  const result = request === undefined ? await ofFile(file ?? '-', head) : await ofRequest(request, options);
  if (options.json) {
    const { request: folded, ...plain } = result;
    printJson({ ...plain, ...(folded && { status: folded.status }), ...outcomeOf(result) });
  } else printVerification(result, head !== undefined || request !== undefined);
  return result.ok ? exitCodes.ok : exitCodes.rejected;
}

async function ofFile(file: string, head: string | undefined): Promise<Verification> {
  const exported = exportIn(await readText(file), file === '-' ? 'standard input' : file);
  if (!exported)
    throw usage(
      `${file} is not an export: it must be JSON with \`id\` and \`entries\`, as \`audit show --json\` prints it.`,
    );
  const { id, entries } = exported;
  const expected = { id, ...(head !== undefined && { head }) };
  return isPersonLogId(id) ? verifyPersonLog(entries, expected) : verifyLog(entries, expected);
}

/** The request is asked for first: the record may have grown since, and must still hold the hash that was its last. */
async function ofRequest(given: string, options: Options): Promise<Verification> {
  const id = checkedId(given);
  const api = apiOf(await chooseTarget(options));
  return during('Fetching the record', async () => {
    const { body } = await api.call({ method: 'GET', path: `/requests/${id}`, repeatable: true }, Request);
    const { entries } = await fetchLog(api, id);
    const live = verifyLog(entries, { id, head: body.auditHead });
    if (options.head === undefined || !live.ok) return live;
    return verifyLog(entries, { id, head: options.head });
  });
}

async function fetchLog(api: Api, id: string): Promise<AuditExport> {
  return (await api.call({ method: 'GET', path: `/requests/${id}/audit`, repeatable: true }, AuditExport)).body;
}

function printVerification(result: Verification, anchored: boolean): void {
  const { ok, id, entries, findings, head, request, unchecked } = result;
  print(
    ok
      ? `${styled('green', 'Verified')}: the ${entries} entries of ${ofWhat(id)} are whole and in order.`
      : `${styled('red', 'Not verified')}: the record of ${ofWhat(id)} is not what was written.`,
  );
  for (const { seq, position, message } of findings)
    print(
      `  entry ${seq}${position !== undefined && position !== seq ? ` (${position}. in the export)` : ''} ${visibleLine(message)}`,
    );
  printPairs([
    ['says', request && `${request.claim.title}: ${outcomeOf(result).outcome ?? request.status}`],
    ['last entry', request && utcInWords(request.at)],
    ['last hash', head],
    ...unchecked.map((what): [string, string] => ['not checked', what]),
  ]);
  if (ok && !anchored)
    print('  That nothing is missing at its end shows only against a hash kept elsewhere: --head, with an auditHead.');
}

function ofWhat(id: string): string {
  return `${isPersonLogId(id) ? 'the person' : 'request'} ${visibleLine(id)}`;
}

function outcomeOf({ request }: Verification): { outcome?: string } {
  return request && 'outcome' in request ? { outcome: request.outcome } : {};
}
