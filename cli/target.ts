import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { Option } from 'commander';
import * as z from 'zod/mini';
import { exitCodes } from './exit-codes.ts';
import { Failure, fault, usage } from './failure.ts';

const DEFAULT_STATE = join('.local', 'state.json');
const DEFAULT_STACK = 'countersign';
/** Who may do everything in the local cloud. */
const LOCAL_CREDENTIALS: Credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const LOCAL_INSTEAD = 'Or run `npm start` for a local cloud.';

/** Which Countersign to talk to. */
export interface Target {
  /** In words, for messages. */
  name: string;
  /** Without a trailing slash. */
  apiUrl: string;
  region: string;
  /** Stack outputs by name; empty where only the API's address is known. */
  outputs: Record<string, string>;
  /** The stack's name, where there is one to ask CloudFormation about. */
  stack?: string;
  /** For any AWS SDK client. */
  client: { region: string; endpoint?: string; credentials?: Credentials };
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export const TargetOptions = z.object({
  state: z.optional(z.string()),
  stack: z.optional(z.string()),
  apiUrl: z.optional(z.string()),
  region: z.optional(z.string()),
});
export type TargetOptions = z.infer<typeof TargetOptions>;

const State = z.looseObject({
  endpoint: z.string(),
  region: z.string(),
  caFile: z.optional(z.string()),
  outputs: z.record(z.string(), z.string()),
});

/** Adds the options that say which Countersign is meant. */
export function withTarget(command: Command): Command {
  return command
    .option('--state <file>', `a local cloud's state file (default: ${DEFAULT_STATE}, if it is there)`)
    .addOption(
      new Option('--stack <name>', `the stack's name on AWS (default: ${DEFAULT_STACK})`).env('COUNTERSIGN_STACK_NAME'),
    )
    .option('--api-url <url>', "the API's address, instead of a stack's")
    .option('--region <region>', "the stack's region (default: as for the AWS CLI)");
}

/** Finds the Countersign that is meant: the API's address, a named stack, a named or present state file, the usual stack. */
export async function chooseTarget(options: TargetOptions): Promise<Target> {
  const region = options.region ?? (process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || undefined);
  if (options.apiUrl !== undefined) return byAddress(options.apiUrl, region);
  if (options.state !== undefined) return byState(options.state, options.stack ?? DEFAULT_STACK, fromEnvironment());
  if (options.stack === undefined) {
    const state = await presentState();
    // Not the shell's: they are most likely for AWS, and the local cloud knows nothing of them.
    if (state !== undefined) return byState(state, DEFAULT_STACK, LOCAL_CREDENTIALS);
  }
  return byStack(options.stack ?? DEFAULT_STACK, region);
}

function byAddress(apiUrl: string, region: string | undefined): Target {
  if (!URL.canParse(apiUrl) || !/^https?:/.test(apiUrl)) throw usage(`--api-url is no address: ${apiUrl}`);
  const named = region ?? /\.execute-api\.([a-z0-9-]+)\./.exec(new URL(apiUrl).hostname)?.[1];
  if (named === undefined) throw usage('The region is not known: name it with --region or AWS_REGION.');
  return { name: `the API at ${apiUrl}`, apiUrl: bare(apiUrl), region: named, outputs: {}, client: { region: named } };
}

async function byState(file: string, stack: string, credentials = LOCAL_CREDENTIALS): Promise<Target> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw usage(`There is no state file ${file}. \`npm start\` writes it while the local cloud runs.`);
  });
  const state = State.safeParse(jsonOrNothing(text));
  if (!state.success) throw usage(`${file} is not a state file: \`npm start\` writes it anew.`);
  const { endpoint, region, caFile, outputs } = state.data;
  if (caFile !== undefined) await trust(resolve(dirname(file), caFile));
  return {
    name: `the local cloud at ${endpoint}`,
    apiUrl: reachable(required(outputs, file), endpoint),
    region,
    outputs,
    stack,
    client: { region, endpoint, credentials },
  };
}

async function byStack(stack: string, region: string | undefined): Promise<Target> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient({ ...(region !== undefined && { region }) });
  try {
    const found = await client.config.region().catch(() => {
      throw usage('The region is not known: name it with --region or AWS_REGION.', [LOCAL_INSTEAD]);
    });
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack })).catch((error: unknown) => {
      throw notFound(stack, found, error);
    });
    const outputs = Object.fromEntries(
      (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
    const name = `stack ${stack} in ${found}`;
    const apiUrl = reachable(required(outputs, name), process.env.AWS_ENDPOINT_URL);
    return { name, apiUrl, region: found, outputs, stack, client: { region: found } };
  } finally {
    client.destroy();
  }
}

function notFound(stack: string, region: string, error: unknown): Failure {
  const why = error instanceof Error ? error.message : String(error);
  if (/does not exist/.test(why))
    return usage(`There is no stack ${stack} in ${region}.`, ['Name it with --stack and --region.', LOCAL_INSTEAD]);
  if (error instanceof Error && /Denied|Unauthorized/.test(error.name))
    return new Failure(exitCodes.refused, `AWS does not let you look at stack ${stack} in ${region}: ${why}`, [
      'Name the API itself with --api-url, or get cloudformation:DescribeStacks.',
    ]);
  return fault(`Stack ${stack} in ${region} could not be looked up: ${why}`, [LOCAL_INSTEAD]);
}

async function presentState(): Promise<string | undefined> {
  const project = fileURLToPath(new URL('..', import.meta.url));
  for (const folder of [process.cwd(), project]) {
    const file = join(folder, DEFAULT_STATE);
    if (await stat(file).catch(() => undefined)) return file;
  }
  return undefined;
}

function required(outputs: Record<string, string>, of: string): string {
  if (!outputs.ApiUrl) throw usage(`${of} has no output ApiUrl: is it a Countersign stack?`);
  return bare(outputs.ApiUrl);
}

/** Node does not resolve `<api>.execute-api.localhost`: a local cloud takes the API's id in the path as well. */
function reachable(apiUrl: string, endpoint: string | undefined): string {
  const url = new URL(apiUrl);
  const api = /^([a-z0-9]+)\.execute-api\.localhost$/.exec(url.hostname)?.[1];
  if (api === undefined || endpoint === undefined) return apiUrl;
  return `${bare(endpoint)}/_aws/execute-api/${api}/$default${url.pathname === '/' ? '' : url.pathname}`;
}

function bare(url: string): string {
  return url.replace(/\/+$/, '');
}

async function trust(caFile: string): Promise<void> {
  const certificate = await readFile(caFile, 'utf8').catch(() => {
    throw fault(`The local cloud's certificate ${caFile} cannot be read: is the local cloud still running?`, [
      '`npm start` brings it up.',
    ]);
  });
  setDefaultCACertificates([...getCACertificates('default'), certificate]);
}

function fromEnvironment(): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
