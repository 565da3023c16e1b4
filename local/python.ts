import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isAlive, runCommand } from './processes.ts';
import type { Report } from './progress.ts';
import { Trouble } from './trouble.ts';

const run = promisify(execFile);
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const LOCK_WAIT_MS = 10_000;
const ASK = `import sys, importlib.util as u
print('%d.%d' % sys.version_info[:2], int(all(u.find_spec(m) for m in ('venv', 'ensurepip'))))`;

/** The Python to use, or in a sentence why there is none. */
export type Finding = { command: string } | { problem: string };

/** Looks for a Python of at least 3.10 that can make virtual environments. */
export async function findPython(): Promise<Finding> {
  let tooOld: string | undefined;
  let withoutVenv: string | undefined;
  for (const command of CANDIDATES) {
    const answer = await run(command, ['-c', ASK]).catch(() => undefined);
    const [version, venv] = answer?.stdout.trim().split(' ') ?? [];
    if (version === undefined) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < 3 || (major === 3 && minor < 10)) tooOld ??= `${command} is Python ${version}`;
    else if (venv === '1') return { command };
    else withoutVenv ??= `${command} (${version})`;
  }
  if (withoutVenv) {
    const fix = 'apt-get install python3-venv';
    return { problem: `${withoutVenv} cannot make virtual environments: install its venv module (on Debian: ${fix}).` };
  }
  if (tooOld) return { problem: `${tooOld}, and the local cloud needs 3.10 or newer: install a newer Python.` };
  const fix = 'apt-get install python3 python3-venv';
  return { problem: `The local cloud needs Python 3.10 or newer, and there is none on the PATH (on Debian: ${fix}).` };
}

/** Makes the virtual environment with the pinned local cloud in it, once, and returns its interpreter. */
export async function preparePython(python: string, root: string, env: Record<string, string>, report: Report) {
  const folder = join(root, '.local', 'python');
  const interpreter = join(folder, 'bin', 'python');
  const marker = join(folder, 'complete');
  const requirements = join(root, 'local', 'requirements.txt');
  const wanted = `${root}\n${await readFile(requirements, 'utf8')}`;
  const complete = async () =>
    existsSync(interpreter) && (await readFile(marker, 'utf8').catch(() => undefined)) === wanted;
  if (await complete()) return interpreter;
  const unlock = await lock(`${folder}.lock`);
  try {
    if (await complete()) return interpreter;
    await rm(folder, { recursive: true, force: true });
    const options = { env, timeoutMs: 600_000, logFile: join(root, '.local', 'python.log'), report };
    await runCommand(python, ['-m', 'venv', folder], options);
    const pip = ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '-r', requirements];
    await runCommand(interpreter, pip, options).catch((error: unknown) => {
      const cause = error instanceof Error ? error.message : String(error);
      throw new Trouble(`The local cloud could not be installed into ${folder}: is the network there? ${cause}`);
    });
    await writeFile(marker, wanted);
    return interpreter;
  } finally {
    await unlock();
  }
}

async function lock(folder: string): Promise<() => Promise<void>> {
  const owner = join(folder, 'pid');
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      await mkdir(folder);
      await writeFile(owner, String(process.pid));
      return () => rm(folder, { recursive: true, force: true });
    } catch {
      await sleep(200);
      const pid = Number(await readFile(owner, 'utf8').catch(() => '0'));
      const abandoned = pid > 0 ? !isAlive(pid) : Date.now() > deadline;
      if (abandoned) await rm(folder, { recursive: true, force: true });
    }
  }
}
