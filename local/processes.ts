import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from './progress.ts';
import { Trouble } from './trouble.ts';

const TAIL_LINES = 40;
const groups = new Set<number>();
let stopping = false;

export interface CommandOptions {
  cwd?: string;
  env: Record<string, string>;
  /** Milliseconds until the command and all its children are killed. */
  timeoutMs: number;
  /** File the whole output is appended to. */
  logFile: string;
  /** Told every line of output. */
  report?: Report;
}

/** Starts a program as the leader of a process group of its own, so that it can be stopped with all its children. */
export function startGroup(command: string, args: string[], env: Record<string, string>, cwd?: string): ChildProcess {
  if (stopping) throw new Trouble('Stopped before everything was up.');
  const child = spawn(command, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) groups.add(child.pid);
  return child;
}

/** Runs a program to its end. A failure shows the last lines of what it printed. */
export async function runCommand(command: string, args: string[], options: CommandOptions): Promise<string> {
  const child = startGroup(command, args, options.env, options.cwd);
  const name = [command.split('/').at(-1), ...args.slice(0, 2)].join(' ');
  let output = '';
  const listen = (chunk: Buffer) => {
    const text = chunk.toString('utf8');
    output += text;
    appendFileSync(options.logFile, text);
    const line = text.trim().split('\n').at(-1)?.trim();
    if (line) options.report?.(line);
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  }, options.timeoutMs);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(new Trouble(`${command} could not be started: ${error.message}`)));
    child.once('close', (exitCode) => resolve(exitCode));
  }).finally(() => {
    clearTimeout(timer);
    if (child.pid !== undefined) groups.delete(child.pid);
  });
  if (code === 0) return output;
  const reason = timedOut ? `did not finish within ${options.timeoutMs / 1000} s` : `failed (exit code ${code})`;
  const tail = output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  throw new Trouble(`${name} ${reason}. Its last lines, all of them in ${options.logFile}:\n\n${tail}`);
}

/** Ends a process group: asks first, then insists, and returns when no member of it is left. */
export async function stopGroup(leader: number, graceMs = 3_000): Promise<void> {
  signalGroup(leader, 'SIGTERM');
  if (!(await gone(leader, graceMs))) {
    signalGroup(leader, 'SIGKILL');
    await gone(leader, 5_000);
  }
  groups.delete(leader);
}

/** Ends everything that was started here and still runs, and lets nothing more be started. */
export async function stopAllGroups(): Promise<void> {
  stopping = true;
  await Promise.all([...groups].map((leader) => stopGroup(leader)));
}

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  return answers(() => process.kill(pid, 0));
}

async function gone(leader: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (answers(() => process.kill(-leader, 0))) {
    if (Date.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  answers(() => process.kill(-leader, signal));
}

function answers(call: () => boolean): boolean {
  try {
    return call();
  } catch {
    return false;
  }
}
