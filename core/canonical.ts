import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { base32nopad } from '@scure/base';
import canonicalize from 'canonicalize';

/** The RFC 8785 canonical JSON text of a value. Throws where it has none: no JSON, or half a character (a lone surrogate). */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

/** SHA-256 of a text's UTF-8 bytes, 64 lower-case hex digits. */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** The digest of a JSON value: SHA-256 of its canonical form, in hex. */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

/** Our `id` of a request: 160 bits of SHA-256 over source and the caller's key, 32 lower-case base32 characters. */
export function requestIdentity(source: string, requestId: string): string {
  return identityOf([source, requestId]);
}

/** `id` of a person's log, by directory key or canonical address: `person:` and 32 lower-case base32 characters. */
export function personLogId(person: string): string {
  return `person:${identityOf(['person', person])}`;
}

/** Is this the `id` of a person's log, and not a request's? */
export function isPersonLogId(id: string): boolean {
  return id.startsWith('person:');
}

function identityOf(of: string[]): string {
  const hash = sha256(utf8ToBytes(canonicalJson(of)));
  return base32nopad.encode(hash.subarray(0, 20)).toLowerCase();
}

/** How a task token is named where the token itself must not appear. */
export function taskKeyOf(taskToken: string): string {
  return sha256Hex(`task:${taskToken}`).slice(0, 32);
}
