import type { Result } from './result.ts';
import { figuresTable, table } from './table.ts';

/** The result for a terminal, at most a hundred columns wide. */
export function report(result: Result, colour: boolean): string {
  const two = result.approvals[2];
  const usd = (value: number) => value.toFixed(4);
  const parts: [string, string][] = [
    [`Reference request "${result.reference.name}"`, figuresTable(result.figures, colour)],
    ...([1, 2] as const).map((n): [string, string] => [
      `DynamoDB units, ${n} approver${n > 1 ? 's' : ''} (a task token of ${result.reference.taskTokenLength} characters)`,
      table(
        ['table', 'index', 'operation', 'what', 'times', 'bytes', 'computed', 'asked'],
        result.approvals[n].capacity.map((line) => [
          ...[line.table, line.index, line.operation, line.refused ? `${line.what} (refused)` : line.what],
          ...[line.times, line.bytes, line.computed, line.asked ?? '–'].map(String),
        ]),
      ),
    ]),
    [
      'Lambda, 2 approvers: median CPU of a warm invocation, and its round trips',
      table(
        ['function', 'invocation', 'CPU ms', 'trips'],
        two.steps.map(({ fn, what, cpu, trips }) => [fn, what, cpu.toFixed(1), String(trips)]),
      ),
    ],
    [
      'Bundles',
      table(
        ['function', 'KB', 'init ms', 'beyond empty'],
        result.bundles.map(({ name, kb, init, beyondEmpty }) => [
          name,
          ...[kb, init, beyondEmpty].map((n) => n.toFixed(1)),
        ]),
      ),
    ],
    [
      `USD per 1,000 approvals (${result.prices.region}, prices of ${result.prices.date})`,
      table(
        ['', '1 approver', '2 approvers'],
        [
          ...two.usd.lines.map(([name, cost], n) => [name, usd(result.approvals[1].usd.lines[n]?.[1] ?? 0), usd(cost)]),
          ['Together, without mail', usd(result.approvals[1].usd.total), usd(two.usd.total)],
          ['Mail', usd(result.approvals[1].usd.mail), usd(two.usd.mail)],
        ],
      ),
    ],
    [
      'Invocations on the deployed stack, bytes kept and logged',
      table(['', '1 approver', '2 approvers'], rowsBeside(facts(result.approvals[1]), facts(two))),
    ],
  ];
  return parts.map(([title, body]) => `${title}\n\n${body}\n`).join('\n');
}

function facts({ invocations, persisted, logged }: Result['approvals'][1]): [string, number][] {
  return [
    ...Object.entries(invocations.deployed).map(([name, n]): [string, number] => [`Invocations of ${name}`, n]),
    ...Object.entries(persisted).map(([name, n]): [string, number] => [`Bytes in ${name}`, n]),
    ['Bytes in S3', 0],
    ['Bytes logged by our functions', logged.deployedOwn ?? 0],
    ['Bytes logged by the local Lambda', logged.deployedByLambda ?? 0],
    ['Bytes logged on AWS, assumed', logged.assumedOnAws],
  ];
}

function rowsBeside(one: readonly [string, number][], two: readonly [string, number][]): string[][] {
  const names = [...new Set([...one, ...two].map(([name]) => name))];
  const of = (all: readonly [string, number][], name: string) =>
    String(all.find(([known]) => known === name)?.[1] ?? 0);
  return names.map((name) => [name, of(one, name), of(two, name)]);
}
