import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname ?? __dirname, '..', '..');

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

export interface Running {
  done: Promise<Ran>;
  signal(name: NodeJS.Signals): void;
}

interface More {
  input?: string;
  env?: Record<string, string>;
  /** Where it is started; left out: outside the repository. */
  cwd?: string;
  /** A line of Bash (with pipefail) in which `"$@"` is the command. */
  line?: string;
}

/** Starts the real CLI in a process of its own, with test credentials. */
export function startCli(args: readonly string[], more: More = {}): Running {
  const cli = [process.execPath, join(root, 'cli', 'countersign.mjs'), ...args];
  const inBash = ['bash', '--norc', '-o', 'pipefail', '-c', more.line ?? '', 'bash', ...cli];
  const [command = '', ...rest] = more.line === undefined ? cli : inBash;
  const child = spawn(command, rest, {
    cwd: more.cwd ?? tmpdir(),
    env: {
      PATH: process.env.PATH ?? '',
      AWS_ACCESS_KEY_ID: 'AKIDTEST',
      AWS_SECRET_ACCESS_KEY: 'secret-of-the-test',
      AWS_REGION: 'eu-west-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      ...more.env,
    },
  });
  child.stdin.end(more.input ?? '');
  const code = new Promise<number | null>((resolve) => child.on('close', resolve));
  const done = Promise.all([code, text(child.stdout), text(child.stderr)]).then(([code, out, err]) => ({
    code,
    out,
    err,
  }));
  return { done, signal: (name) => child.kill(name) };
}

export function runCli(args: readonly string[], more: More = {}): Promise<Ran> {
  return startCli(args, more).done;
}
