import type { AskedStage, FormField, FormProblem, ReviewView, TypedForm } from '../../core/view.ts';
import { html, type Markup, type Part } from '../markup.ts';
import { description, evidence, lead, particulars, record } from './about.ts';
import { decisionForm } from './decision-form.ts';
import { becauseOf, overrideBanner, windowRows } from './gate.ts';
import { frame, type Page } from './layout.ts';
import { differences, payload } from './payload.ts';
import { asked, history } from './progress.ts';
import { reportForm } from './report-form.ts';
import { phrase, until } from './text.ts';

export interface ReviewProps {
  view: ReviewView;
  /** The sealed nonce (`sealForm`). */
  nonce: string;
  /** Where the form posts to, relative; empty for the page's own address. */
  action: string;
}

/** The page that decides nothing by being opened, and everything by its form. */
export function reviewPage(props: ReviewProps): Page {
  return review(200, props, { comment: '', conditions: '' }, [], undefined);
}

/**
 * The form again, with what was typed, and why it was not taken: `problems` by field, `why` for the rest. Without either:
 * the page had grown too old.
 */
export function staleFormPage(
  props: ReviewProps & { typed: TypedForm; why?: string; problems?: readonly FormProblem[]; status?: number },
): Page {
  const { problems = [] } = props;
  const why = props.why ?? (problems.length === 0 ? 'The page was too old to be used as it was.' : undefined);
  const list = html`<ul class="plain links">${problems.map(
    ({ field, message }) =>
      html`<li><a href="#${field}">${phrase(labelOf(field, props.view), 80)}</a>: ${phrase(message, 600)}</li>`,
  )}</ul>`;
  return review(
    props.status ?? 409,
    props,
    props.typed,
    problems,
    html`<div class="notice bad" role="alert"><p><b>Nothing was recorded yet.</b> ${why}</p>${problems.length > 0 && list}
<p>What you typed is still below. Look again, then <a href="#decide">answer once more</a>.</p></div>`,
  );
}

function review(
  status: number,
  { view, nonce, action }: ReviewProps,
  typed: TypedForm,
  problems: readonly FormProblem[],
  notice: Part,
): Page {
  const { shown, stage } = view;
  const open = view.asked[stage.index];
  const body = html`${notice}
${overrideBanner(shown)}
${lead(
  shown,
  undefined,
  html`<dt>Answer until</dt><dd>${until(view.deadline, view.now)}</dd>
${open && html`<dt>Needs</dt><dd>${open.rule}. So far ${open.progress}.</dd>`}
${windowRows(shown)}`,
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
${whichStage(view, open)}
${decisionForm({ view, nonce, action }, typed, problems)}</section>
${reportForm({ nonce, action })}
${asked(view.asked)}
${becauseOf(shown)}
${record(shown)}`;
  return frame({ status, title: `Decide: ${shown.claim.title}`, reader: view.approver, body });
}

const labels: Readonly<Record<string, string>> = {
  comment: 'Comment',
  conditions: 'Conditions',
  criteria: 'By approving you confirm',
  'delegate-to': 'Delegate to',
  'not-before': 'Takes effect at',
  'not-after': 'Not after',
  also: 'Decide these too',
};

function labelOf(field: FormField, { fields }: ReviewView): string {
  return labels[field] ?? fields[Number(field.slice('value-'.length))]?.label ?? field;
}

/** Which stage it is, whose rule asks for it, and in whose place the reader sits. */
function whichStage({ stage, approver }: ReviewView, open: AskedStage | undefined): Markup {
  const seat = open?.people.find(({ address }) => address === approver.address)?.seat;
  const from = open?.from;
  return html`${stage.count > 1 && html`<p class="small soft">Stage ${stage.index + 1} of ${stage.count}: ${phrase(stage.name, 80)}</p>`}
${from !== undefined && html`<p class="small soft">Asked for by the rule <b>${phrase(from, 80)}</b></p>`}
${seat !== undefined && html`<p class="notice">You decide ${phrase(seat, 200)}.</p>`}`;
}
