import type { StageAnswer } from '../../core/gate.ts';
import { limits } from '../../core/limits.ts';
import type { ReviewView, TypedForm } from '../../core/view.ts';
import { html, type Markup, type Part } from '../markup.ts';
import { description, evidence, lead, particulars, record } from './about.ts';
import { frame, type Page } from './layout.ts';
import { differences, payload } from './payload.ts';
import { asked, history } from './progress.ts';
import { line, phrase, until } from './text.ts';

export interface ReviewProps {
  view: ReviewView;
  /** The sealed nonce (`sealForm`). */
  nonce: string;
  /** Where the form posts to, relative; empty for the page's own address. */
  action: string;
}

/** The page that decides nothing by being opened, and everything by its form. */
export function reviewPage(props: ReviewProps): Page {
  return review(200, props, { comment: '', conditions: '' }, undefined);
}

/** The form again, with what was typed, and why it was not taken. Without `why`: the page had grown too old. */
export function staleFormPage(props: ReviewProps & { typed: TypedForm; why?: string; status?: number }): Page {
  const why = props.why ?? 'The page was too old to be used as it was.';
  return review(
    props.status ?? 409,
    props,
    props.typed,
    html`<div class="notice bad" role="alert"><p><b>Nothing was recorded yet.</b> ${why}</p>
<p>What you typed is still below. Look again, then <a href="#decide">answer once more</a>.</p></div>`,
  );
}

function review(status: number, { view, nonce, action }: ReviewProps, typed: TypedForm, notice: Part): Page {
  const { shown, stage } = view;
  const open = view.asked[stage.index];
  const body = html`${notice}
${lead(
  shown,
  undefined,
  html`<dt>Answer until</dt><dd>${until(view.deadline, view.now)}</dd>
${open && html`<dt>Needs</dt><dd>${open.rule}; ${open.progress} so far</dd>`}`,
  html`<p><a class="button" href="#decide">Go to your decision</a></p>`,
)}
${view.roundReason && html`<div class="notice"><p><b>This is round ${shown.round}.</b> It was opened anew because: ${phrase(view.roundReason, 400)}</p></div>`}
${view.differences && differences(view.differences, shown.revises ? html`the earlier request ${phrase(shown.revises.requestId, 80)}` : 'before')}
${payload(view.payloadText, shown.digest)}
${description(shown)}
${evidence(shown)}
${particulars(shown)}
${view.history.length > 1 && history(view.history)}
<section aria-labelledby="decide"><h2 id="decide" tabindex="-1">Your decision</h2>
${stage.count > 1 && html`<p class="small soft">Stage ${stage.index + 1} of ${stage.count}: ${phrase(stage.name, 80)}</p>`}
${criteria(stage.criteria)}
<form method="post"${action !== '' && html` action="${action}"`} accept-charset="utf-8">
<input type="hidden" name="nonce" value="${nonce}">
<label for="comment">Comment</label><p class="hint" id="comment-hint">Everybody asked and the requester will read it. May stay empty.</p>
<textarea id="comment" name="comment" dir="auto" rows="3" maxlength="${limits.comment}" aria-describedby="comment-hint">
${typed.comment}</textarea>
<label for="conditions">Conditions</label><p class="hint" id="conditions-hint">What your approval depends on, one per line. May stay empty.</p>
<textarea id="conditions" name="conditions" dir="auto" rows="2" maxlength="${limits.condition * limits.conditions}" aria-describedby="conditions-hint">
${typed.conditions}</textarea>
<div class="answers">${stage.answers.map(button)}<button type="submit" name="answer" value="comment">Comment only</button></div>
</form></section>
${asked(view.asked)}
${record(shown)}`;
  return frame({ status, title: `Decide: ${shown.claim.title}`, reader: view.approver, body });
}

function criteria(list: readonly string[]): Markup | undefined {
  if (list.length === 0) return undefined;
  return html`<p>By approving you confirm:</p><ul>${list.map((one) => html`<li>${line(one, 'Criterion')}</li>`)}</ul>`;
}

function button(answer: StageAnswer): Markup | undefined {
  // Handing on needs somebody to hand on to, which this form does not ask for.
  if (answer.effect === 'hand_on') return undefined;
  return html`<button type="submit" name="answer" value="${answer.name}" class="${toneOf(answer)}">${phrase(answer.label, 60)}</button>`;
}

function toneOf(answer: StageAnswer): 'go' | 'stop' | 'plain' {
  if (answer.effect === 'count') return answer.vote === 'for' ? 'go' : 'stop';
  if (answer.effect === 'settle' && answer.outcome === 'rejected') return 'stop';
  return 'plain';
}
