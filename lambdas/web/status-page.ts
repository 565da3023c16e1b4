import { outcomeHeading, workInWords } from '../../core/review-words.ts';
import type { Difference } from '../../core/shown.ts';
import type { RecordedAnswer, StatusView } from '../../core/view.ts';
import { html, type Markup, type Part } from '../markup.ts';
import { description, evidence, lead, particulars, record } from './about.ts';
import { becauseOf, overrideBanner, windowRows } from './gate.ts';
import { frame, type Page } from './layout.ts';
import { type LinkOffer, linkForm } from './link-form.ts';
import { differences, payload } from './payload.ts';
import { asked, conditions, history, listed } from './progress.ts';
import { block, phrase, time, until } from './text.ts';
import { type Withdrawal, withdrawForm } from './withdraw-form.ts';

type Reader = { name: string; address: string };

/**
 * Where a request stands, for a link that can decide nothing (any more): 200, or 410 where its time has passed (R19). With
 * a `withdrawal` it offers to take one's own approval back.
 */
export function statusPage(props: {
  view: StatusView;
  reader?: Reader;
  withdrawal?: Withdrawal | undefined;
  status?: number;
  /** What matters to this reader before anything else. */
  notice?: string;
}): Page {
  const notice =
    props.notice !== undefined && html`<div class="notice bad" role="alert"><p>${phrase(props.notice, 600)}</p></div>`;
  return about(props.status ?? (props.view.outcome === 'expired' ? 410 : 200), headingOf(props.view), {
    ...props,
    notice,
  });
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

/** What became of an approver's edit: it opened a round, and their approval counts there, or why it does not. */
export interface Edited {
  round: number;
  differences: readonly Difference[];
  /** Why their approval does not stand in the new round; undefined where it does. */
  unapproved?: string;
}

/** After a POST: what was recorded, and what happens next as far as it is known. `note`: what was sent and not used. */
export function recordedPage(props: {
  view: StatusView;
  recorded: RecordedAnswer;
  reader: Reader;
  edited?: Edited;
  note?: string | undefined;
}): Page {
  const { recorded, edited, note } = props;
  const said = html`${recorded.comment !== undefined && recorded.comment !== '' && block(recorded.comment, 'Your comment')}${conditions(recorded.conditions ?? [])}${listed('You confirmed', recorded.confirmed ?? [])}${listed('Besides', recorded.wishes ?? [])}`;
  const what = phrase(recorded.what, 400);
  const notice = html`<div class="notice good" role="status"><p><b>Recorded: you ${what}.</b> ${time(recorded.at)}</p>${said}${edited && roundOpened(edited)}</div>
${note !== undefined && html`<div class="notice"><p>${note}</p></div>`}
${edited && differences(edited.differences, `round ${edited.round - 1}, as you changed it`)}`;
  return about(200, headingOf(props.view), { ...props, notice });
}

function roundOpened({ round, unapproved }: Edited): Markup {
  return html`<p>Your change opened round ${round}: the policy was asked again about what is to be done now, and answers given before count no more. ${
    unapproved === undefined
      ? 'Your approval counts in it. Below stands who is asked now.'
      : html`<b>Your approval does not count in it yet.</b> ${unapproved}`
  }</p>`;
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

interface About {
  view: StatusView;
  reader?: Reader;
  notice?: Part;
  withdrawal?: Withdrawal | undefined;
}

function about(status: number, heading: string, of: About): Page {
  const { view } = of;
  const { shown } = view;
  const body = html`${of.notice}
${overrideBanner(shown)}
${lead(shown, html`${heading}`, windowRows(shown), standing(view))}
${view.status === 'granted' && of.withdrawal && withdrawForm(of.withdrawal)}
${view.payloadText !== undefined && payload(view.payloadText, shown.digest)}
${description(shown)}
${evidence(shown)}
${particulars(shown)}
${history(view.history)}
${asked(view.asked)}
${becauseOf(shown)}
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
      return html`<p>Every vote is in. It takes effect ${view.effectAt ? until(view.effectAt, view.now) : 'later'}; until then whoever approved it can withdraw their approval, and the requester can cancel it.</p>${conditions(view.conditions)}${work}`;
    case 'settled':
      return html`<p>${view.settledBy !== undefined && html`By ${phrase(view.settledBy)}, `}${view.settledAt && time(view.settledAt)}</p>
${view.reason && block(view.reason, 'Reason')}${conditions(view.conditions)}${work}`;
  }
}
