import { createServer, type Server, type Socket } from 'node:net';

const KEPT = 5_000;
const MAX_BYTES = 40 * 1024 * 1024;

/** A mail as it left: who it was handed over for, and every byte of it. */
export interface Letter {
  recipients: string[];
  /** The MIME message, line ends included. */
  raw: string;
}

/** Takes the mails that the local cloud relays, so that they can be shown as they were sent. */
export interface Postbox {
  /** host:port it listens on. */
  address: string;
  /** The mail with this SES message id, if it was relayed. */
  letter(messageId: string): Letter | undefined;
  stop(): Promise<void>;
}

/** Opens a postbox on a free port of loopback: as much of SMTP (RFC 5321) as one well-behaved client needs. */
export async function openPostbox(): Promise<Postbox> {
  const letters = new Map<string, Letter>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    converse(socket, (letter) => {
      const id = /^message-id:\s*<?([^>\s]+)>?/im.exec(headers(letter.raw))?.[1];
      if (id === undefined) return;
      letters.set(id, letter);
      const oldest = letters.keys().next().value;
      if (letters.size > KEPT && oldest !== undefined) letters.delete(oldest);
    });
  });
  const port = await listen(server);
  return {
    address: `127.0.0.1:${port}`,
    letter: (messageId) => letters.get(messageId),
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function converse(socket: Socket, take: (letter: Letter) => void): void {
  let pending = '';
  let recipients: string[] = [];
  let inData = false;
  const say = (line: string) => socket.write(`${line}\r\n`);
  const command = (line: string) => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'DATA') {
      inData = true;
      return say('354 go on, end with a dot');
    }
    if (verb === 'QUIT') return socket.end('221 bye\r\n');
    if (verb === 'RCPT') recipients.push(/<([^>]*)>/.exec(line)?.[1] ?? '');
    if (verb === 'MAIL' || verb === 'RSET') recipients = [];
    return say('250 ok');
  };
  socket.setEncoding('latin1');
  say('220 countersign postbox');
  socket.on('data', (chunk) => {
    pending += String(chunk);
    if (pending.length > MAX_BYTES) socket.destroy();
    for (;;) {
      const end = pending.indexOf(inData ? '\r\n.\r\n' : '\r\n');
      if (end < 0) return;
      const text = pending.slice(0, end);
      pending = pending.slice(end + (inData ? 5 : 2));
      if (!inData) command(text);
      else {
        const unstuffed = text.replace(/^\.\./gm, '.');
        take({ recipients, raw: Buffer.from(`${unstuffed}\r\n`, 'latin1').toString('utf8') });
        inData = false;
        say('250 taken');
      }
    }
  });
}

function headers(raw: string): string {
  return raw.slice(0, raw.indexOf('\r\n\r\n') + 1 || undefined);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
    });
  });
}
