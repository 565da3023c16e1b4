import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bringUpCloud } from './cloud.ts';
import { publishDemoPolicy } from './demo.ts';
import { freeName } from './instance.ts';
import { freePort } from './ports.ts';
import { runUntilStopped } from './run.ts';
import { withState } from './state.ts';

/**
 * A cloud for the tests, on ports of its own. `npm test` starts one for itself; run this by hand to keep one up, and
 * give the tests the file it names in COUNTERSIGN_TEST_STATE.
 */
const root = dirname(import.meta.dirname);
const name = await freeName(root, 'test');
const stateFile = join(root, '.local', name, 'state.json');

await runUntilStopped(
  async () => {
    await mkdir(dirname(stateFile), { recursive: true });
    const [frontDoorPort, cloudPort] = [await freePort(), await freePort()];
    // The tests ask one person hundreds of times; the one of a flood fills up the rest of somebody's hour first.
    const context = { asksPerHour: '1000' };
    return await withState(stateFile, await bringUpCloud({ root, name, frontDoorPort, cloudPort, context }));
  },
  async (cloud) => {
    await publishDemoPolicy(root, stateFile, cloud);
    process.stdout.write(`\nA cloud for tests is up. Use it with\n\n  export COUNTERSIGN_TEST_STATE=${stateFile}\n\n`);
    process.send?.({ stateFile });
  },
);
