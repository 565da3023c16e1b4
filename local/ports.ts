import { createServer } from 'node:net';
import { Trouble } from './trouble.ts';

const LOOPBACK = '127.0.0.1';

/** Fails with a sentence naming the port if something else listens on it. */
export async function requireFreePort(port: number, purpose: string): Promise<void> {
  const free = await listenBriefly(port).then(
    () => true,
    () => false,
  );
  if (free) return;
  throw new Trouble(
    `Port ${port}, wanted for ${purpose}, is taken by another program: stop it, or choose another with npm start -- --port ${suggestion(port)}`,
  );
}

/** A port nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  return await listenBriefly(0);
}

function suggestion(port: number): number {
  return port < 60_000 ? Math.floor(port / 100) * 100 + 1000 : 5700;
}

function listenBriefly(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port was given'));
      });
    });
  });
}
