/** Every page people meet: pure functions from typed props to `{ status, html }`, to be sent with `headersOf(page)`. */
export { togetherPage } from './group-page.ts';
export { headersOf, pageHeaders } from './headers.ts';
export type { Page } from './layout.ts';
export { type LinkOffer, sendLink } from './link-form.ts';
export { cannotBeShownPage, linkSentPage, refusedPage } from './refused-page.ts';
export { type ReviewProps, reviewPage, staleFormPage } from './review-page.ts';
export { decidedMeanwhilePage, type Edited, recordedPage, statusPage, supersededPage } from './status-page.ts';
export { templateHash } from './template.ts';
export { type Withdrawal, withdraw } from './withdraw-form.ts';
