import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base32nopad, base64urlnopad } from '@scure/base';

/** What a mailed link stands for: one person's seat in one stage of one round. */
export interface Link {
  id: string;
  round: number;
  stage: number;
  generation: number;
  /** Number of the link-key epoch it is signed under. */
  epoch: number;
  /** The directory key, hashed: a link names nobody. */
  person: string;
  /** Unix seconds. */
  expires: number;
}

/** The keys of one epoch, derived from the secret that KMS gives for it. */
export interface EpochKeys {
  epoch: number;
  link: Uint8Array;
  form: Uint8Array;
}

const VERSION = 1;
const BODY = 42;
const MAC = 24;

/** The keys of an epoch. `secret` is what KMS `GenerateMac` answers for `epochMessage(epoch)`: 32 bytes. */
export function deriveKeys(epoch: number, secret: Uint8Array): EpochKeys {
  return { epoch, link: hmac(sha256, secret, utf8ToBytes('link')), form: hmac(sha256, secret, utf8ToBytes('form')) };
}

/** What KMS signs for an epoch. */
export function epochMessage(epoch: number): Uint8Array {
  return utf8ToBytes(`countersign link key, epoch ${epoch}`);
}

/** How a link names a person: 64 bits of SHA-256 of the directory key, in hex. */
export function personTag(person: string): string {
  return bytesToHex(sha256(utf8ToBytes(`person:${person}`)).subarray(0, 8));
}

/** The token in a link's path: 88 base64url characters. */
export function mintLink(link: Omit<Link, 'epoch' | 'person'> & { person: string }, keys: EpochKeys): string {
  const body = new Uint8Array(BODY);
  const view = new DataView(body.buffer);
  view.setUint8(0, VERSION);
  view.setUint16(1, keys.epoch);
  body.set(base32nopad.decode(link.id.toUpperCase()), 3);
  view.setUint16(23, link.round);
  view.setUint8(25, link.stage);
  view.setUint16(26, link.generation);
  body.set(hexToBytes(personTag(link.person)), 28);
  view.setUint32(36, link.expires);
  return base64urlnopad.encode(concatBytes(body, hmac(sha256, keys.link, body).subarray(0, MAC)));
}

/** The epoch a token claims, before its signature is checked; undefined where it is no token at all. */
export function epochOf(token: string): number | undefined {
  const bytes = decode(token);
  return bytes && new DataView(bytes.buffer, bytes.byteOffset).getUint16(1);
}

/** The link a token stands for; undefined where anything about it is wrong, without saying what. */
export function verifyLink(token: string, keys: EpochKeys): Link | undefined {
  const bytes = decode(token);
  if (!bytes) return undefined;
  const body = bytes.subarray(0, BODY);
  if (!equalInConstantTime(hmac(sha256, keys.link, body).subarray(0, MAC), bytes.subarray(BODY))) return undefined;
  const view = new DataView(body.buffer, body.byteOffset);
  if (view.getUint16(1) !== keys.epoch) return undefined;
  return {
    epoch: keys.epoch,
    id: base32nopad.encode(body.subarray(3, 23)).toLowerCase(),
    round: view.getUint16(23),
    stage: view.getUint8(25),
    generation: view.getUint16(26),
    person: bytesToHex(body.subarray(28, 36)),
    expires: view.getUint32(36),
  };
}

function decode(token: string): Uint8Array | undefined {
  // 88 characters are 66 bytes exactly, so no two spellings stand for the same.
  if (token.length !== 88 || !/^[A-Za-z0-9_-]+$/.test(token)) return undefined;
  const bytes = base64urlnopad.decode(token);
  return bytes[0] === VERSION ? bytes : undefined;
}

/** Compares without saying, by its time, where two byte strings differ. */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  return a.reduce((difference, byte, i) => difference | (byte ^ (b[i] ?? 0)), 0) === 0;
}
