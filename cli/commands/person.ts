import type { Command } from 'commander';
import * as z from 'zod/mini';
import { utcInWords } from '../../core/review-words.ts';
import { visibleLine } from '../../core/visible.ts';
import { apiOf } from '../api-client.ts';
import { Person } from '../contract.ts';
import { print, printHeading, printJson, printTable, styled } from '../output.ts';
import { during } from '../progress.ts';
import { chooseTarget, TargetOptions, withTarget } from '../target.ts';

const Options = z.object({ ...TargetOptions.shape, json: z.optional(z.boolean()) });

export function addPerson(program: Command): void {
  const command = program
    .command('person')
    .summary("show somebody's emergency overrides and the reviews they owe")
    .description("Shows somebody's emergency overrides, and the reviews of them that are still to come.")
    .argument('<who>', 'an address, or a key of the directory')
    .option('--json', 'print it as JSON, with its record: an export that `audit verify --file` reads');
  withTarget(command).action(async (who: string, given: unknown) => {
    const options = Options.parse(given);
    const api = apiOf(await chooseTarget(options));
    const path = `/people/${encodeURIComponent(who)}`;
    const { body } = await during('Looking', () => api.call({ method: 'GET', path, repeatable: true }, Person));
    if (options.json) printJson(body);
    else printPerson(body, new Date().toISOString());
  });
}

function printPerson({ person, overrides, owed }: Person, now: string): void {
  print(`${styled('bold', visibleLine(person))} ${standing(owed, now)}`);
  if (overrides.length > 0) {
    printHeading('Emergency overrides');
    printTable(
      ['when', 'title', 'justification', 'request'],
      overrides.map(({ at, title, justification, request }) => [utcInWords(at), title, justification, request]),
    );
  }
  if (owed.length > 0) {
    printHeading('Reviews still to come');
    printTable(
      ['due', 'review', 'of override'],
      owed.map(({ due, review, override }) => [
        `${utcInWords(due)}${due <= now ? ' (overdue)' : ''}`,
        review,
        override,
      ]),
    );
  }
}

function standing(owed: Person['owed'], now: string): string {
  if (owed.some(({ due }) => due <= now)) return styled('red', 'has an overdue review, and so no other override');
  return owed.length > 0 ? styled('yellow', 'has overrides to be reviewed') : 'owes no review';
}
