import { refuse } from '../../core/refusal.ts';
import type { AlikeView } from '../../core/view.ts';
import * as pages from '../../lambdas/web/pages.ts';
import { reviewViewOf } from '../../lambdas/web/view-of.ts';
import {
  bob,
  now,
  openedAt,
  openingOf,
  pendingOf,
  requestOf,
  type Sample,
  veryLong,
  voteOf,
} from './sample-requests.ts';

const sample: Sample = {
  claim: { title: 'Rotate the access log', risk: 'low', priority: 'low', environment: 'production' },
  payload: { log: 'access', keep: 14 },
  stages: [
    { name: 'review', approvers: [bob], rule: 'any', timeout: 24 * 3600, criteria: ['Nobody needs the old one'] },
  ],
};

const alike = (count: number): AlikeView[] =>
  Array.from({ length: count }, (_, n) => ({
    value: `${'a'.repeat(31)}${'bcdefghijklmnopqrstuvwxyz'[n]}.${'0'.repeat(64)}.${'m'.repeat(32)}`,
    requestId: n === 2 ? veryLong : `rotate-2026-11-20-host-${n + 2}`,
    openedAt,
    deadline: '2026-11-21T15:00:00.000Z',
    priority: n === 1 ? 'high' : 'low',
    evidence: n === 1 ? [{ label: 'Disk usage of this host', url: 'https://metrics.example.com/host-3' }] : [],
  }));

/** Pages of requests that are decided together. */
export function groupPages(): Record<string, pages.Page> {
  const view = reviewViewOf(pendingOf(sample), { payloadText: openingOf(sample).payloadText, person: 'bob', now });
  const of = (count: number) => ({ view: { ...view, alike: alike(count) }, nonce: 'n', action: '' });
  const settled = requestOf(sample, [voteOf(bob, 'approve', { effect: 'settled', outcome: 'approved' })]);
  const entry = [...settled.commands.values()].at(-1);
  if (entry?.type !== 'decided') throw new Error('the last entry is no decision');
  const done = (requestId: string) => ({ requestId, kind: 'recorded' as const, entry, request: settled });
  const four = ['rotate-2026-11-20-host-1', 'rotate-2026-11-20-host-2', 'rotate-2026-11-20-host-3', veryLong].map(done);
  return {
    'review-group': pages.reviewPage(of(4)),
    'review-group-many': pages.reviewPage(of(20)),
    'stale-group': pages.staleFormPage({
      ...{ ...of(4), status: 400 },
      typed: { comment: '', conditions: '', also: alike(2).map(({ value }) => value) },
      problems: [{ field: 'also', message: 'Requests are decided together by a plain answer.' }],
    }),
    'group-done': pages.togetherPage({ reader: bob, comment: 'All of them are full.', all: four }),
    'group-partly': pages.togetherPage({
      ...{ reader: bob, comment: '' },
      all: [
        ...four.slice(0, 2),
        { requestId: 'rotate-2026-11-20-host-4', kind: 'refused', code: refuse('already_settled').code },
        { requestId: veryLong, kind: 'refused', code: 'not_together' },
        { requestId: 'rotate-2026-11-20-host-5', kind: 'unknown' },
      ],
    }),
  };
}
