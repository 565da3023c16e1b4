import { ruleOfPolicy } from '../../core/review-words.ts';
import type { Shown } from '../../core/shown.ts';
import { html, type Markup } from '../markup.ts';
import { block, line, phrase, time } from './text.ts';

/** An emergency override, before everything else: that it is one, and why it cannot wait. */
export function overrideBanner({ bypass }: Shown): Markup | undefined {
  if (bypass?.kind !== 'emergency_override') return undefined;
  const since = bypass.actedFirst
    ? 'It took effect at once, before anybody approved it.'
    : 'Approved, it goes round the ordinary gate and takes effect at once.';
  return html`<div class="banner" role="note" aria-label="Emergency override"><p><b>Emergency override.</b> ${since} It is recorded as one, and is reviewed afterwards.</p>
<p class="small">Why it cannot wait, in the requester’s words:</p>${block(bypass.justification, 'Justification')}</div>`;
}

/** From when until when an approval may take effect, where its gate says so. */
export function windowRows({ notBefore, notAfter }: Shown): Markup {
  return html`${notBefore !== undefined && html`<dt>Takes effect</dt><dd>${time(notBefore)} at the earliest</dd>`}${notAfter !== undefined && html`<dt>Not after</dt><dd>${time(notAfter)}</dd>`}`;
}

/** Which rules of the policy ask for this gate, and why; nothing where that was not recorded. */
export function becauseOf({ because }: Shown): Markup | undefined {
  if (!because || because.length === 0) return undefined;
  return html`<section aria-labelledby="because"><h2 id="because">Why this gate</h2><dl class="pairs small">${because.map(
    ({ rule, why }) => html`<dt>${phrase(ruleOfPolicy(rule), 80)}</dt><dd>${line(why, 'Why')}</dd>`,
  )}</dl></section>`;
}
