import { createHash } from 'node:crypto';
import { reviewPage } from './review-page.ts';
import { samples } from './sample.ts';

let known: string | undefined;

/**
 * Which template a decision was made on: the first 16 hex digits of SHA-256 over the review page of fixed samples that
 * use every part of it. It changes whenever what an approver sees would look or read differently. Taken when the first
 * page is made, and not at every start: a decision carries the hash of the page that it was made on.
 */
export function templateHash(): string {
  known ??= createHash('sha256')
    .update(samples.map((view) => reviewPage({ view, nonce: '', action: '' }).html).join('\n'))
    .digest('hex')
    .slice(0, 16);
  return known;
}
