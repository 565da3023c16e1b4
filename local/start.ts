import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { bringUpCloud } from './cloud.ts';
import { publishDemoPolicy, sendSampleRequest } from './demo.ts';
import { runUntilStopped } from './run.ts';
import { withState } from './state.ts';

const USAGE = `npm start [-- --port 4700]

Brings Countersign up on this machine: a local cloud, the stack deployed to it, a policy for playing and one request.
--port is that of the mailbox and the review pages; the local cloud itself takes the next one.
`;

const root = dirname(import.meta.dirname);

/** The cloud's own port, the next one, has to be one too. */
function portIn(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1024 && port < 65_535) return port;
  throw new Error(`--port is '${text}', which is no port: choose one from 1024 to 65534, such as 5700.`);
}

function options(): { port: number } {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string', default: '4700' }, help: { type: 'boolean' } } });
    if (!values.help) return { port: portIn(values.port) };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(64);
  }
  process.stdout.write(USAGE);
  process.exit(0);
}

const { port } = options();
const stateFile = join(root, '.local', 'state.json');

await runUntilStopped(
  async () =>
    await withState(stateFile, await bringUpCloud({ root, name: 'start', frontDoorPort: port, cloudPort: port + 1 })),
  async (cloud) => {
    await publishDemoPolicy(root, stateFile, cloud);
    const link = await sendSampleRequest(cloud);
    process.stdout.write(`
Countersign is running.

  Mailbox       ${cloud.mailboxUrl}
  Review page   ${link}
  Tables        ${cloud.frontDoorUrl}/tables
  For programs  ${stateFile}

Ctrl-C stops it, and then nothing of it is left.
`);
  },
);
