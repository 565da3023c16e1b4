import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod/mini';
import { visibleLine } from '../../core/visible.ts';
import { apiOf } from '../api-client.ts';
import { LinkKeys } from '../contract.ts';
import { print, printJson } from '../output.ts';
import { during } from '../progress.ts';
import { checkedId } from '../request-id.ts';
import { chooseTarget, TargetOptions, withTarget } from '../target.ts';

const Options = z.object({
  ...TargetOptions.shape,
  person: z.optional(z.string()),
  reason: z.optional(z.string()),
  json: z.optional(z.boolean()),
});

export function addLinks(program: Command): void {
  const links = program
    .command('links')
    .summary('reissue links, rotate or revoke their keys')
    .description('Looks after the links in mails and the keys that sign them.');

  const rotate = links
    .command('rotate')
    .description('Signs new links with a new key. Links that are out keep working until they expire.')
    .option('--json', "print the API's reply as JSON");
  withTarget(rotate).action(async (given: unknown) => changeKeys({ action: 'rotate' }, Options.parse(given)));

  const revoke = links
    .command('revoke')
    .description(
      "Makes every link of a key's epoch worthless at once. Open requests get new links by mail within minutes.",
    )
    .argument('<epoch>', 'the epoch, a number from 1 on', (given: string) => {
      if (!/^[1-9]\d{0,4}$/.test(given)) throw new InvalidArgumentError('It must be a number from 1 on.');
      return Number(given);
    })
    .option('--json', "print the API's reply as JSON");
  withTarget(revoke).action(async (epoch: number, given: unknown) =>
    changeKeys({ action: 'revoke', epoch }, Options.parse(given)),
  );

  const reissue = links
    .command('reissue')
    .description('Mails new links for a request and makes the old ones worthless.')
    .argument('<id>', "the request's id")
    .option('--person <key>', "only this person's: their key in the directory")
    .option('--reason <text>', 'why; it is recorded', 'Reissued from the command line.')
    .option('--json', "print the API's reply as JSON");
  withTarget(reissue).action(async (id: string, given: unknown) => {
    const { person, reason, ...options } = Options.parse(given);
    const path = `/requests/${checkedId(id)}/links`;
    const api = apiOf(await chooseTarget(options));
    const body = { reason, commandId: randomUUID(), ...(person !== undefined && { person }) };
    const reply = await during('Reissuing', () =>
      api.call({ method: 'POST', path, body, repeatable: true }, z.unknown()),
    );
    if (options.json) printJson(reply.body);
    else print(person === undefined ? 'New links go out by mail.' : `A new link goes out to ${visibleLine(person)}.`);
  });
}

type Change = { action: 'rotate' } | { action: 'revoke'; epoch: number };

async function changeKeys(change: Change, options: z.infer<typeof Options>): Promise<void> {
  const target = await chooseTarget(options);
  const { body } = await during('Changing the link keys', () =>
    apiOf(target).call(
      { method: 'POST', path: '/link-keys', body: change, repeatable: change.action === 'revoke' },
      LinkKeys,
    ),
  );
  if (options.json) return printJson(body);
  const done =
    change.action === 'rotate'
      ? 'New links are signed with a new key, and those that are out keep working.'
      : `Links of epoch ${change.epoch} are worthless from now on; open requests get new ones by mail within minutes.`;
  print(`${done} The epoch is ${body.epoch} in ${target.name}.`);
}
