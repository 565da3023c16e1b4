import { createHash, createHmac } from 'node:crypto';

/**
 * Node's own SHA-256 and HMAC in place of the pure ones that core is written against: a Lambda's bundle is made with these,
 * which are a few hundred bytes and native. A test compares both.
 */
export const sha256 = (message: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(message).digest());

/** Core knows one hash only. */
export const hmac = (_hash: typeof sha256, key: Uint8Array, message: Uint8Array): Uint8Array =>
  new Uint8Array(createHmac('sha256', key).update(message).digest());
