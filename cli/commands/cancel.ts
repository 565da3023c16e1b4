import type { Command } from 'commander';
import * as z from 'zod/mini';
import { visibleLine } from '../../core/visible.ts';
import { type Api, apiOf } from '../api-client.ts';
import { Request } from '../contract.ts';
import { Refused } from '../failure.ts';
import { print, printJson } from '../output.ts';
import { during } from '../progress.ts';
import { checkedId } from '../request-id.ts';
import { chooseTarget, TargetOptions, withTarget } from '../target.ts';

const Options = z.object({ ...TargetOptions.shape, reason: z.string(), json: z.optional(z.boolean()) });

export function addCancel(program: Command): void {
  const command = program
    .command('cancel')
    .summary('take a request back')
    .description('Takes a request back. Work that waits for it fails with Approval.Cancelled.')
    .argument('<id>', "the request's id")
    .requiredOption('--reason <text>', 'why; it is recorded and told to those who were asked')
    .option('--json', "print the API's reply as JSON");
  withTarget(command).action(async (id: string, given: unknown) => {
    const options = Options.parse(given);
    const checked = checkedId(id);
    const api = apiOf(await chooseTarget(options));
    const reply = await during('Cancelling', () => cancelled(api, checked, options.reason));
    if (options.json) printJson(reply);
    else print(`Cancelled request ${visibleLine(checked)}.`);
  });
}

/** Cancels. A request that is cancelled already is what was wanted: the reply to an earlier attempt may have been lost. */
async function cancelled(api: Api, id: string, reason: string): Promise<unknown> {
  const path = `/requests/${id}/cancel`;
  try {
    return (await api.call({ method: 'POST', path, body: { reason }, repeatable: true }, z.unknown())).body;
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'already_settled') throw error;
    const { body } = await api.call({ method: 'GET', path: `/requests/${id}`, repeatable: true }, Request);
    if (body.outcome === 'cancelled') return body;
    throw error;
  }
}
