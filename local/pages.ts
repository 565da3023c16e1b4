import { html } from 'hono/html';
import type { Mail } from './mailbox.ts';
import type { TableView } from './tables.ts';

type Html = ReturnType<typeof html>;

/** Everything the pages look like: light and dark, and one column on a phone. */
export const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8d8d2, #3a3c42); --quiet: light-dark(#5c5c58, #a5a7ad); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif;
  color: light-dark(#1c1c1a, #e8e8e6); background: light-dark(#fbfbf9, #17181b); overflow-wrap: anywhere; }
a { color: light-dark(#0b57a4, #8ab8f0); }
nav { display: flex; gap: 1.25rem; padding-bottom: .75rem; border-bottom: 1px solid var(--line); }
h1 { font-size: 1.4rem; line-height: 1.25; }
ul { list-style: none; padding: 0; }
li { padding: .6rem 0; border-bottom: 1px solid var(--line); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; }
dt, .quiet { color: var(--quiet); }
dd { margin: 0; }
pre { white-space: pre-wrap; font-size: .875rem; padding: .75rem; border: 1px solid var(--line); border-radius: .4rem; }
iframe { width: 100%; height: 75vh; border: 1px solid var(--line); border-radius: .4rem; }
summary { cursor: pointer; padding: .4rem 0; }
`;

function page(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Countersign, locally</title><link rel="stylesheet" href="/_local/style.css"></head>
<body><nav aria-label="Local cloud"><a href="/">Start</a><a href="/mail">Mailbox</a><a href="/tables">Tables</a></nav>
<main><h1>${title}</h1>${body}</main></body></html>`;
}

/** The first page: where everything is. */
export function startPage(endpoint: string, ready: boolean): Html {
  return page(
    'Countersign on this machine',
    html`${ready ? '' : html`<p>The stack is still being deployed; come back in a moment.</p>`}
<ul><li><a href="/mail">Mailbox</a>: every mail that was sent, to whomever. Open one and follow its link to decide.</li>
<li><a href="/tables">Tables</a>: what is recorded, item by item.</li></ul>
<p class="quiet">The local cloud itself answers at ${endpoint}. Nothing here leaves this machine, and it is forgotten at Ctrl-C.</p>`,
  );
}

/** The list of mails, newest first. */
export function mailboxPage(mails: Mail[]): Html {
  const row = (mail: Mail) => html`<li><a href="${mailPath(mail)}">${mail.subject || '(no subject)'}</a><br>
<span class="quiet">to ${mail.to.join(', ')} · from ${mail.from} · ${time(mail.at)}</span></li>`;
  return page(
    'Mailbox',
    html`<p><a href="/mail">Look again</a> <span class="quiet">${mails.length} ${mails.length === 1 ? 'mail' : 'mails'}</span></p>
<ul>${mails.map(row)}</ul>`,
  );
}

/** One mail: what its reader sees, then its plain text, then its source. */
export function mailPage(mail: Mail): Html {
  const raw = mail.raw ?? 'The local cloud kept no source of this mail.';
  return page(
    mail.subject || '(no subject)',
    html`<dl><dt>From</dt><dd>${mail.from}</dd><dt>To</dt><dd>${mail.to.join(', ')}</dd>
${mail.cc.length > 0 ? html`<dt>Cc</dt><dd>${mail.cc.join(', ')}</dd>` : ''}<dt>Sent</dt><dd>${time(mail.at)}</dd></dl>
${mail.html === '' ? '' : html`<iframe title="The mail" sandbox="allow-popups allow-popups-to-escape-sandbox" src="${mailPath(mail)}/html"></iframe>`}
<details ${mail.html === '' ? 'open' : ''}><summary>Plain text</summary><pre>${linked(mail.text)}</pre></details>
<details><summary>Source</summary><pre>${raw}</pre></details>`,
  );
}

/** The list of tables. */
export function tablesPage(names: string[]): Html {
  return page(
    'Tables',
    html`<ul>${names.map((name) => html`<li><a href="/tables/${encodeURIComponent(name)}">${name}</a></li>`)}</ul>`,
  );
}

/** The items of one table, each folded to its key. */
export function tablePage({ name, keys, items, more }: TableView): Html {
  const item = (values: Record<string, unknown>) => html`<li><details><summary>${summary(keys, values)}</summary>
<pre>${JSON.stringify(values, null, 2)}</pre></details></li>`;
  return page(
    name,
    html`<p class="quiet">${items.length} ${items.length === 1 ? 'item' : 'items'}${more ? ', and more that are not shown' : ''}</p>
<ul>${items.map(item)}</ul>`,
  );
}

/** A page that says why there is nothing else to show. */
export function problemPage(title: string, explanation: string): Html {
  return page(title, html`<p>${explanation}</p>`);
}

/** The mail's own HTML, its links opening outside of the frame it is shown in. */
export function framedMail(mail: Mail): string {
  const base = '<base target="_blank">';
  const head = /<head[^>]*>/i.exec(mail.html);
  if (head === null) return `${base}${mail.html}`;
  const at = head.index + head[0].length;
  return `${mail.html.slice(0, at)}${base}${mail.html.slice(at)}`;
}

function mailPath(mail: Mail): string {
  return `/mail/${encodeURIComponent(mail.id)}`;
}

function time(at: string): Html {
  return html`<time datetime="${at}">${at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time>`;
}

function linked(text: string): (Html | string)[] {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : part));
}

function summary(keys: string[], values: Record<string, unknown>): string {
  const shown = [...keys, 'type', 'outcome', 'status', 'at'].filter((name, index, all) => all.indexOf(name) === index);
  return shown
    .flatMap((name) => (typeof values[name] === 'object' || values[name] === undefined ? [] : String(values[name])))
    .join(' · ');
}
