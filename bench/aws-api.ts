import { AwsClient } from 'aws4fetch';
import * as z from 'zod';

/** The Lambda and Logs calls that the bench makes itself, signed: two clients of the SDK for five calls would be a dependency each. */
async function call(service: string, path: string, init: RequestInit = {}): Promise<unknown> {
  const { AWS_ENDPOINT_URL = '', AWS_REGION = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env;
  const client = new AwsClient({
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    region: AWS_REGION,
    service,
    retries: 2,
  });
  const reply = await client.fetch(`${AWS_ENDPOINT_URL}${path}`, init);
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${service} ${path} answered ${reply.status}: ${text.slice(0, 300)}`);
  return text === '' ? undefined : JSON.parse(text);
}

const Functions = z.object({
  Functions: z.array(
    z.object({
      FunctionName: z.string(),
      FunctionArn: z.string(),
      MemorySize: z.number(),
      LoggingConfig: z.object({ LogGroup: z.string() }),
      Environment: z.object({ Variables: z.record(z.string(), z.string()) }).optional(),
    }),
  ),
});

/** One of the stack's functions. `name` is its construct's id: `Review`, `React`, ... */
export interface Deployed {
  name: string;
  functionName: string;
  /** MB. */
  memory: number;
  logGroup: string;
  environment: Record<string, string>;
}

export async function deployedFunctions(): Promise<Deployed[]> {
  const { Functions: all } = Functions.parse(await call('lambda', '/2015-03-31/functions/?MaxItems=100'));
  return all.flatMap(({ FunctionName, MemorySize, LoggingConfig, Environment }) => {
    const name = FunctionName.endsWith('-deadline')
      ? 'Deadline'
      : /-Functions([A-Za-z]+?)[0-9A-F]{8}/.exec(FunctionName)?.[1];
    if (name === undefined) return [];
    const environment = Environment?.Variables ?? {};
    return [{ name, functionName: FunctionName, memory: MemorySize, logGroup: LoggingConfig.LogGroup, environment }];
  });
}

const Mappings = z.object({
  EventSourceMappings: z.array(z.object({ UUID: z.string(), EventSourceArn: z.string() })),
});

/** Turns the log's stream consumer off, or on again, so that this process sees every reaction itself. */
export async function streamConsumer(enabled: boolean): Promise<void> {
  const { EventSourceMappings: all } = Mappings.parse(await call('lambda', '/2015-03-31/event-source-mappings/'));
  for (const { UUID, EventSourceArn } of all) {
    if (!EventSourceArn.includes('/stream/')) continue;
    const body = JSON.stringify({ Enabled: enabled });
    await call('lambda', `/2015-03-31/event-source-mappings/${UUID}`, { method: 'PUT', body });
  }
}

const Events = z.object({
  events: z.array(z.object({ message: z.string(), timestamp: z.number() })).default([]),
  nextToken: z.string().nullish(),
});

/** Every line of a log group since then (milliseconds), in order. */
export async function logLines(group: string, since: number): Promise<string[]> {
  const lines: string[] = [];
  for (let nextToken: string | null | undefined; ; ) {
    const answer = await call('logs', '/', {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Logs_20140328.FilterLogEvents' },
      body: JSON.stringify({ logGroupName: group, startTime: since, ...(nextToken && { nextToken }) }),
    });
    const page = Events.parse(answer);
    lines.push(...page.events.map(({ message }) => message));
    if (!page.nextToken) return lines;
    nextToken = page.nextToken;
  }
}
