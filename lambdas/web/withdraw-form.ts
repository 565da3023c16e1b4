import { limits } from '../../core/limits.ts';
import { html, type Markup } from '../markup.ts';

/** What the form needs by which an approval is taken back. */
export interface Withdrawal {
  /** The sealed nonce. */
  nonce: string;
  /** What was typed, where it comes back. */
  comment?: string;
}

/** What the form sends as its answer. */
export const withdraw = 'withdraw';

/** Takes one's own approval back, before it has taken effect. */
export function withdrawForm({ nonce, comment = '' }: Withdrawal): Markup {
  return html`<section aria-labelledby="withdraw"><h2 id="withdraw">Take your approval back</h2>
<p>You approved this, and it has not taken effect yet. If you withdraw, the request is rejected: nothing is done, and a new request has to be made.</p>
<form method="post" accept-charset="utf-8"><input type="hidden" name="nonce" value="${nonce}">
<label for="comment">Comment</label><p class="hint" id="comment-hint">Everybody asked and the requester will read it. May stay empty.</p>
<textarea id="comment" name="comment" dir="auto" rows="3" maxlength="${limits.comment}" aria-describedby="comment-hint">
${comment}</textarea>
<div class="answers"><button type="submit" name="answer" value="${withdraw}" class="stop">Withdraw</button></div></form></section>`;
}
