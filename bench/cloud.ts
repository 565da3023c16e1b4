import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import * as z from 'zod';
import { awsEnvironment } from '../local/deploy.ts';
import { Trouble } from '../local/trouble.ts';

const State = z.object({
  endpoint: z.string(),
  region: z.string(),
  caFile: z.string(),
  outputs: z.record(z.string(), z.string()),
  mailboxUrl: z.string(),
});

/** The cloud that is measured. */
export type BenchCloud = z.infer<typeof State> & {
  /** The cloud assembly that was deployed to it. */
  assembly: string;
  /** Takes it down, where the bench brought it up. */
  stop(): Promise<void>;
};

/** A local cloud of the bench's own, with the real deploy, on free ports; or the one whose state file is named. */
export async function bringUp(root: string, stateFile: string | undefined): Promise<BenchCloud> {
  if (stateFile !== undefined) return { ...read(stateFile), stop: async () => {} };
  // Its progress goes where ours goes: standard output is for the result.
  const cloud = fork(join(root, 'local', 'test-cloud.ts'), { detached: true, stdio: ['ignore', 2, 2, 'ipc'] });
  const ended = once(cloud, 'exit');
  const ready = once(cloud, 'message').then(([message]) => z.object({ stateFile: z.string() }).parse(message));
  const told = await Promise.race([ready, ended.then(() => undefined)]);
  if (!told) throw new Trouble('No cloud to measure on: local/test-cloud.ts ended, see above.');
  const stop = async () => {
    cloud.kill('SIGINT');
    await ended;
  };
  return { ...read(told.stateFile), stop };
}

function read(stateFile: string) {
  const state = State.parse(JSON.parse(readFileSync(stateFile, 'utf8')));
  return { ...state, assembly: join(dirname(stateFile), 'cdk.out') };
}

/** Makes this process one that talks to that cloud, as a function's process does. Before any adapter is loaded. */
export function enter({ endpoint, region, caFile }: BenchCloud): void {
  Object.assign(process.env, awsEnvironment({ endpoint, region, caFile, account: '000000000000' }));
  setDefaultCACertificates([...getCACertificates(), readFileSync(caFile, 'utf8')]);
}
