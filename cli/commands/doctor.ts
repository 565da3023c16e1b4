import type { Command } from 'commander';
import * as z from 'zod/mini';
import { visibleLine } from '../../core/visible.ts';
import { itemsBySdk } from '../../lambdas/adapters/items-by-sdk.ts';
import { apiOf } from '../api-client.ts';
import { type Check, looked } from '../doctor/check.ts';
import { apiChecks, policyCheck } from '../doctor/service.ts';
import { exitCodes } from '../exit-codes.ts';
import { usage } from '../failure.ts';
import { print, printJson, type Style, styled } from '../output.ts';
import { during, type Progress } from '../progress.ts';
import { chooseTarget, type Target, TargetOptions, withTarget } from '../target.ts';

const Options = z.object({
  ...TargetOptions.shape,
  testMail: z.optional(z.string()),
  json: z.optional(z.boolean()),
});

export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .summary('say whether everything is in order')
    .description(
      'Looks whether the API answers, a policy is in force, mail can go out, alarms reach somebody and nothing is stuck.\n' +
        'Exit code 0 where nothing failed, 1 where something did.',
    )
    .option('--test-mail <address>', 'also send a mail there')
    .option('--json', 'print the findings as JSON');
  withTarget(command).action(async (given: unknown) => {
    const options = Options.parse(given);
    const target = await chooseTarget(options);
    if (options.testMail !== undefined && !target.outputs.Sender)
      throw usage('--test-mail needs the stack, whose output Sender says who sends: name it with --stack.');
    const checks = await during('Looking', (progress) => allChecks(target, options.testMail, progress));
    if (options.json) printJson({ target: target.name, checks });
    else printChecks(target, checks);
    process.exitCode = checks.some(({ level }) => level === 'fail') ? exitCodes.rejected : exitCodes.ok;
  });
}

async function allChecks(target: Target, testMail: string | undefined, progress: Progress): Promise<Check[]> {
  const { client, outputs, stack } = target;
  const checks = await looked('API', () => apiChecks(apiOf(target), target.apiUrl));
  if (stack === undefined)
    return [
      ...checks,
      {
        level: 'warn',
        about: 'the rest',
        found: 'was not looked at',
        todo: 'Name the stack with --stack, or a --state.',
      },
    ];
  const steps: [string, string | undefined, (value: string) => Promise<Check[]>][] = [
    ['policy', outputs.PolicyTableName, async (table) => [policyCheck(await pointerIn(client, table))]],
    ['mail', outputs.Sender, async (sender) => mail(client, sender, testMail)],
    ['alarms', outputs.AlarmTopicArn, async (topic) => alarms(target, topic)],
    ['dead letters', stack, async (name) => deadLetters(client, name)],
  ];
  for (const [about, value, look] of steps) {
    progress.say(`Looking at ${about}`);
    if (value) checks.push(...(await looked(about, () => look(value))));
    else
      checks.push({ level: 'warn', about, found: 'the stack does not say where it is: it may be of another version' });
  }
  return checks;
}

type Client = Target['client'];

async function pointerIn(client: Client, table: string) {
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const { dynamoPolicyInForce } = await import('../../lambdas/adapters/policy-in-force.ts');
  return dynamoPolicyInForce(itemsBySdk(new DynamoDBClient(client)), table).pointer();
}

async function mail(client: Client, sender: string, testMail: string | undefined): Promise<Check[]> {
  const { SESClient } = await import('@aws-sdk/client-ses');
  const { mailChecks } = await import('../doctor/mail.ts');
  return mailChecks(new SESClient(client), sender, testMail);
}

/** Locally there is nobody to wake: what would fail is a warning. */
async function alarms({ client }: Target, topic: string): Promise<Check[]> {
  const { SNSClient } = await import('@aws-sdk/client-sns');
  const { alarmChecks } = await import('../doctor/alarms.ts');
  const checks = await alarmChecks(new SNSClient(client), topic);
  return client.endpoint === undefined
    ? checks
    : checks.map((check) => (check.level === 'fail' ? { ...check, level: 'warn' } : check));
}

async function deadLetters(client: Client, stack: string): Promise<Check[]> {
  const { CloudFormationClient, paginateListStackResources } = await import('@aws-sdk/client-cloudformation');
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  const { queueChecks } = await import('../doctor/queues.ts');
  const queues: { name: string; url: string }[] = [];
  const pages = paginateListStackResources({ client: new CloudFormationClient(client) }, { StackName: stack });
  for await (const { StackResourceSummaries = [] } of pages)
    for (const { ResourceType, LogicalResourceId: name = '', PhysicalResourceId: url } of StackResourceSummaries)
      if (ResourceType === 'AWS::SQS::Queue' && /DeadLetters/.test(name) && url) queues.push({ name, url });
  return queueChecks(new SQSClient(client), queues);
}

const marks: Record<Check['level'], { text: string; style: Style }> = {
  ok: { text: 'ok  ', style: 'green' },
  warn: { text: 'warn', style: 'yellow' },
  fail: { text: 'FAIL', style: 'red' },
};

function printChecks(target: Target, checks: readonly Check[]): void {
  print(styled('bold', visibleLine(target.name)));
  for (const { level, about, found, todo } of checks) {
    const { text, style } = marks[level];
    print(`${styled(style, text)}  ${about}: ${visibleLine(found)}`);
    if (todo) print(`      → ${visibleLine(todo)}`);
  }
}
