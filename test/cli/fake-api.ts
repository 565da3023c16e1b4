import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  method: string;
  /** With query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: unknown;
}

export interface Reply {
  status: number;
  /** Text is sent as it is, `hang` not at all, `cut` cuts the connection. */
  body: unknown;
}

export const hang: Reply = { status: 0, body: 'hang' };
export const cut: Reply = { status: 0, body: 'cut' };

/** A server that plays the API: replies by `METHOD /path`, one after the other, the last one again and again. */
export class FakeApi {
  readonly received: Received[] = [];
  readonly #routes = new Map<string, Reply[]>();
  readonly #server: Server;
  #heard: (() => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FakeApi> {
    const server = createServer();
    const api = new FakeApi(server);
    server.on('request', async (request, response) => {
      const body = await text(request);
      const { method = '', url = '', headers } = request;
      api.received.push({ method, path: url, headers, body: body === '' ? undefined : JSON.parse(body) });
      for (const heard of api.#heard.splice(0)) heard();
      const replies = api.#routes.get(`${method} ${url}`) ?? [{ status: 404, body: { message: 'Not Found' } }];
      const reply = replies.length > 1 ? replies.shift() : replies[0];
      if (reply === undefined || reply.body === 'hang') return;
      if (reply.body === 'cut') {
        response.socket?.destroy();
        return;
      }
      response.writeHead(reply.status, { 'content-type': 'application/json' });
      response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  on(route: string, ...replies: Reply[]): this {
    this.#routes.set(route, replies);
    return this;
  }

  /** Resolves when the next request has come in. */
  nextRequest(): Promise<void> {
    return new Promise((resolve) => this.#heard.push(resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
