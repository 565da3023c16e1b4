import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { runCommand } from './processes.ts';
import type { Report } from './progress.ts';

const DEPLOY_WITHIN_MS = 300_000;
const Outputs = z.record(z.string(), z.record(z.string(), z.string()));
const QUIET = ['--ci', '--no-color', '--no-notices', '--no-version-reporting', '--no-path-metadata'];

/** Where to deploy to, and as whom. */
export interface Target {
  endpoint: string;
  account: string;
  region: string;
  caFile: string;
}

export interface DeployOptions {
  /** The folder with `cdk.json`. */
  root: string;
  /** Folder for the cloud assembly, the outputs and the log. */
  folder: string;
  target: Target;
  /** CDK context, as `cdk deploy --context key=value` would set it. */
  context: Record<string, string>;
  report: Report;
}

/** The environment in which the CDK, an SDK or our CLI reaches the local cloud, instead of whatever the caller has configured. */
export function awsEnvironment({ endpoint, account, region, caFile }: Target): Record<string, string> {
  const kept = Object.entries(process.env).flatMap(([key, value]) =>
    value === undefined || key.startsWith('AWS_') || key.startsWith('CDK_') ? [] : [[key, value]],
  );
  return {
    ...Object.fromEntries(kept),
    PATH: [dirname(process.execPath), process.env.PATH].join(':'),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_CA_BUNDLE: caFile,
    NODE_EXTRA_CA_CERTS: caFile,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DEFAULT_ACCOUNT: account,
    CDK_DEFAULT_REGION: region,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}

/** Puts CDK's own stack into an account; needed once for each fresh cloud, and independent of the app. */
export async function bootstrap({ root, folder, target, report }: Omit<DeployOptions, 'context'>): Promise<void> {
  const place = `aws://${target.account}/${target.region}`;
  await cdk(['bootstrap', place], { root, folder, cwd: folder, target, report });
}

/** Synthesizes the app into the folder, ready for `deploy`; needs no cloud. */
export async function synthesize({ root, folder, target, context, report }: DeployOptions): Promise<void> {
  const settings = Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
  await rm(assembly(folder), { recursive: true, force: true });
  const args = ['synth', '--quiet', '--output', assembly(folder), ...settings];
  await cdk(args, { root, folder, cwd: root, target, report });
}

/** Deploys every stack of the synthesized app and returns the outputs of all of them by name. */
export async function deploy({
  root,
  folder,
  target,
  report,
}: Omit<DeployOptions, 'context'>): Promise<Record<string, string>> {
  const outputsFile = join(folder, 'outputs.json');
  const unattended = ['--require-approval', 'never', '--method', 'direct', '--progress', 'events'];
  const args = ['deploy', '--all', '--app', assembly(folder), '--outputs-file', outputsFile, ...unattended];
  await cdk(args, { root, folder, cwd: folder, target, report: (line) => report(condense(line)) });
  const stacks = Outputs.parse(JSON.parse(await readFile(outputsFile, 'utf8')));
  return Object.fromEntries(Object.values(stacks).flatMap((outputs) => Object.entries(outputs)));
}

async function cdk(args: string[], options: Omit<DeployOptions, 'context'> & { cwd: string }): Promise<void> {
  const { root, folder, target, report, cwd } = options;
  const program = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  await runCommand(process.execPath, [program, ...args, ...QUIET], {
    cwd,
    env: awsEnvironment(target),
    timeoutMs: DEPLOY_WITHIN_MS,
    logFile: join(folder, 'deploy.log'),
    report,
  });
}

function assembly(folder: string): string {
  return join(folder, 'cdk.out');
}

/** `Stack | 12/49 | 10:00:00 | CREATE_COMPLETE | AWS::IAM::Role | Name (Id)` becomes `12/49 Name`. */
function condense(line: string): string {
  const [, count, , , , name] = line.split('|').map((part) => part.trim());
  return count && name ? `${count} ${name.split(' ')[0] ?? ''}` : line.slice(0, 60);
}
