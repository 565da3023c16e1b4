import { prettyJson } from '../../core/pretty.ts';
import { counted } from '../../core/review-words.ts';
import type { Difference } from '../../core/shown.ts';
import { foreign, foreignLines, html, type Markup } from '../markup.ts';
import { line, scroll } from './text.ts';

/** Up to these a payload reads better as names and values than as JSON. */
const mostNames = 16;
const longestAsNames = 1500;
/** Characters; each may take six bytes of the page. */
const roomForDifferences = 100_000;

/** Exactly what will be done. */
export function payload(text: string, digest: string): Markup {
  const pretty = prettyJson(text);
  const named = pretty.length <= longestAsNames ? namesAndValues(text) : undefined;
  const json = html`<pre>${foreignLines(pretty)}</pre>`;
  return html`<section aria-labelledby="what"><h2 id="what">Exactly what will be done</h2>
${named ?? scroll(json, 'What will be done, as JSON')}
${named && html`<details><summary>The same as JSON</summary>${scroll(json, 'What will be done, as JSON')}</details>`}
<p class="small soft">Fingerprint <span class="code">${digest.slice(0, 12)}</span>: the decision holds for exactly this and nothing else.</p></section>`;
}

function namesAndValues(text: string): Markup | undefined {
  const value: unknown = JSON.parse(text);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  if (entries.length === 0 || entries.length > mostNames) return undefined;
  return html`<dl class="pairs">${entries.map(
    ([name, inner]) => html`<dt class="code">${foreign(name)}</dt><dd class="code">${shownValue(name, inner)}</dd>`,
  )}</dl>`;
}

function shownValue(name: string, value: unknown): Markup {
  const text = JSON.stringify(value);
  const nested = value !== null && typeof value === 'object' && text.length > 2;
  return nested ? html`<pre>${foreignLines(prettyJson(text))}</pre>` : line(text, `Value of ${shortName(name)}`);
}

function shortName(name: string): string {
  return name.slice(0, 40);
}

/** What is different from what an earlier request, or an earlier round, would have done. */
export function differences(list: readonly Difference[], from: Markup | string): Markup {
  const fitting = list.slice(0, howManyFit(list));
  const left = list.length - fitting.length;
  const items = html`<ul class="plain">${fitting.map((one) => difference(one))}</ul>${left > 0 && html`<p><b>${counted(left, 'more difference')} would not fit here.</b> Below stands everything that will be done.</p>`}`;
  return html`<section aria-labelledby="different"><h2 id="different">What changed from ${from}</h2>
${list.length === 0 ? html`<p>What will be done is the same, to the byte.</p>` : html`<p class="small soft">${counted(list.length, 'difference')}, each by its place in what will be done.</p>`}
${list.length > 12 ? scroll(items, 'All differences') : items}</section>`;
}

/** How many of them fit on a page, beside the payload itself. */
function howManyFit(list: readonly Difference[]): number {
  let room = roomForDifferences;
  const full = list.findIndex((one) => {
    room -= 100 + one.path.length + (one.before?.length ?? 0) + (one.after?.length ?? 0);
    return room < 0;
  });
  return full === -1 ? list.length : full;
}

function difference(one: Difference): Markup {
  return html`<li><span class="code">${one.path === '' ? 'the whole' : foreign(one.path)}</span> <span class="soft">${one.kind}</span>
${one.before !== undefined && html`<del class="code"><span>before:</span> ${line(one.before, 'Value before')}</del>`}
${one.after !== undefined && html`<ins class="code"><span>now:</span> ${line(one.after, 'Value now')}</ins>`}</li>`;
}
