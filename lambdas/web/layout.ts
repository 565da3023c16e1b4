import { shortLine } from '../../core/visible.ts';
import { constant, foreign, html, type Markup, type Part } from '../markup.ts';
import { css } from './style.ts';

/** A finished page. Its headers are `headersOf(page)`. */
export interface Page {
  status: number;
  html: string;
}

export interface Frame {
  status: number;
  /** Of the window; somebody else's text in it is made visible and bounded here. */
  title: string;
  /** For whom the page was made. */
  reader?: { name: string; address: string };
  body: Part;
}

const sheet = html`<style>${constant(css)}</style>`;

/** The frame of every page. */
export function frame({ status, title, reader, body }: Frame): Page {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${shortLine(title, 120)} · Countersign</title>
${sheet}
</head>
<body>
<header><b>Countersign</b>${reader && html`<span>For ${person(reader)}</span>`}</header>
<main>${body}</main>
<footer>Times are in UTC. Opening or reloading this page decides nothing.</footer>
</body>
</html>
`;
  return { status, html: page.toString() };
}

function person(reader: { name: string; address: string }): Markup {
  return foreign(`${shortLine(reader.name, 60)} (${shortLine(reader.address, 80)})`);
}
