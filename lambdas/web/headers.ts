import type { Page } from './layout.ts';
import { cssSource } from './style.ts';

/** What every page is sent with (R28): nothing but our own style sheet may load, nobody may frame or keep it. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src ${cssSource}`,
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  // Under `no-referrer` browsers send `Origin: null` with an honest decision.
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'strict-transport-security': 'max-age=31536000',
  'x-robots-tag': 'noindex, nofollow, noarchive',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** The headers of one page: where it says "try again", also when, in seconds. */
export function headersOf(page: Page): Record<string, string> {
  const again = page.status === 503 || page.status === 429;
  return again ? { ...pageHeaders, 'retry-after': '30' } : { ...pageHeaders };
}
