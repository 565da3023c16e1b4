import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import type { Target } from './deploy.ts';

/** Configuration for any AWS SDK client, so that it talks to the local cloud as the account's root. */
export function clientConfig({ endpoint, region, caFile }: Pick<Target, 'endpoint' | 'region' | 'caFile'>) {
  return {
    endpoint,
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: { httpsAgent: new Agent({ ca: readFileSync(caFile), keepAlive: true }), requestTimeout: 30_000 },
  };
}
