import { onlyClaims, riskInWords, verifiedInWords } from '../../core/review-words.ts';
import type { Shown } from '../../core/shown.ts';
import { foreign, html, type Markup, type Part } from '../markup.ts';
import { block, line, phrase, wholeOf } from './text.ts';

const titleLength = 200;

/** What is asked, in which environment, how risky, by whom: the top of every page about a request. */
export function lead(shown: Shown, heading: Markup | undefined, rows: Part, more: Part): Markup {
  const { claim } = shown;
  const title = phrase(claim.title, titleLength);
  return html`<div class="lead ${claim.risk}">
<div class="tags"><span class="tag ${claim.risk}">${riskInWords[claim.risk]}</span><span class="tag">in ${phrase(claim.environment, 60)}</span></div>
${heading ? html`<h1>${heading}</h1><p><b>${title}</b></p>` : html`<h1>${title}</h1>`}
${wholeOf(claim.title, titleLength, 'The whole title')}
<dl class="pairs"><dt>Who asks</dt><dd>${whoAsks(shown)}</dd>${rows}</dl>
${more}</div>`;
}

/** Claimed and verified, told apart. */
function whoAsks(shown: Shown): Markup {
  const who = foreign(shown.claim.requestedBy);
  const verified = foreign(verifiedInWords(shown));
  return onlyClaims(shown)
    ? html`<div>Says it is <b>${phrase(shown.claim.requestedBy)}</b></div>${wholeOf(shown.claim.requestedBy, 120, 'The whole name')}<div class="small soft">AWS verified: ${verified}</div>`
    : html`<div><b>${who}</b></div><div class="small soft">AWS verified: ${verified}</div>`;
}

export function description(shown: Shown): Markup | undefined {
  const text = shown.claim.description;
  if (!text) return undefined;
  return html`<section aria-labelledby="why"><h2 id="why">Description</h2>${block(text, 'Description')}</section>`;
}

/** Links to what speaks for it. Only http and https become links, and each shows where it leads. */
export function evidence(shown: Shown): Markup | undefined {
  const list = shown.claim.evidence;
  if (!list || list.length === 0) return undefined;
  return html`<section aria-labelledby="evidence"><h2 id="evidence">Evidence</h2><p class="small soft">Named by the requester; these links lead elsewhere.</p>${evidenceList(list)}</section>`;
}

export function evidenceList(list: NonNullable<Shown['claim']['evidence']>): Markup | undefined {
  if (list.length === 0) return undefined;
  return html`<ul class="plain links">${list.map(({ label, url }) => html`<li>${evidenceLink(label, url)}</li>`)}</ul>`;
}

function evidenceLink(label: string, url: string): Markup {
  const target = webAddress(url);
  if (!target)
    return html`${phrase(label)} <div class="small soft">not a web address: ${line(url, 'What was given')}</div>`;
  return html`<a href="${target.href}" rel="noreferrer noopener external">${phrase(label)}</a> <span class="small soft">on ${phrase(target.host, 80)}</span>`;
}

/** A URL that may be linked to; undefined for every other scheme and for one that hides a user before its host. */
export function webAddress(url: string): URL | undefined {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  const isWeb = parsed.protocol === 'https:' || parsed.protocol === 'http:';
  return isWeb && parsed.username === '' && parsed.password === '' ? parsed : undefined;
}

/** Everything else the request says of itself; nothing where that is nothing. */
export function particulars(shown: Shown): Markup | undefined {
  const { claim } = shown;
  const rows: Row[] = [
    ['Written by', claim.authors?.join(', ')],
    ['Priority', claim.priority === claim.risk ? undefined : claim.priority],
    ['Trigger', claim.trigger],
    ['Checkpoint', claim.checkpoint],
    ...Object.entries(claim.facts ?? {}).map(
      ([name, value]): Row => [name, typeof value === 'string' ? value : JSON.stringify(value)],
    ),
  ];
  if (rows.every(([, value]) => !value)) return undefined;
  return html`<section aria-labelledby="facts"><h2 id="facts">What the requester says besides</h2>${pairs(rows)}</section>`;
}

/** How the request is found again, folded up. */
export function record(shown: Shown): Markup {
  return html`<section aria-label="For the record"><details><summary>For the record</summary>${pairs([
    ['Request', shown.id],
    ['Its key', shown.requestId],
    ['Source', shown.source],
    ['Round', String(shown.round)],
    ['Event', shown.verified.eventId],
    ['Execution', shown.verified.execution],
    ['What will be done, SHA-256', shown.digest],
  ])}</details></section>`;
}

type Row = [name: string, value: string | undefined];

function pairs(rows: readonly Row[]): Markup {
  return html`<dl class="pairs small">${rows.map(
    ([name, value]) => value && html`<dt>${phrase(name, 80)}</dt><dd>${line(value, 'The whole value')}</dd>`,
  )}</dl>`;
}
