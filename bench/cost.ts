import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const price = z.number().nonnegative();
const Prices = z.object({
  date: z.string(),
  region: z.string(),
  source: z.string(),
  currency: z.literal('USD'),
  dynamodbWriteUnit: price,
  dynamodbReadUnit: price,
  stepFunctionsTransition: price,
  lambdaGbSecond: price,
  lambdaRequest: price,
  httpApiRequest: price,
  customEvent: price,
  schedulerInvocation: price,
  kmsRequest: price,
  s3Put: price,
  s3Get: price,
  sqsRequest: price,
  logsGb: price,
  trace: price,
  mail: price,
});
export type Prices = z.infer<typeof Prices>;

export function readPrices(): Prices {
  return Prices.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'prices.json'), 'utf8')));
}

/** What is taken for granted where nothing here can measure it. Each is printed with the figure. */
export const assumptions = {
  /** Milliseconds AWS takes for one round trip: DynamoDB answers in less, Scheduler and SES in more. */
  roundTripMs: 10,
  /** A shared processor of 256 MB gets less of a core than ours: its CPU time is stretched by this. */
  cpuStretch: (memory: number) => Math.max(1, 1769 / memory),
  /** Share of approvals in which each function involved starts cold once: pays its init, and asks KMS where it makes links. */
  coldShare: 0.1,
  /** Hours a request waits for its approvers: the sweep looks at it every four minutes. */
  waitHours: 0.25,
  /** Bytes of Lambda's own two JSON lines of each invocation, and of one of the API's access log. */
  platformLogBytes: 750,
  accessLogBytes: 260,
  /** Share of requests that are traced: lib/configuration.ts's default. */
  traceSampling: 0.05,
} as const;

/** What is used for one approval. */
export interface Usage {
  transitions: number;
  writeUnits: number;
  readUnits: number;
  /** One per invocation: milliseconds it lasts, memory in MB. */
  invocations: { ms: number; memory: number }[];
  httpRequests: number;
  customEvents: number;
  schedulerInvocations: number;
  kmsRequests: number;
  s3Puts: number;
  s3Gets: number;
  sqsRequests: number;
  loggedBytes: number;
  traces: number;
  mails: number;
}

/** USD for a thousand approvals, line by line; mail by itself. */
export function costOfThousand(
  usage: Usage,
  prices: Prices,
): { lines: [string, number][]; total: number; mail: number } {
  const gbSeconds = usage.invocations.reduce((sum, { ms, memory }) => sum + (ms / 1000) * (memory / 1024), 0);
  const each: [string, number][] = [
    ['Step Functions', usage.transitions * prices.stepFunctionsTransition],
    ['DynamoDB writes', usage.writeUnits * prices.dynamodbWriteUnit],
    ['DynamoDB reads', usage.readUnits * prices.dynamodbReadUnit],
    ['Lambda requests', usage.invocations.length * prices.lambdaRequest],
    ['Lambda time', gbSeconds * prices.lambdaGbSecond],
    ['API Gateway', usage.httpRequests * prices.httpApiRequest],
    ['EventBridge', usage.customEvents * prices.customEvent],
    ['Scheduler', usage.schedulerInvocations * prices.schedulerInvocation],
    ['KMS', usage.kmsRequests * prices.kmsRequest],
    ['S3', usage.s3Puts * prices.s3Put + usage.s3Gets * prices.s3Get],
    ['SQS', usage.sqsRequests * prices.sqsRequest],
    ['Logs', (usage.loggedBytes / 1e9) * prices.logsGb],
    ['X-Ray', usage.traces * prices.trace],
  ];
  const lines = each.map(([name, one]): [string, number] => [name, one * 1000]);
  return { lines, total: lines.reduce((sum, [, usd]) => sum + usd, 0), mail: usage.mails * prices.mail * 1000 };
}
