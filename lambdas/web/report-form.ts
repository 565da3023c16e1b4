import { limits } from '../../core/limits.ts';
import { html, type Markup } from '../markup.ts';

/** What the form sends as its answer. */
export const reportThis = 'report';

/** Below the form that decides, folded up: a form of its own, so that nothing typed there is lost or sent with it. */
export function reportForm({ nonce, action }: { nonce: string; action: string }): Markup {
  return html`<details class="small"><summary>Something wrong with this request?</summary>
<form method="post"${action !== '' && html` action="${action}"`} accept-charset="utf-8">
<input type="hidden" name="nonce" value="${nonce}">
<p id="report-hint">A request you did not expect, one of far too many, or one that is not what it says it is: whoever runs Countersign is told. It decides nothing, and everybody asked and the requester can see it.</p>
<label for="report">What is wrong with it</label><p class="hint">May stay empty.</p>
<textarea id="report" name="comment" dir="auto" rows="2" maxlength="${limits.comment}" aria-describedby="report-hint"></textarea>
<p><button type="submit" name="answer" value="${reportThis}">Report this</button></p></form></details>`;
}
