import { functionNamed } from './functions.ts';
import { signedCall } from './signed-call.ts';
import { until } from './until.ts';

interface Mapping {
  UUID: string;
  State: string;
}

/** Switches the log's consumer off while `work` is done: what it would have been told is told late, or never. */
export async function withoutStream(work: () => Promise<void>): Promise<void> {
  const path = '/2015-03-31/event-source-mappings/';
  const list = async () => {
    const name = await functionNamed('React');
    const { body } = await signedCall({ service: 'lambda', method: 'GET', path: `${path}?FunctionName=${name}` });
    return (JSON.parse(body) as { EventSourceMappings: Mapping[] }).EventSourceMappings;
  };
  const [mapping] = await list();
  if (!mapping) throw new Error('The log has no consumer.');
  const enable = async (Enabled: boolean) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ Enabled });
    await signedCall({ service: 'lambda', method: 'PUT', path: path + mapping.UUID, headers, body });
    const wanted = Enabled ? 'Enabled' : 'Disabled';
    await until(`the stream is ${wanted}`, async () => (await list())[0]?.State === wanted);
  };
  await enable(false);
  try {
    await work();
  } finally {
    await enable(true);
  }
}
