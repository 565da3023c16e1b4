import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { notText } from './text.ts';

const local = /^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~.-]+$/u;
const domain = /^[\p{L}\p{N}\p{M}-]+(\.[\p{L}\p{N}\p{M}-]+)*$/u;

/** What keeps a text from being one mail address, in words; undefined where nothing does. Letters of any script pass. */
export function addressProblem(text: string): string | undefined {
  if (text.length > limits.address) return `must not be longer than ${limits.address} characters`;
  if (/[\p{C}\p{Z}]/u.test(text)) return 'must be a mail address without spaces, control or invisible characters';
  if ([...text].filter((letter) => letter > '\u007f').length > limits.addressForeign)
    return `must not have more than ${limits.addressForeign} letters outside ASCII`;
  // Judged by what it becomes, so that no full-width `＠` or `＋` slips by.
  const parts = text.normalize('NFKC').split('@');
  const [before = '', after = ''] = parts;
  if (parts.length !== 2 || !local.test(before) || !domain.test(after)) return 'must be one plain mail address';
  return undefined;
}

/** The same for an address that mail is sent to: plain ASCII, with a domain that has a dot. */
export function mailboxProblem(text: string): string | undefined {
  const problem = addressProblem(text);
  if (problem) return problem;
  if (!/^[\x21-\x7e]+$/.test(text)) return 'must be plain ASCII (write an international domain as `xn--…`)';
  const [before = '', after = ''] = text.split('@');
  if (before.length > 64 || /^\.|\.\.|\.$/.test(before)) return 'must be one plain mail address';
  if (!/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i.test(after))
    return 'must have a full domain after the `@`';
  return undefined;
}

/** A mail address as a requester states it. */
export const Address = z.string({ error: notText }).check(
  z.check<string>((payload) => {
    const message = addressProblem(payload.value);
    if (message) payload.issues.push({ code: 'custom', input: payload.value, message });
  }),
);
