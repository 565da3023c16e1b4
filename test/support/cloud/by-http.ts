/** What a link answers: what a browser would show, without a browser. */
export interface Shown {
  status: number;
  headers: Headers;
  html: string;
}

/** Opens a link. */
export async function open(link: string): Promise<Shown> {
  const got = await fetch(link, { redirect: 'manual' });
  return { status: got.status, headers: got.headers, html: await got.text() };
}

/** What a page's form would send besides what a person types; undefined where the page has no form. */
export function nonceIn({ html }: Shown): string | undefined {
  return /name="nonce" value="([^"]+)"/.exec(html)?.[1];
}

export interface Typed {
  comment?: string;
  /** One a line. */
  conditions?: string;
}

/** Sends a page's form as a browser does, with the button of that answer. */
export async function send(link: string, nonce: string, answer: string, typed: Typed = {}): Promise<Shown> {
  const body = new URLSearchParams({ nonce, comment: '', conditions: '', ...typed, answer });
  const headers = { 'sec-fetch-site': 'same-origin', origin: new URL(link).origin, 'user-agent': 'cloud-test/1' };
  const got = await fetch(link, { method: 'POST', headers, body, redirect: 'manual' });
  return { status: got.status, headers: got.headers, html: await got.text() };
}

/** Opens the link and answers, as a person does: `approve`, `reject`, `request_changes`, or `comment`. Throws where it is not taken. */
export async function decide(link: string, answer: string, typed?: Typed): Promise<Shown> {
  const told = await tryToDecide(link, answer, typed);
  if (told.status !== 200) throw new Error(`'${answer}' was not taken (${told.status}): ${textOf(told)}`);
  return told;
}

/** The same, whatever comes of it. Approving confirms every criterion. */
export async function tryToDecide(link: string, answer: string, typed?: Typed): Promise<Shown> {
  const page = await open(link);
  const nonce = nonceIn(page);
  if (nonce === undefined) throw new Error(`The page has no form (${page.status}): ${textOf(page)}`);
  return await send(link, nonce, answer, { ...(answer === 'approve' && confirmedIn(page)), ...typed });
}

/** The fields of every criterion a page asks to confirm, ticked. */
function confirmedIn({ html }: Shown): Record<string, string> {
  return Object.fromEntries([...html.matchAll(/name="(criterion-\d+)"/g)].map(([, name = '']) => [name, 'yes']));
}

/** A page's words. */
export function textOf({ html }: Shown): string {
  return html
    .replace(/<style.*?<\/style>/gs, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Sends a form whose fields and headers are all said: nothing is added, so that anything can be left out or forged. */
export async function post(
  link: string,
  fields: Record<string, string> | [string, string][],
  headers: Record<string, string> = { origin: new URL(link).origin },
): Promise<Shown> {
  const got = await fetch(link, { method: 'POST', headers, body: new URLSearchParams(fields), redirect: 'manual' });
  return { status: got.status, headers: got.headers, html: await got.text() };
}

/** Presses `Send me the current link` on a dead end. */
export async function askForCurrentLink(link: string, page: Shown): Promise<Shown> {
  if (!page.html.includes('Send me the current link')) throw new Error(`No link is offered: ${textOf(page)}`);
  return await post(link, { nonce: nonceIn(page) ?? '', answer: 'send_link' });
}
