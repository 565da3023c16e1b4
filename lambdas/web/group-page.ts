import type { Decided } from '../../core/entry.ts';
import { type RefusalCode, refusals } from '../../core/refusal.ts';
import type { Request } from '../../core/request.ts';
import { counted, outcomeHeading } from '../../core/review-words.ts';
import { html, type Markup, type Part } from '../markup.ts';
import { frame, type Page } from './layout.ts';
import { block, phrase, time } from './text.ts';
import { recordedAnswerOf } from './view-of.ts';

/** What became of one request. */
type Row = { requestId: string } & (
  | { kind: 'recorded'; entry: Decided; request: Request }
  | { kind: 'refused'; code: RefusalCode }
  | { kind: 'unknown' }
);

/** After requests were decided together: each, and what became of it. The same page whenever it is sent again. */
export function togetherPage(props: {
  reader: { name: string; address: string };
  comment: string;
  all: readonly Row[];
}): Page {
  const { reader, comment, all } = props;
  const done = all.filter(({ kind }) => kind === 'recorded').length;
  const notice =
    done === all.length
      ? html`<div class="notice good" role="status"><p><b>Recorded for all ${counted(done, 'request')}.</b></p>${said(comment)}</div>`
      : html`<div class="notice bad" role="alert"><p><b>Recorded for ${done} of ${counted(all.length, 'request')}.</b> Why not for the others stands beside them.</p>${said(comment)}</div>`;
  const body = html`${notice}
<section aria-labelledby="all"><h1 id="all">What became of each</h1>
<dl class="pairs">${all.map((row) => html`<dt>${phrase(row.requestId, 200)}</dt><dd>${whatBecameOf(row)}</dd>`)}</dl></section>`;
  return frame({ status: done > 0 ? 200 : 409, title: 'Decided together', reader, body });
}

function said(comment: string): Part {
  return comment !== '' && block(comment, 'Your comment');
}

function whatBecameOf(row: Row): Markup {
  if (row.kind === 'unknown')
    return html`<b>Not known.</b> Something it needs was not available. Reload this page: what was recorded is not recorded twice.`;
  if (row.kind === 'refused') return html`<b>Not recorded.</b> ${refusals[row.code].sentence}`;
  const { entry, request } = row;
  const what = recordedAnswerOf(request, entry.seq)?.what ?? entry.answer;
  return html`<b>Recorded: you ${phrase(what, 200)}.</b> ${next(entry)} <span class="soft">${time(entry.at)}</span>`;
}

/** What that answer did, by its own entry: whatever happened since, it is told like that again. */
function next({ effect, outcome }: Decided): string {
  if (effect === 'counted' || effect === 'stage_passed') return 'Others are asked as well.';
  if (effect === 'granted') return 'It takes effect at its time.';
  return outcome ? `The request is settled: ${outcomeHeading[outcome].toLowerCase()}.` : '';
}
