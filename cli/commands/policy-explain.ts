import { type Command, Option } from 'commander';
import * as z from 'zod/mini';
import { Level } from '../../core/claim.ts';
import { durationInWords } from '../../core/policy/duration.ts';
import { type ExplainedRule, type Explanation, explain } from '../../core/policy/explain.ts';
import { checkClaim } from '../../core/policy/sources.ts';
import { type AskedStage, whoIsAsked } from '../../core/policy/who-is-asked.ts';
import { visibleLine } from '../../core/visible.ts';
import { AskOptions, askIn, collect, pair } from '../ask.ts';
import { factsNotLookedAt } from '../facts-not-looked-at.ts';
import { usage } from '../failure.ts';
import { note, print, printHeading, printJson, printTable, styled } from '../output.ts';
import { policyIn } from '../policy-file.ts';
import { situationOf } from '../situation.ts';

const Options = z.object({
  ...AskOptions.shape,
  request: z.optional(z.string()),
  override: z.optional(z.string()),
  as: z.optional(z.string()),
  source: z.optional(z.string()),
  at: z.optional(z.string()),
  json: z.optional(z.boolean()),
});
type Options = z.infer<typeof Options>;

export function addPolicyExplain(policy: Command): void {
  policy
    .command('explain')
    .summary('what a policy makes of a request, and why')
    .description(
      'Says, without a network, what a policy would make of a request: which rules apply and why, which do not and what\n' +
        'kept them from it, and who would be asked. Loads and maintenance windows that there are now are not known here.',
    )
    .argument('<file>', 'the policy, YAML')
    .option('--request <file>', 'the request as JSON, or - for standard input; options add to it')
    .option('--environment <name>', 'where it would be done')
    .addOption(new Option('--risk <level>', 'how risky it is (default: high)').choices(Level.options))
    .addOption(new Option('--priority <level>', 'how urgent it is').choices(Level.options))
    .option('--fact <name=value>', 'a fact (repeatable)', pair('name=value'))
    .option('--payload <json>', 'what would be done: JSON, or @file; left out, rules that look at it cannot tell')
    .option('--trigger <name>', 'what set it off')
    .option('--checkpoint <name>', 'the checkpoint that asks')
    .option('--override <justification>', 'ask for an emergency override')
    .option('--requested-by <address>', 'for whom it is asked')
    .option('--author <address>', 'who else wrote it (repeatable)', collect)
    .option('--as <person>', 'who signs the call: a key of the directory, or an address')
    .option('--source <source>', 'where it comes from, e.g. iam:deployer: whether it may say so is looked at too')
    .option('--at <time>', 'when, e.g. 2026-11-21T10:00:00Z (default: now)')
    .option('--json', 'print it as JSON')
    .action(async (file: string, given: unknown) => explained(file, Options.parse(given)));
}

async function explained(file: string, options: Options): Promise<void> {
  const { request, override, as, at, source, json: _, ...asked } = options;
  const ask = await askIn(request, asked);
  if (ask.environment === undefined)
    throw usage('Say where it would be done: --environment, or --request with a file.');
  const policy = await policyIn(file);
  const whole = override === undefined ? ask : { ...ask, override: { justification: override } };
  const situation = situationOf(policy, { ask: whole, as, at, source: source ?? 'iam:somebody' });
  const { claim, verified } = situation;
  const claimed = claim.requestedBy === '' ? { ...claim, requestedBy: undefined } : claim;
  const refusal = source === undefined ? undefined : checkClaim(policy, source, claimed, verified);
  const explanation = explain(policy, situation);
  const { resolved, rules } = explanation;
  const remarks = [...factsNotLookedAt(policy, Object.keys(claim.facts ?? {})), ...explanation.remarks];
  const stages = 'code' in resolved ? [] : whoIsAsked(resolved.gate);
  for (const remark of remarks) note(visibleLine(remark));
  if (options.json) {
    const { words } = explanation;
    const refused = refusal && { code: refusal.code, message: refusal.message, errors: refusal.errors };
    return printJson({ at: situation.now, ...(refused && { refused }), resolved, stages, rules, words });
  }
  if (refusal) {
    print(styled('red', visibleLine(`It would be refused (${refusal.code}): ${refusal.message}`)));
    for (const { path, message } of refusal.errors) print(`  ${visibleLine(`${path}: ${message}`)}`);
    print('Were it not, this is what the policy would make of it:');
  }
  printExplanation(explanation, stages);
  if (claim.requestedBy === '')
    print('\nNobody is named as requester (--requested-by, --as), so four eyes leave nobody out.');
}

function printExplanation({ rules, words: [answer = ''] }: Explanation, stages: readonly AskedStage[]): void {
  print(styled('bold', visibleLine(answer)));
  if (stages.length > 0) {
    printHeading('Who would be asked');
    printTable(
      ['stage', 'rule', 'for', 'who', 'address', 'in place of'],
      stages.flatMap(({ name, rule, timeout, approvers }) =>
        approvers.map((approver, at) => [
          ...(at === 0 ? [name, rule, durationInWords(timeout)] : ['', '', '']),
          approver.name,
          approver.address,
          approver.coversFor?.join(', '),
        ]),
      ),
    );
  }
  const applied = rules.filter((rule) => rule.applied);
  const others = rules.filter((rule) => !rule.applied);
  printRules('Rules that apply', applied);
  printRules('Rules that do not', others);
}

function printRules(heading: string, rules: readonly ExplainedRule[]): void {
  if (rules.length === 0) return;
  printHeading(heading);
  printTable(
    ['rule', 'why', 'besides'],
    rules.map((one) => [one.rule, one.why, besides(one)]),
  );
}

/** What the reason does not say: the other conditions, and which facts the request leaves open. */
function besides({ why, conditions, facts }: ExplainedRule): string {
  const others = conditions.filter(({ text }) => !why.includes(text));
  const said = others.map(
    ({ text, held }) => `${text} ${held === 'unknown' ? 'is unknown' : held ? 'holds' : 'does not hold'}`,
  );
  const open = Object.entries(facts).flatMap(([name, value]) => (value === null ? [name] : []));
  return [...said, ...(open.length > 0 ? [`not stated: ${open.join(', ')}`] : [])].join('; ');
}
