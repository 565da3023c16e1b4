import { createHash, createHmac } from 'node:crypto';

interface Begun {
  update(data: Uint8Array | string): unknown;
  digest(): Uint8Array;
}

/** SHA-256, or HMAC-SHA-256 where there is a secret, as the SDK's signer asks for it. Its own brings one for browsers along. */
export class Sha256 {
  private readonly secret: string | ArrayBuffer | ArrayBufferView | undefined;
  private hash: Begun;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.secret = secret;
    this.hash = begun(secret);
  }

  update(data: Uint8Array | string): void {
    this.hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.hash.digest());
  }

  reset(): void {
    this.hash = begun(this.secret);
  }
}

function begun(secret: string | ArrayBuffer | ArrayBufferView | undefined): Begun {
  if (secret === undefined) return createHash('sha256');
  if (typeof secret === 'string') return createHmac('sha256', secret);
  const bytes = ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
  return createHmac('sha256', bytes);
}
