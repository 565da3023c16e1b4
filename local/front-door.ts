import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientConfig } from './clients.ts';
import { readMailbox } from './mailbox.ts';
import { framedMail, mailboxPage, mailPage, problemPage, STYLE, startPage, tablePage, tablesPage } from './pages.ts';
import { passThrough } from './pass-through.ts';
import type { Postbox } from './postbox.ts';
import { readTable, tableNames } from './tables.ts';

const OWN_CSP =
  "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const MAIL_CSP =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/** The local cloud as any ordinary browser can reach it: over HTTP, on localhost, without a certificate of ours. */
export interface FrontDoor {
  url: string;
  mailboxUrl: string;
  /** Sends everything that is not a page of its own to this HTTP API from now on. */
  openTo(apiId: string): void;
  stop(): Promise<void>;
}

export interface FrontDoorOptions {
  port: number;
  cloud: { endpoint: string; region: string; certificate: { certFile: string; pem: string } };
  postbox: Postbox;
}

interface Reply {
  status?: number;
  type?: string;
  csp?: string;
  body: string | { toString(): string } | Promise<{ toString(): string }>;
}

/** Opens the front door on loopback. */
export async function openFrontDoor({ port, cloud, postbox }: FrontDoorOptions): Promise<FrontDoor> {
  const { endpoint, region, certificate } = cloud;
  const dynamodb = new DynamoDBClient(clientConfig({ endpoint, region, caFile: certificate.certFile }));
  const hosts = new Set([`localhost:${port}`, `127.0.0.1:${port}`]);
  let onward: ReturnType<typeof passThrough> | undefined;

  const mails = () => readMailbox(endpoint, certificate.pem, postbox.letter);
  const mail = async (id: string) => (await mails()).find((candidate) => candidate.id === id);

  async function ownPage(path: string, accept: string): Promise<Reply | undefined> {
    const [room, name = '', part] = path.slice(1).split('/').map(decoded);
    if (path === '/') return { body: startPage(endpoint, onward !== undefined) };
    if (path === '/_local/style.css') return { type: 'text/css; charset=utf-8', body: STYLE };
    if (path === '/favicon.ico') return { status: 204, body: '' };
    if (room === 'mail' && name === '') {
      if (accept.includes('json') && !accept.includes('html')) return json(await mails());
      return { body: mailboxPage(await mails()) };
    }
    if (room === 'mail') {
      const found = await mail(name);
      if (found === undefined) return missing('There is no such mail.');
      if (part === 'html') return { csp: MAIL_CSP, body: framedMail(found) };
      if (part === 'raw') return { type: 'text/plain; charset=utf-8', body: found.raw ?? '' };
      return accept.includes('json') && !accept.includes('html') ? json(found) : { body: mailPage(found) };
    }
    if (room === 'tables' && name === '') return { body: tablesPage(await tableNames(dynamodb)) };
    if (room === 'tables') {
      const table = await readTable(dynamodb, name);
      return table === undefined ? missing('There is no such table.') : { body: tablePage(table) };
    }
    return undefined;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!hosts.has(request.headers.host ?? '')) {
      return send(response, { status: 421, type: 'text/plain', body: 'This is not the host you asked for.\n' });
    }
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const own = reads ? await ownPage(path, request.headers.accept ?? 'text/html') : undefined;
    if (own !== undefined) return send(response, own);
    if (onward !== undefined) return onward.handle(request, response);
    const body = problemPage('Not yet', 'The stack is still being deployed; try again in a moment.');
    return send(response, { status: 503, body });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const body = problemPage(
        'The local cloud did not answer',
        error instanceof Error ? error.message : String(error),
      );
      if (response.headersSent) response.destroy();
      else send(response, { status: 502, body }).catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://localhost:${port}`;
  return {
    url,
    mailboxUrl: `${url}/mail`,
    openTo: (apiId) => {
      onward?.close();
      onward = passThrough(endpoint, certificate.pem, apiId);
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      onward?.close();
      dynamodb.destroy();
      await closed;
    },
  };
}

async function send(
  response: ServerResponse,
  { status = 200, type = 'text/html; charset=utf-8', csp = OWN_CSP, body }: Reply,
) {
  const text = String(await body);
  response.writeHead(status, {
    'content-type': type,
    'content-security-policy': csp,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(status === 204 ? undefined : text);
}

function json(value: unknown): Reply {
  return { type: 'application/json', body: JSON.stringify(value, null, 2) };
}

function missing(explanation: string): Reply {
  return { status: 404, body: problemPage('Not found', explanation) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
