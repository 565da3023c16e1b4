import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64urlnopad } from '@scure/base';
import { type EpochKeys, equalInConstantTime } from './link.ts';

/** What a review page's form carries to prove which page was seen: the nonce. */
export interface Form {
  /** Unix seconds at which the page was made. */
  madeAt: number;
  /** 9 random bytes, base64url: the command id of whatever is sent from this page. */
  nonce: string;
  /** Hash of the page's template, 16 hex digits. */
  template: string;
  /** Older than `formLifetime`. */
  stale: boolean;
}

/** How long a page can be used as it is, in seconds. */
export const formLifetime = 12 * 3600;

/**
 * The value of a form's hidden `nonce` field: bound to the link, to what was shown and to the template it was shown with.
 * `random` is 9 bytes.
 */
export function sealForm(
  of: { token: string; shownDigest: string; template: string; madeAt: number; random: Uint8Array },
  keys: EpochKeys,
): string {
  const nonce = base64urlnopad.encode(of.random);
  const form = { madeAt: of.madeAt, nonce, template: of.template };
  return `${of.madeAt.toString(36)}.${nonce}.${of.template}.${mac(form, of.token, of.shownDigest, keys)}`;
}

/**
 * The form a sealed nonce stands for, if it was made for this link and what is shown now.
 * Undefined where it was made for something else or altered.
 */
export function unsealForm(
  sealed: string,
  of: { token: string; shownDigest: string; now: number },
  keys: EpochKeys,
): Form | undefined {
  if (!/^[0-9a-z]{1,8}\.[A-Za-z0-9_-]{12}\.[0-9a-f]{16}\.[A-Za-z0-9_-]{32}$/.test(sealed)) return undefined;
  // All parts but the first have one length, so they are found from the end; as a number, the first ends at its dot.
  const madeAt = Number.parseInt(sealed, 36);
  const nonce = sealed.slice(-62, -50);
  const template = sealed.slice(-49, -33);
  const signature = sealed.slice(-32);
  const form = { madeAt, nonce, template, stale: madeAt + formLifetime < of.now };
  if (!equalInConstantTime(utf8ToBytes(signature), utf8ToBytes(mac(form, of.token, of.shownDigest, keys))))
    return undefined;
  return form;
}

function mac(form: Omit<Form, 'stale'>, token: string, shownDigest: string, keys: EpochKeys): string {
  const text = [form.madeAt, form.nonce, form.template, token, shownDigest].join('\n');
  return base64urlnopad.encode(concatBytes(hmac(sha256, keys.form, utf8ToBytes(text)).subarray(0, 24)));
}
