import { readFileSync } from 'node:fs';
import { Agent, type RequestOptions, request } from 'node:https';
import { cloudState } from '../aws.ts';

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

let theAgent: Agent | undefined;

/** One HTTPS call to the local cloud, whose certificate no program trusts by itself. */
export async function localFetch(
  url: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: RequestOptions['headers']; body?: string } = {},
): Promise<Reply> {
  theAgent ??= new Agent({ ca: readFileSync(cloudState().caFile), keepAlive: true, maxSockets: 50 });
  return await new Promise((resolve, reject) => {
    const call = request(url, { agent: theAgent, method, headers: headers ?? {} }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', reject);
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    call.once('error', reject);
    call.end(body);
  });
}
