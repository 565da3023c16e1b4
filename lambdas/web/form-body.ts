import { mostTogether } from '../../core/group.ts';
import { limits } from '../../core/limits.ts';
import type { TypedForm } from '../../core/view.ts';

/** What a review page's form sends. */
export interface FormBody extends TypedForm {
  nonce: string;
  answer: string;
}

const fields = ['nonce', 'answer', 'comment', 'conditions', 'delegate_to', 'not_before', 'not_after', 'again'];
/** Fields of which there are several, with how many at most. */
const numbered = [
  ['criterion', limits.criteria],
  ['value', limits.editable],
  ['also', mostTogether],
] as const;

/**
 * The fields of a posted form; undefined where it is no form of ours: another type, a field twice, or one too many.
 * Line ends are those of the page (`\n`), as a browser turns them into `\r\n` on the way.
 */
export function formBody(event: {
  body?: string | undefined;
  isBase64Encoded: boolean;
  headers: Record<string, string | undefined>;
}): FormBody | undefined {
  const type = event.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded' || event.body === undefined) return undefined;
  const text = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString('utf8') : event.body;
  const sent = new URLSearchParams(text);
  const names = [...sent.keys()];
  if (!names.every(isOurs) || new Set(names).size !== names.length) return undefined;
  const field = (name: string): string => (sent.get(name) ?? '').replaceAll('\r\n', '\n');
  const places = (kind: string): number[] => names.filter((name) => name.startsWith(`${kind}-`)).map(placeIn);
  const values: (string | undefined)[] = [];
  for (const place of places('value')) values[place] = field(`value-${place}`);
  return {
    nonce: field('nonce'),
    answer: field('answer'),
    comment: field('comment').trim(),
    conditions: field('conditions').trim(),
    confirmed: places('criterion').sort((a, b) => a - b),
    delegateTo: field('delegate_to').trim(),
    notBefore: field('not_before').trim(),
    notAfter: field('not_after').trim(),
    again: sent.has('again'),
    values,
    also: places('also').map((place) => field(`also-${place}`)),
  };
}

function isOurs(name: string): boolean {
  return (
    fields.includes(name) ||
    numbered.some(([kind, most]) => new RegExp(`^${kind}-(0|[1-9][0-9]?)$`).test(name) && placeIn(name) < most)
  );
}

function placeIn(name: string): number {
  return Number(name.split('-')[1]);
}

/** The conditions typed, one a line. */
export function conditionsIn(typed: string): string[] {
  return typed
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

/** Was this sent by a page of ours? `Sec-Fetch-Site` says so; where a browser does not send it, its `Origin` must be ours. */
export function sentByOurPage(headers: Record<string, string | undefined>, ownOrigin: string): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined ? site === 'same-origin' : headers.origin === ownOrigin;
}
