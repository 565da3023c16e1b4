import { setTimeout as sleep } from 'node:timers/promises';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  GetExecutionHistoryCommand,
  SFNClient,
  TestStateCommand,
  type TestStateCommandOutput,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { requestIdentity } from '../core/canonical.ts';
import { dynamoAuditLog } from '../lambdas/adapters/audit-log.ts';
import { dynamodb, eventbridge, sfn } from '../lambdas/adapters/clients.ts';
import { itemsBySdk } from '../lambdas/adapters/items-by-sdk.ts';
import { dynamoRequestRows } from '../lambdas/adapters/request-rows.ts';
import { approval } from '../statemachines/approval/approval.asl.ts';
import { type Deployed, logLines } from './aws-api.ts';
import type { BenchCloud } from './cloud.ts';
import { type Approvers, askFor, gates, reference } from './reference-request.ts';

/** One approval on the deployed stack, by what a service and the approvers' browsers send. */
export interface DeployedRun {
  approvers: Approvers;
  /** Billed transitions: states entered. */
  transitions: number;
  /** Invocations by function. */
  invocations: Record<string, number>;
  /** Bytes of the functions' own lines, and of those that Lambda writes around them here. */
  loggedByUs: number;
  loggedByLambda: number;
}

const WITHIN_MS = 60_000;
const Mails = z.array(z.object({ id: z.string(), to: z.array(z.string()), text: z.string() }));

export async function approveDeployed(
  approvers: Approvers,
  cloud: BenchCloud,
  functions: readonly Deployed[],
): Promise<DeployedRun> {
  const detail = askFor(approvers);
  const { EventBusName } = cloud.outputs;
  const before = new Set((await mails(cloud)).map(({ id }) => id));
  const since = Date.now();
  const event = { EventBusName, Source: reference.eventSource, DetailType: 'Request Approval' };
  await eventbridge().send(new PutEventsCommand({ Entries: [{ ...event, Detail: JSON.stringify(detail) }] }));

  const fresh = async () => (await mails(cloud)).filter(({ id }) => !before.has(id));
  for (const address of gates[approvers].people) {
    const link = await until(`the mail to ${address}`, async () => {
      const mail = (await fresh()).find(({ to }) => to.includes(address));
      return /https?:\/\/\S+\/r\/[A-Za-z0-9_-]{88}/.exec(mail?.text ?? '')?.[0];
    });
    await decide(link);
  }

  const id = requestIdentity(`events:${reference.eventSource}@${reference.account}`, detail.requestId);
  const env = functions.find(({ name }) => name === 'React')?.environment ?? {};
  const log = dynamoAuditLog(itemsBySdk(dynamodb()), env.AUDIT_TABLE ?? '');
  const rows = dynamoRequestRows(dynamodb(), env.REQUESTS_TABLE ?? '');
  const entries = await until('the end of the approval', async () => {
    const entries = await log.read(id);
    const done = entries.some(({ type }) => type === 'task_answered');
    return done && (await rows.get(id))?.seq === entries.length ? entries : undefined;
  });
  const { invocations, ...logged } = await quiet(functions, since);
  return { approvers, transitions: await statesEntered(executionIn(entries)), invocations, ...logged };
}

async function decide(link: string): Promise<void> {
  const headers = { 'user-agent': reference.userAgent };
  const page = await (await fetch(link, { headers })).text();
  const nonce = /name="nonce" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const body = new URLSearchParams({ nonce, comment: '', conditions: '', answer: 'approve' });
  const own = { ...headers, 'sec-fetch-site': 'same-origin', origin: new URL(link).origin };
  const answer = await fetch(link, { method: 'POST', headers: own, body });
  if (answer.status !== 200) throw new Error(`The vote was answered ${answer.status}.`);
}

function executionIn(entries: readonly { type: string }[]): string {
  const Tasks = z.array(z.object({ execution: z.string() }));
  const opened = entries.find((entry) => 'tasks' in entry);
  return Tasks.parse(opened && 'tasks' in opened ? opened.tasks : [])[0]?.execution ?? '';
}

async function statesEntered(executionArn: string): Promise<number> {
  const { events } = await sfn().send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  return (events ?? []).filter(({ type }) => type?.endsWith('StateEntered')).length;
}

/** What the functions' log groups hold since then, once nothing more is added. The sweep is nobody's: it runs by the clock. */
async function quiet(functions: readonly Deployed[], since: number) {
  const read = async () => {
    const of = functions.filter(({ name }) => name !== 'Sweep' && name !== 'PublishPolicy');
    const lines = await Promise.all(of.map(({ logGroup }) => logLines(logGroup, since)));
    const invocations = of.map(({ name }, n) => [name, (lines[n] ?? []).filter(isStart).length] as const);
    const all = lines.flat();
    return {
      invocations: Object.fromEntries(invocations.filter(([, count]) => count > 0)),
      loggedByUs: bytesOf(all.filter((line) => !isLambdas(line))),
      loggedByLambda: bytesOf(all.filter(isLambdas)),
    };
  };
  let last = await read();
  for (;;) {
    // The local stream is read once a second: what was written last has been delivered after three.
    await sleep(3_000);
    const now = await read();
    if (JSON.stringify(now) === JSON.stringify(last)) return now;
    last = now;
  }
}

const isStart = (line: string) => line.startsWith('START RequestId');
const isLambdas = (line: string) => /^(START|END|REPORT) RequestId/.test(line);
const bytesOf = (lines: readonly string[]) => lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);

async function mails({ mailboxUrl }: BenchCloud) {
  return Mails.parse(await (await fetch(mailboxUrl, { headers: { accept: 'application/json' } })).json());
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + WITHIN_MS; Date.now() < end; await sleep(200)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`Waited ${WITHIN_MS / 1000} s in vain for ${what}.`);
}

/** Transitions of an approval that goes wrong, the states tried one by one by Step Functions' own TestState. */
export async function transitionsWhereItFails(): Promise<{ crashed: number; backstop: number }> {
  // Its host prefix, `sync-`, has no address here.
  const client = new SFNClient({ disableHostPrefix: true });
  const definition = JSON.stringify(approval('arn:aws:lambda:us-east-1:000000000000:function:open'));
  const walk = async (errors: readonly string[]): Promise<number> => {
    let entered = 0;
    for (let stateName: string | undefined = 'Await decision'; stateName !== undefined; ) {
      const error: string = errors[entered] ?? '';
      const tried: TestStateCommandOutput = await client.send(
        new TestStateCommand({
          definition,
          stateName,
          input: '{}',
          roleArn: 'arn:aws:iam::000000000000:role/bench',
          ...(error && { mock: { errorOutput: { error, cause: '' } }, stateConfiguration: { retrierRetryCount: 6 } }),
        }),
      );
      entered += 1;
      stateName = tried.nextState;
    }
    return entered;
  };
  return { crashed: await walk(['OpeningFault', 'Approval.Refused']), backstop: await walk(['States.Timeout']) };
}
