import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const OURS_ALONE = /^(host|via|forwarded|x-forwarded-.*|x-real-ip)$/;

/** Hands requests on to the deployed HTTP API and its answers back, neither of them changed. */
export function passThrough(endpoint: string, ca: string, apiId: string) {
  const agent = new Agent({ ca, keepAlive: true });
  const prefix = `/_aws/execute-api/${apiId}/$default`;
  const base = new URL(endpoint);
  return {
    handle: (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> =>
      new Promise((resolve, reject) => {
        const onward = request({
          agent,
          host: base.hostname,
          port: base.port,
          method: incoming.method,
          path: `${prefix}${incoming.url ?? '/'}`,
          headers: [
            'host',
            base.host,
            ...kept(incoming.rawHeaders, (name) => !HOP_BY_HOP.has(name) && !OURS_ALONE.test(name)),
          ],
        });
        onward.once('response', (answer) => {
          outgoing.writeHead(
            answer.statusCode ?? 502,
            kept(answer.rawHeaders, (name) => !HOP_BY_HOP.has(name)),
          );
          answer.pipe(outgoing);
          answer.once('end', resolve);
          answer.once('error', reject);
        });
        onward.once('error', reject);
        incoming.pipe(onward);
      }),
    close: () => agent.destroy(),
  };
}

/** The id of the API in its address, whether that is a host of its own or a path. */
export function apiIdOf(apiUrl: string): string | undefined {
  if (!URL.canParse(apiUrl)) return undefined;
  const { hostname, pathname } = new URL(apiUrl);
  const asHost = /^([a-z0-9]+)\.execute-api\./.exec(hostname);
  const asPath = /^\/_aws\/execute-api\/([a-z0-9]+)/.exec(pathname);
  return (asHost ?? asPath)?.[1];
}

/** Header names and values one after the other, as Node gives and takes them, without those that are not to go on. */
function kept(rawHeaders: string[], goesOn: (lowerCaseName: string) => boolean): string[] {
  return rawHeaders.flatMap((name, index) => {
    const value = rawHeaders[index + 1];
    return index % 2 === 0 && value !== undefined && goesOn(name.toLowerCase()) ? [name, value] : [];
  });
}
