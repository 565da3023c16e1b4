import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { isAlive, stopGroup } from './processes.ts';
import { Trouble } from './trouble.ts';

const run = promisify(execFile);
const Owner = z.object({ owner: z.number(), cloud: z.number().optional() });

/** One local cloud's folder under `.local/`, held by one process at a time. */
export interface Instance {
  name: string;
  folder: string;
  /**
   * Folder for the functions' code while they run. It is outside the repository, since Node looks upwards: inside,
   * a function would find our node_modules and our package.json, which it does not have on AWS.
   */
  scratch: string;
  /** Option that marks this instance's processes, so that a later run recognises what a killed one left. */
  mark: string;
  /** Records the local cloud's process, so that it can be found again if this one is killed. */
  record(cloud: number): Promise<void>;
  /** Gives the folder back. */
  release(): Promise<void>;
}

/** Takes an instance's folder. Ends what a killed earlier run left; refuses if that run is still alive. */
export async function claimInstance(root: string, name: string): Promise<Instance> {
  const folder = join(root, '.local', name);
  const ownerFile = join(folder, 'owner.json');
  const mark = `countersign=${folder}`;
  const earlier = await readOwner(ownerFile);
  if (earlier && (await isHeld(earlier))) {
    throw new Trouble(
      `A local cloud is already running from ${folder} (process ${earlier.owner}): stop that one first with Ctrl-C, or kill ${earlier.owner}`,
    );
  }
  if (earlier?.cloud !== undefined && (await runsCommandWith(earlier.cloud, mark))) await stopGroup(earlier.cloud);
  const scratch = join(tmpdir(), `countersign-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`);
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  await mkdir(folder, { recursive: true });
  const write = (cloud?: number) => writeFile(ownerFile, JSON.stringify({ owner: process.pid, cloud }));
  await write();
  return {
    name,
    folder,
    scratch,
    mark,
    record: write,
    release: async () => {
      await rm(ownerFile, { force: true });
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

/** The name itself, or with a number, of an instance that no living process holds. */
export async function freeName(root: string, name: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    const owner = await readOwner(join(root, '.local', candidate, 'owner.json'));
    if (owner === undefined || !(await isHeld(owner))) return candidate;
  }
}

async function isHeld({ owner }: z.infer<typeof Owner>): Promise<boolean> {
  return owner !== process.pid && (await runsCommandWith(owner, 'local/'));
}

async function readOwner(file: string): Promise<z.infer<typeof Owner> | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return Owner.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whether a process is alive and was started with this text: ids are used again, commands tell whose they are. */
async function runsCommandWith(pid: number, text: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const linux = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (linux !== undefined) return linux.includes(text);
  const answer = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => undefined);
  return answer?.stdout.includes(text) ?? false;
}
