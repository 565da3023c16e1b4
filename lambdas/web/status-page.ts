import { outcomeHeading, workInWords } from '../../core/review-words.ts';
import type { Difference } from '../../core/shown.ts';
import type { RecordedAnswer, StatusView } from '../../core/view.ts';
import { html, type Markup, type Part } from '../markup.ts';
import { description, evidence, lead, particulars, record } from './about.ts';
import { frame, type Page } from './layout.ts';
import { type LinkOffer, linkForm } from './link-form.ts';
import { differences, payload } from './payload.ts';
import { asked, conditions, history } from './progress.ts';
import { block, phrase, time, until } from './text.ts';

type Reader = { name: string; address: string };

/** Where a request stands, for a link that can decide nothing (any more): 200, or 410 where its time has passed (R19). */
export function statusPage(props: { view: StatusView; reader?: Reader }): Page {
  return about(props.view.outcome === 'expired' ? 410 : 200, headingOf(props.view), props);
}

/** Somebody answered a request that was decided, or answered by them, before: the outcome, and that this changed nothing. */
export function decidedMeanwhilePage(props: {
  view: StatusView;
  reader?: Reader;
  /** 409 or 410, as the refusal says. */
  status: number;
  /** The refusal's sentence. */
  why: string;
}): Page {
  const notice = html`<div class="notice bad" role="alert"><p><b>Your answer was not recorded.</b> ${props.why}</p></div>`;
  return about(props.status, headingOf(props.view), { ...props, notice });
}

/** After a POST: what was recorded, and what happens next as far as it is known. */
export function recordedPage(props: { view: StatusView; recorded: RecordedAnswer; reader: Reader }): Page {
  const { recorded } = props;
  const said = html`${recorded.comment !== undefined && recorded.comment !== '' && block(recorded.comment, 'Your comment')}${conditions(recorded.conditions ?? [])}`;
  const notice = html`<div class="notice good" role="status"><p><b>Recorded: you ${phrase(recorded.what, 80)}.</b> ${time(recorded.at)}</p>${said}</div>`;
  return about(200, headingOf(props.view), { ...props, notice });
}

/** The link was for a round that another has replaced. */
export function supersededPage(props: {
  view: StatusView;
  reader: Reader;
  /** The link's round. */
  round: number;
  /** From that round's payload to the current one's (`differencesBetween`); undefined where a payload could not be read. */
  differences: readonly Difference[] | undefined;
  /** Why there is a newer round. */
  reason?: string;
  /** Offered where the same person is asked in the current round as well. */
  offer?: LinkOffer;
}): Page {
  const current = props.view.shown.round;
  const notice = html`<div class="notice bad" role="alert"><p><b>What is to be done has changed since this link was sent.</b>
The link was for round ${props.round}; round ${current} has replaced it. Nothing can be decided with it any more.</p>
${props.reason && html`<p>Why: ${phrase(props.reason, 400)}</p>`}
${props.offer ? linkForm(props.offer) : html`<p>Whoever is asked in round ${current} has a mail with a link of their own.</p>`}</div>
${props.differences ? differences(props.differences, `round ${props.round}`) : html`<p>What exactly changed cannot be shown at the moment.</p>`}`;
  return about(409, headingOf(props.view), { ...props, notice });
}

function about(status: number, heading: string, of: { view: StatusView; reader?: Reader; notice?: Part }): Page {
  const { view } = of;
  const { shown } = view;
  const body = html`${of.notice}
${lead(shown, html`${heading}`, undefined, standing(view))}
${view.payloadText !== undefined && payload(view.payloadText, shown.digest)}
${description(shown)}
${evidence(shown)}
${particulars(shown)}
${history(view.history)}
${asked(view.asked)}
${record(shown)}`;
  return frame({ status, title: `${heading}: ${shown.claim.title}`, ...(of.reader && { reader: of.reader }), body });
}

function headingOf(view: StatusView): string {
  if (view.status === 'pending') return 'Waiting for a decision';
  if (view.status === 'granted') return 'Approved, not yet in effect';
  return view.outcome ? outcomeHeading[view.outcome] : 'Settled';
}

/** What is so now and what comes next. */
function standing(view: StatusView): Markup {
  const work = html`<p>${workInWords(view)}</p>`;
  switch (view.status) {
    case 'pending': {
      const open = view.stage && view.asked[view.stage.index];
      return html`${view.stage && view.stage.count > 1 && html`<p>Stage ${view.stage.index + 1} of ${view.stage.count}: ${phrase(view.stage.name, 80)}.</p>`}
${open && html`<p>${open.progress}. It needs ${open.rule}.</p>`}
${view.deadline && html`<p>Open until ${until(view.deadline, view.now)}. After that it expires, and nothing is done.</p>`}${work}`;
    }
    case 'granted':
      return html`<p>Every vote is in. It takes effect ${view.effectAt ? time(view.effectAt) : 'later'}; until then it can be cancelled.</p>${work}`;
    case 'settled':
      return html`<p>${view.settledBy !== undefined && html`By ${phrase(view.settledBy)}, `}${view.settledAt && time(view.settledAt)}</p>
${view.reason && block(view.reason, 'Reason')}${conditions(view.conditions)}${work}`;
  }
}
