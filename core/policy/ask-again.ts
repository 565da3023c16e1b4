import type { Entry } from '../entry.ts';

/** Directory keys of those who decided on this request and asked to be asked again about whatever revises it. */
export function askAgain(entries: readonly Entry[]): string[] {
  const asked = entries.flatMap((entry) => (entry.type === 'decided' && entry.again ? [entry.person] : []));
  return [...new Set(asked)];
}
