import { html, type Markup } from '../markup.ts';

/** What a form needs that asks for the current link. */
export interface LinkOffer {
  /** Where it posts to: the link's own path and `/link`, as a relative reference from the page's address. */
  action: string;
  /** The sealed nonce. */
  nonce: string;
}

export function linkForm({ action, nonce }: LinkOffer): Markup {
  return html`<form method="post" action="${action}"><input type="hidden" name="nonce" value="${nonce}"><p><button type="submit">Send me the current link</button></p>
<p class="small">It goes to the address this link was mailed to. Sending it decides nothing.</p></form>`;
}
