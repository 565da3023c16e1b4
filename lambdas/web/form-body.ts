import { limits } from '../../core/limits.ts';

/** What a review page's form sends. */
export interface FormBody {
  nonce: string;
  answer: string;
  comment: string;
  /** As typed; one condition a line. */
  conditions: string;
}

const fields = ['nonce', 'answer', 'comment', 'conditions'];

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
  if (names.some((name) => !fields.includes(name)) || new Set(names).size !== names.length) return undefined;
  const field = (name: string): string => (sent.get(name) ?? '').replaceAll('\r\n', '\n');
  return {
    nonce: field('nonce'),
    answer: field('answer'),
    comment: field('comment').trim(),
    conditions: field('conditions').trim(),
  };
}

/** The conditions typed, one a line. */
export function conditionsIn(typed: string): string[] {
  return typed
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

/** What is too long in a form, in words; undefined where nothing is. */
export function tooLong({ comment, conditions }: FormBody): string | undefined {
  const list = conditionsIn(conditions);
  if (comment.length > limits.comment)
    return `The comment has ${comment.length} characters; ${limits.comment} are allowed.`;
  if (list.length > limits.conditions) return `There are ${list.length} conditions; ${limits.conditions} are allowed.`;
  const longest = Math.max(0, ...list.map((condition) => condition.length));
  if (longest > limits.condition)
    return `A condition has ${longest} characters; ${limits.condition} are allowed in one line.`;
  return undefined;
}

/** Was this sent by a page of ours? `Sec-Fetch-Site` says so; where a browser does not send it, its `Origin` must be ours. */
export function sentByOurPage(headers: Record<string, string | undefined>, ownOrigin: string): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined ? site === 'same-origin' : headers.origin === ownOrigin;
}
