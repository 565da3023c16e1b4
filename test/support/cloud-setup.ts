import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import { prepareBrowser } from './browser.ts';

/** Announced by `local/test-cloud.ts` once it is up. */
interface Ready {
  stateFile: string;
}

/**
 * Before all cloud tests: a browser that can run, and one deployed stack for all of them. The cloud is a process of
 * its own that ends with this one, however this one ends. A cloud that is up already is used as it is, if
 * COUNTERSIGN_TEST_STATE names its state file.
 */
export default async function setUpCloud(): Promise<void> {
  await prepareBrowser();
  if (process.env.COUNTERSIGN_TEST_STATE) return;
  const cloud = fork(resolve('local', 'test-cloud.ts'), { detached: true });
  const { stateFile } = await new Promise<Ready>((ready, failed) => {
    cloud.once('message', (message) => ready(message as Ready));
    cloud.once('exit', (code) =>
      failed(new Error(`No cloud to test on: local/test-cloud.ts ended with ${code}, see above.`)),
    );
  });
  process.env.COUNTERSIGN_TEST_STATE = stateFile;
  globalThis.countersignCloud = cloud;
}
