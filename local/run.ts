import type { LocalCloud } from './cloud.ts';
import { stopAllGroups } from './processes.ts';
import { step } from './progress.ts';
import { explain } from './trouble.ts';

/** Brings a cloud up, keeps it up until Ctrl-C (or a signal, or the end of the process that asked for it), and takes it down. */
export async function runUntilStopped(bringUp: () => Promise<LocalCloud>, ready: (cloud: LocalCloud) => Promise<void>) {
  let cloud: LocalCloud | undefined;
  let asked = false;
  const stopAsked = new Promise<void>((resolve) => {
    const ask = () => {
      asked = true;
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
    process.once('disconnect', ask);
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  });
  const cutShort = stopAsked.then(() => (cloud === undefined ? stopAllGroups() : undefined));
  const alive = setInterval(() => {}, 60_000);
  try {
    cloud = await bringUp();
    await Promise.race([ready(cloud), stopAsked]);
    await stopAsked;
  } catch (error) {
    if (!asked) {
      process.stderr.write(`\n${explain(error)}\n`);
      process.exitCode = 1;
    } else process.exitCode = 130;
  }
  if (asked) await cutShort.catch(() => {});
  if (cloud !== undefined) await step('Stopping', cloud.stop);
  await stopAllGroups();
  clearInterval(alive);
  process.exit();
}
