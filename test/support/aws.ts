import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';

/** Where the deployed test cloud is: the state file that `local/` writes. */
export interface CloudState {
  endpoint: string;
  region: string;
  caFile: string;
  outputs: Record<string, string>;
  mailboxUrl: string;
}

/** Reads where the cloud is that the tests run against. */
export function cloudState(): CloudState {
  const file = process.env.COUNTERSIGN_TEST_STATE;
  if (!file) throw new Error('COUNTERSIGN_TEST_STATE is not set: cloud tests run with jest --selectProjects cloud.');
  return JSON.parse(readFileSync(file, 'utf8')) as CloudState;
}

/** A stack output by name; fails if the stack has none of that name. */
export function output(name: string): string {
  const value = cloudState().outputs[name];
  if (value === undefined) throw new Error(`The stack has no output ${name}.`);
  return value;
}

/** Credentials of the account's root, which may do everything; roles are assumed from them. */
export const ROOT = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Configuration for any AWS SDK client, as the root unless other credentials are given. */
export function clientConfig(
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } = ROOT,
) {
  const { endpoint, region, caFile } = cloudState();
  const httpsAgent = new Agent({ ca: readFileSync(caFile), keepAlive: true, maxSockets: 50 });
  return {
    endpoint,
    region,
    credentials,
    requestHandler: { httpsAgent, requestTimeout: 30_000 },
    forcePathStyle: true,
  };
}
