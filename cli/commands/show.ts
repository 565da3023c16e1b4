import type { Command } from 'commander';
import * as z from 'zod/mini';
import { answered, counted, letsThrough, outcomeHeading, timeLeft, utcInWords } from '../../core/review-words.ts';
import { visibleLine } from '../../core/visible.ts';
import { apiOf } from '../api-client.ts';
import { Request } from '../contract.ts';
import { usage } from '../failure.ts';
import { print, printHeading, printJson, printPairs, printTable, styled } from '../output.ts';
import { during } from '../progress.ts';
import { checkedId } from '../request-id.ts';
import { chooseTarget, TargetOptions, withTarget } from '../target.ts';

const Options = z.object({
  ...TargetOptions.shape,
  requestId: z.optional(z.string()),
  json: z.optional(z.boolean()),
});

export function addShow(program: Command): void {
  const command = program
    .command('show')
    .summary('show how a request stands')
    .description('Shows a request: where it stands, who was asked, who answered what, and what waits for it.')
    .argument('[id]', "the request's id")
    .option('--request-id <key>', 'find it by your own key instead')
    .option('--json', 'print it as JSON');
  withTarget(command).action(async (id: string | undefined, given: unknown) => {
    const options = Options.parse(given);
    if ((id === undefined) === (options.requestId === undefined))
      throw usage('Name the request: either its id, or --request-id with your own key.');
    const path =
      id !== undefined
        ? `/requests/${checkedId(id)}`
        : `/requests?requestId=${encodeURIComponent(options.requestId ?? '')}`;
    const api = apiOf(await chooseTarget(options));
    const { body } = await during('Looking', () => api.call({ method: 'GET', path, repeatable: true }, Request));
    if (options.json) printJson(body);
    else printRequest(body, new Date().toISOString());
  });
}

function printRequest(request: Request, now: string): void {
  const { claim, verified } = request;
  print(`${styled('bold', visibleLine(claim.title))} ${standing(request)}`);
  const left = request.deadline && timeLeft(now, request.deadline);
  printPairs([
    ['id', request.id],
    ['request id', request.requestId],
    ['environment', `${claim.environment}${claim.risk ? `, ${claim.risk} risk` : ''}`],
    ['asked by', `${claim.requestedBy} (claimed)`],
    ['verified', verified.principal ?? verified.person ?? request.source],
    ['source', request.source],
    ['revises', claim.revises],
    ['opened', utcInWords(request.openedAt)],
    ['settled', request.settledAt && utcInWords(request.settledAt)],
    ['until', request.deadline && `${utcInWords(request.deadline)}${left ? ` (${left} left)` : ' (passed)'}`],
    ['takes effect', request.effectAt && utcInWords(request.effectAt)],
    ['round', request.round > 1 ? String(request.round) : undefined],
    ['digest', request.digest],
    ['reason', request.answer?.reason],
    ['audit head', request.auditHead],
  ]);
  printHeading('Who is asked');
  printTable(
    ['stage', 'rule', 'who', 'address', 'standing'],
    request.stages.flatMap(({ name, rule, approvers }) =>
      approvers.map((approver, at) => [
        at === 0 ? name : '',
        at === 0 ? rule : '',
        approver.name,
        approver.address,
        approver.standing,
      ]),
    ),
  );
  const said = [
    ...request.votes.map((vote) => ({ ...vote, what: answered(vote.answer) })),
    ...request.comments.map((comment) => ({ ...comment, conditions: undefined, what: 'commented' })),
  ].sort((a, b) => a.at.localeCompare(b.at));
  if (said.length > 0) {
    printHeading('What was said');
    printTable(
      ['when', 'who', 'what', 'comment', 'conditions'],
      said.map(({ at, by, what, comment, conditions }) => [utcInWords(at), by, what, comment, conditions?.join('; ')]),
    );
  }
  if (request.tasks.length > 0) {
    printHeading(`${counted(request.tasks.length, 'task')} of its work`);
    printTable(
      ['task', 'state', 'execution'],
      request.tasks.map(({ key, state, execution }) => [key, state, execution]),
    );
  }
  if (request.notNotified.length > 0) {
    printHeading(styled('yellow', 'Mail that could not be sent'));
    printTable(
      ['to', 'why'],
      request.notNotified.map(({ to, reason }) => [to, reason]),
    );
  }
}

function standing({ status, outcome }: Request): string {
  if (status === 'pending') return styled('yellow', 'is waiting for a decision');
  if (status === 'granted') return styled('yellow', 'is approved and waits until it takes effect');
  if (!outcome) return 'is settled';
  return styled(letsThrough(outcome) ? 'green' : 'red', outcomeHeading[outcome].toLowerCase());
}
