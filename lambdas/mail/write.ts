import { prettyNumber } from '../../core/pretty.ts';
import { beginning, visible, visibleLine } from '../../core/visible.ts';
import { foreign, foreignLines, html, type Markup, type Part } from '../markup.ts';

/** A mail before it is text and HTML: both are written from the same parts, so neither can say less. */
export type MailPart =
  | { kind: 'says'; text: string }
  | { kind: 'facts'; facts: readonly Fact[] }
  | { kind: 'quoted'; heading: string; text: string; length: number; code?: boolean; whole: string }
  | { kind: 'list'; heading: string; items: readonly string[]; length: number; whole: string }
  | { kind: 'link'; label: string; url: string; notes: readonly string[] };

/** A label of ours and what somebody else, or we, say there. */
export interface Fact {
  label: string;
  text: string;
}

const factLength = 300;
const rule = 'border-top:1px solid #8888;margin:1em 0 0;padding:1em 0 .25em';

/** The mail as plain text, for programs and people that want no HTML. */
export function textOf(heading: string, parts: readonly MailPart[]): string {
  return `${[heading, ...parts.map(partAsText)].join('\n\n')}\n`;
}

function partAsText(part: MailPart): string {
  switch (part.kind) {
    case 'says':
      return part.text;
    case 'facts':
      return part.facts.map((fact) => `${fact.label}: ${clipped(fact.text, factLength)}`).join('\n');
    case 'quoted': {
      const { text, more } = cut(part.text, part.length, part.whole);
      return `${part.heading}:\n${indented(visible(text))}${more && `\n${indented(more)}`}`;
    }
    case 'list': {
      const { items, more } = some(part);
      return `${part.heading}:\n${[...items.map((item) => `- ${clipped(item, factLength)}`), ...more].join('\n')}`;
    }
    case 'link':
      return [`${part.label}:`, part.url, ...part.notes].join('\n');
  }
}

/** Every line set in, so that quoted text cannot pass for a line of ours. */
function indented(text: string): string {
  return text.replace(/^/gm, '  | ');
}

/** The mail as HTML: no table, no image, no style sheet, nothing loaded; no colour that light or dark would swallow. */
export function htmlOf(subject: string, heading: Part, parts: readonly MailPart[]): string {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${subject}</title></head>
<body style="margin:0;padding:16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;overflow-wrap:anywhere;word-break:break-word"><div style="max-width:600px;margin:0 auto">
<h1 style="font-size:22px;line-height:1.3;margin:0 0 12px">${heading}</h1>
${parts.map(partAsHtml)}
</div></body></html>
`;
  return page.toString();
}

function partAsHtml(part: MailPart): Markup {
  switch (part.kind) {
    case 'says':
      return html`<p style="margin:0 0 12px">${part.text}</p>`;
    case 'facts':
      return html`<div style="margin:0 0 12px">${part.facts.map(
        (fact) => html`<p style="margin:0 0 6px"><b>${fact.label}:</b> ${foreign(clipped(fact.text, factLength))}</p>`,
      )}</div>`;
    case 'quoted': {
      const { text, more } = cut(part.text, part.length, part.whole);
      const font = part.code ? ';font:14px/1.45 ui-monospace,Menlo,Consolas,monospace' : '';
      return html`<h2 style="font-size:16px;${rule}">${part.heading}</h2><div style="white-space:pre-wrap;margin:0 0 12px;border-left:3px solid #8888;padding:0 0 0 12px${font}">${foreignLines(text)}</div>${more && html`<p style="margin:6px 0 0"><b>${more}</b></p>`}`;
    }
    case 'list': {
      const { items, more } = some(part);
      return html`<h2 style="font-size:16px;${rule}">${part.heading}</h2><ul style="margin:0 0 12px;padding:0 0 0 20px">${[...items.map((item) => html`<li>${foreign(clipped(item, factLength))}</li>`), ...more.map((line) => html`<li><b>${line}</b></li>`)]}</ul>`;
    }
    case 'link':
      return html`<p style="margin:20px 0 8px"><a href="${part.url}" style="display:inline-block;background:#0a55b8;color:#ffffff;font-weight:bold;text-decoration:none;padding:14px 22px;border-radius:8px">${part.label}</a></p>${part.notes.map((note) => html`<p style="margin:0 0 8px">${note}</p>`)}`;
  }
}

function clipped(text: string, length: number): string {
  const { text: head, left } = beginning(text, length);
  return visibleLine(head) + (left > 0 ? `… (${prettyNumber(left)} more characters)` : '');
}

function cut(text: string, length: number, whole: string): { text: string; more: string } {
  const { text: head, left } = beginning(text, length);
  return { text: head, more: left > 0 ? `Cut here: ${prettyNumber(left)} more characters. ${whole}` : '' };
}

function some(part: { items: readonly string[]; length: number; whole: string }): {
  items: readonly string[];
  more: string[];
} {
  const left = part.items.length - part.length;
  return {
    items: part.items.slice(0, part.length),
    more: left > 0 ? [`and ${prettyNumber(left)} more. ${part.whole}`] : [],
  };
}
