import type { StageAnswer } from '../../core/gate.ts';
import { limits } from '../../core/limits.ts';
import { counted } from '../../core/review-words.ts';
import type { FormProblem, ReviewView, StageView, TypedForm } from '../../core/view.ts';
import { foreign, html, type Markup, type Part } from '../markup.ts';
import { handsOn } from './answers.ts';
import { box, described, timeField } from './field.ts';
import { alikeFields } from './group-form.ts';
import { phrase, wholeOf } from './text.ts';
import { valueFields } from './value-field.ts';

const criterionLength = 400;

/**
 * The form that decides. Enter in a field presses a form's first button: here that is one which does nothing, so that
 * nobody approves by it.
 */
export function decisionForm(
  { view, nonce, action }: { view: ReviewView; nonce: string; action: string },
  typed: TypedForm,
  problems: readonly FormProblem[],
): Markup {
  const { stage } = view;
  return html`<form method="post"${action !== '' && html` action="${action}"`} accept-charset="utf-8">
<button type="submit" disabled hidden></button>
<input type="hidden" name="nonce" value="${nonce}">
${criteria(stage, typed, problems)}
${valueFields(view, typed, problems)}
${comment(stage, typed, problems)}
${conditions(typed, problems)}
${options(typed, problems)}
${alikeFields(view, typed, problems)}
<div class="answers">${stage.answers.map(button)}<button type="submit" name="answer" value="comment">Comment only</button></div>
${delegation(stage, typed, problems)}
</form>`;
}

function criteria({ criteria: list }: StageView, typed: TypedForm, problems: readonly FormProblem[]): Part {
  if (list.length === 0) return undefined;
  const { describes, words } = described(
    'criteria',
    `An approval needs ${list.length === 1 ? 'it' : `all ${list.length}`}; each is recorded.`,
    problems,
  );
  const missing = problems.some(({ field }) => field === 'criteria');
  return html`<fieldset id="criteria" tabindex="-1"${describes}><legend>By approving you confirm</legend>${words}
${list.map((criterion, i) => {
  const ticked = typed.confirmed?.includes(i) ?? false;
  return html`${box({
    id: `criterion-${i}`,
    name: `criterion-${i}`,
    label: phrase(criterion, criterionLength),
    ticked,
    attributes: missing && !ticked && html` aria-invalid="true"`,
  })}${wholeOf(criterion, criterionLength, 'The whole criterion')}`;
})}</fieldset>`;
}

function comment(stage: StageView, typed: TypedForm, problems: readonly FormProblem[]): Markup {
  const { attributes, words } = described(
    'comment',
    `Everybody asked and the requester will read it. ${needed(stage)}`,
    problems,
  );
  return html`<label for="comment">Comment</label>${words}
<textarea id="comment" name="comment" dir="auto" rows="3" maxlength="${limits.comment}"${attributes}>
${typed.comment}</textarea>`;
}

function needed({ comment: when }: StageView): string {
  if (when === 'always') return 'Every answer here needs one.';
  return when === 'unless_approved' ? 'Needed unless you approve.' : 'May stay empty.';
}

function conditions(typed: TypedForm, problems: readonly FormProblem[]): Markup {
  const { attributes, words } = described(
    'conditions',
    'What your approval depends on, one per line. May stay empty.',
    problems,
  );
  return html`<label for="conditions">Conditions</label>${words}
<textarea id="conditions" name="conditions" dir="auto" rows="2" maxlength="${limits.condition * limits.conditions}"${attributes}>
${typed.conditions}</textarea>`;
}

/** What few approvals need, folded up unless something is there. */
function options(typed: TypedForm, problems: readonly FormProblem[]): Markup {
  const { notBefore = '', notAfter = '', again = false } = typed;
  const used = notBefore !== '' || notAfter !== '' || again;
  const wrong = problems.some(({ field }) => field === 'not-before' || field === 'not-after');
  return html`<details${(used || wrong) && html` open`}><summary>Advanced options</summary>
${timeField({
  field: 'not-before',
  name: 'not_before',
  label: 'Takes effect at',
  hint: 'Date and time in UTC, whatever your clock says. Your approval takes effect then at the earliest. Empty: at once.',
  value: notBefore,
  problems,
})}
${timeField({
  field: 'not-after',
  name: 'not_after',
  label: 'Not after',
  hint: 'Date and time in UTC. If it cannot take effect by then, it expires and nothing is done. Empty: no such limit.',
  value: notAfter,
  problems,
})}
${box({ id: 'again', name: 'again', label: 'Ask me again after changes', ticked: again })}
<p class="hint">These count with an approval only.</p></details>`;
}

function button(answer: StageAnswer): Markup | undefined {
  // Handing on needs somebody to hand on to, and has a field for it.
  if (handsOn(answer)) return undefined;
  return html`<button type="submit" name="answer" value="${answer.name}" class="${toneOf(answer)}">${phrase(answer.label, 60)}</button>`;
}

function toneOf(answer: StageAnswer): 'go' | 'stop' | 'plain' {
  if (answer.effect === 'count') return answer.vote === 'for' ? 'go' : 'stop';
  if (answer.effect === 'settle' && answer.outcome === 'rejected') return 'stop';
  return 'plain';
}

function delegation(stage: StageView, typed: TypedForm, problems: readonly FormProblem[]): Part {
  const { delegateTo = [] } = stage;
  if (delegateTo.length === 0) return undefined;
  const names = delegateTo.slice(0, 12).map((name, i) => html`${i > 0 && ', '}${foreign(name)}`);
  const more = delegateTo.length - names.length;
  const hint = html`Somebody else decides in your place: their address. Possible: ${names}${more > 0 && ` and ${counted(more, 'more')}`}; nobody who asked for this or wrote it, and nobody who is asked already.`;
  const { attributes, words } = described('delegate-to', hint, problems);
  return html`<div class="apart"><label for="delegate-to">Delegate to</label>${words}
<input type="text" inputmode="email" autocapitalize="none" autocomplete="off" spellcheck="false" id="delegate-to" name="delegate_to" maxlength="${limits.address}" value="${typed.delegateTo ?? ''}"${attributes}>
<p><button type="submit" name="answer" value="${delegateName(stage)}">${delegateLabel(stage)}</button></p></div>`;
}

/** The stage's own answer for handing on, where it has one. */
function delegateName({ answers }: StageView): string {
  return answers.find(handsOn)?.name ?? 'delegate';
}

function delegateLabel({ answers }: StageView): Part {
  const own = answers.find(handsOn);
  return own ? phrase(own.label, 60) : 'Delegate';
}
