import { prettyNumber } from '../../core/pretty.ts';
import { timeLeft, utcInWords } from '../../core/review-words.ts';
import { beginning, shortLine } from '../../core/visible.ts';
import { foreign, foreignLines, html, type Markup } from '../markup.ts';

/** Longer text than this is folded up: its beginning stays, the whole is one press away. */
const lineLength = 240;
/** Text of several lines up to this stands as it is, above it in a region of its own that scrolls. */
const blockLength = 600;

/** Somebody else's short text. A block element where it is too long, so never inside a paragraph or heading. */
export function line(text: string, name: string): Markup {
  const { text: head, left } = beginning(text, lineLength);
  if (left === 0) return foreign(text);
  return html`<details><summary>${foreign(`${head}…`)} <span>(all of it: ${count(text)})</span></summary>${scroll(foreignLines(text), name)}</details>`;
}

/** Somebody else's text for a heading or a sentence: cut where it is long. */
export function phrase(text: string, length = 120): Markup {
  return html`<bdi>${shortLine(text, length)}</bdi>`;
}

/** What a heading had to cut, whole; nothing where it cut nothing. */
export function wholeOf(text: string, length: number, name: string): Markup | undefined {
  return beginning(text, length).left > 0 ? line(text, name) : undefined;
}

/** Somebody else's text of several lines. */
export function block(text: string, name: string): Markup {
  const isLong = text.length > blockLength || text.split('\n', 16).length > 15;
  const lines = html`<div class="lines">${foreignLines(text)}</div>`;
  return isLong ? scroll(lines, name) : lines;
}

/** A region that scrolls by keyboard too. */
export function scroll(content: Markup, name: string): Markup {
  return html`<div class="scroll lines" role="region" tabindex="0" aria-label="${name}">${content}</div>`;
}

export function time(iso: string): Markup {
  return html`<time datetime="${iso}">${utcInWords(iso)}</time>`;
}

/** A time to come, and how long it is until then. */
export function until(iso: string, now: string): Markup {
  const left = timeLeft(now, iso);
  return html`${time(iso)} <span class="soft">(${left ? `${left} left` : 'that time has passed'})</span>`;
}

function count(text: string): string {
  return `${prettyNumber([...text].length)} characters`;
}
