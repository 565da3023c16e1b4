import type { LocalCloud } from './cloud.ts';
import { stopAllGroups } from './processes.ts';
import { step } from './progress.ts';
import { explain } from './trouble.ts';

/** Who started us may end without a word (npm killed, a shell that hands no signal on): then we end too, this soon. */
const PARENT_EVERY_MS = 500;

/** Brings a cloud up, keeps it up until Ctrl-C (or a signal, or the end of the process that asked for it), and takes it down. */
export async function runUntilStopped(bringUp: () => Promise<LocalCloud>, ready: (cloud: LocalCloud) => Promise<void>) {
  let cloud: LocalCloud | undefined;
  let asked = false;
  const { promise: stopAsked, resolve: stopNow } = Promise.withResolvers<void>();
  const askToStop = () => {
    asked = true;
    stopNow();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, askToStop);
  process.once('disconnect', askToStop);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const parent = process.ppid;
  const alive = setInterval(() => process.ppid === parent || askToStop(), PARENT_EVERY_MS);
  const cutShort = stopAsked.then(() => (cloud === undefined ? stopAllGroups() : undefined));
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
