import { rm, writeFile } from 'node:fs/promises';
import type { LocalCloud } from './cloud.ts';

/** All that a client outside needs, in the file it looks for. */
export async function writeState(file: string, cloud: LocalCloud): Promise<void> {
  const { endpoint, region, caFile, outputs, mailboxUrl } = cloud;
  await writeFile(file, `${JSON.stringify({ endpoint, region, caFile, outputs, mailboxUrl }, null, 2)}\n`);
}

/** Takes the file away again, so that nobody reads of a cloud that is gone. */
export async function removeState(file: string): Promise<void> {
  await rm(file, { force: true });
}

/** The same cloud, its state file written, and removed when it stops. */
export async function withState(file: string, cloud: LocalCloud): Promise<LocalCloud> {
  await writeState(file, cloud);
  return {
    ...cloud,
    stop: async () => {
      await removeState(file);
      await cloud.stop();
    },
  };
}
