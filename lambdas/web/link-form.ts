import { html, type Markup } from '../markup.ts';

/** What a form needs that asks for the current link. */
export interface LinkOffer {
  /** The sealed nonce. */
  nonce: string;
}

/** What the form sends as its answer. */
export const sendLink = 'send_link';

/** Posts to the page's own address, so that the link stands in no page. */
export function linkForm({ nonce }: LinkOffer): Markup {
  return html`<form method="post"><input type="hidden" name="nonce" value="${nonce}"><p><button type="submit" name="answer" value="${sendLink}">Send me the current link</button></p>
<p class="small">It goes to the address this link was mailed to. Sending it decides nothing.</p></form>`;
}
