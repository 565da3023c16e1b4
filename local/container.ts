import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type CommandOptions, runCommand } from './processes.ts';

const run = promisify(execFile);

/** The image of the same version as in requirements.txt; it brings a Python and a Node of its own. */
export const IMAGE = 'ministackorg/ministack:1.5.33';

/** The first container engine that answers, or nothing. */
export async function findEngine(): Promise<string | undefined> {
  for (const engine of ['docker', 'podman']) {
    const works = await run(engine, ['info'], { timeout: 20_000 }).then(
      () => true,
      () => false,
    );
    if (works) return engine;
  }
  return undefined;
}

/** Fetches the image unless it is there. */
export async function fetchImage(engine: string, options: CommandOptions): Promise<void> {
  const there = await run(engine, ['image', 'inspect', IMAGE]).catch(() => undefined);
  if (there === undefined) await runCommand(engine, ['pull', IMAGE], options);
}

export interface ContainerOptions {
  name: string;
  port: number;
  /** Folder with the certificate, mounted at the same path. */
  folder: string;
  env: Record<string, string>;
}

/**
 * The arguments that run the local cloud in a container. Inside it listens on every interface, and only the
 * host's loopback is published; the port is the same on both sides, since functions in it call the same address.
 */
export function containerArguments({ name, port, folder, env }: ContainerOptions): string[] {
  const inside: Record<string, string> = { ...env, BIND_HOST: '0.0.0.0' };
  delete inside.PATH;
  delete inside.TMPDIR;
  delete inside.SMTP_HOST;
  const settings = Object.entries(inside).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const mount = ['--volume', `${folder}:${folder}:ro`];
  return [
    'run',
    '--rm',
    '--init',
    '--name',
    name,
    '--publish',
    `127.0.0.1:${port}:${port}`,
    ...mount,
    ...settings,
    IMAGE,
  ];
}

/** Removes a container by name, running or not, and whether or not there is one. */
export async function removeContainer(engine: string, name: string): Promise<void> {
  await run(engine, ['rm', '--force', name]).catch(() => undefined);
}
