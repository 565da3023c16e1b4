import { randomUUID } from 'node:crypto';
import { DescribeTableCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import * as clients from '../lambdas/adapters/clients.ts';
import type { Deployed } from './aws-api.ts';
import { quietly } from './output.ts';
import { type Call, recorded, recordFetch, takeCalls } from './recording.ts';
import { type Approvers, reference } from './reference-request.ts';
import { answerTasksHere } from './scripted-answers.ts';

/** One invocation of a function, in this process. */
export interface Step {
  /** The function's construct id. */
  fn: string;
  what: string;
  calls: Call[];
  /** Milliseconds of CPU, user and system. */
  cpu: number;
  /** Bytes the function itself wrote to its log. */
  logged: number;
}

export interface Path {
  approvers: Approvers;
  steps: Step[];
}

/** Watches every client that the handlers use, and this process's signed fetches. */
export function watchClients(): void {
  const add = { step: 'initialize', name: 'bench', priority: 'high' } as const;
  clients.dynamodb().middlewareStack.add(recorded('dynamodb'), add);
  clients.s3().middlewareStack.add(recorded('s3'), add);
  clients.ses().middlewareStack.add(recorded('ses'), add);
  clients.scheduler().middlewareStack.add(recorded('scheduler'), add);
  clients.eventbridge().middlewareStack.add(recorded('events'), add);
  clients.sfn().middlewareStack.add(recorded('states'), add);
  clients.sqs().middlewareStack.add(recorded('sqs'), add);
  answerTasksHere(clients.sfn());
  recordFetch();
}

/** The tables with their keys and indexes, as they are deployed. */
export async function describeTables(functions: readonly Deployed[]): Promise<TableDescription[]> {
  const names = new Set(
    functions.flatMap(({ environment }) =>
      Object.entries(environment).flatMap(([key, value]) => (key.endsWith('_TABLE') ? [value] : [])),
    ),
  );
  const told = [...names].map(async (TableName) => {
    const { Table } = await clients.dynamodb().send(new DescribeTableCommand({ TableName }));
    if (!Table) throw new Error(`There is no table ${TableName}`);
    return Table;
  });
  const tables = await Promise.all(told);
  takeCalls();
  return tables;
}

/** Runs one invocation and says what it took. */
export async function invoked<T>(fn: string, what: string, run: () => Promise<T>): Promise<{ result: T; step: Step }> {
  takeCalls();
  const { value, cpu, bytes } = await quietly(async () => {
    const before = process.cpuUsage();
    const value = await run();
    const { user, system } = process.cpuUsage(before);
    return { value, cpu: (user + system) / 1000 };
  });
  return { result: value, step: { fn, what, calls: takeCalls(), cpu, logged: bytes } };
}

/** An event's envelope as the bus hands it on. */
export function envelopeOf(detail: object): Record<string, unknown> {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Request Approval',
    source: reference.eventSource,
    account: reference.account,
    time: new Date().toISOString(),
    region: 'us-east-1',
    resources: [],
    detail,
  };
}
