import type { ChildProcess } from 'node:child_process';

declare global {
  /** The cloud that `cloud-setup` started, if it did. */
  var countersignCloud: ChildProcess | undefined;
}

/** After all cloud tests: ends the cloud that was started for them, and waits until nothing of it is left. */
export default async function tearDownCloud(): Promise<void> {
  const cloud = globalThis.countersignCloud;
  if (cloud === undefined || cloud.exitCode !== null) return;
  const ended = new Promise((resolve) => cloud.once('exit', resolve));
  cloud.kill('SIGTERM');
  await ended;
}
