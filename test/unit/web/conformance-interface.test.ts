import { reviewPage } from '../../../lambdas/web/pages.ts';
import { reviewViewOf } from '../../../lambdas/web/view-of.ts';
import { readingOf } from '../../support/markup-reader.ts';
import {
  bob,
  carol,
  dave,
  now,
  openingOf,
  ordinaryStage,
  pendingOf,
  type Sample,
  voteOf,
} from '../../support/sample-requests.ts';

/** The approval request interface of section 9.2 of the hybrid design, as its page would be: the seed's own request. */
const sample: Sample = {
  claim: {
    title: 'Deploy application v2.1.0 to production',
    description: 'Affected systems: web servers, database cluster. Estimated duration: 30 minutes.',
    requestedBy: 'alice.johnson@example.com',
    environment: 'production',
    priority: 'high',
    // Shown beside the risk where the two differ.
    risk: 'critical',
    facts: { security_tests_passed: true, code_review_completed: true, vulnerability_scan_clean: true },
    evidence: [{ label: 'Rollback plan', url: 'https://wiki.example.com/rollback' }],
  },
  stages: [
    {
      ...ordinaryStage,
      name: 'security_review',
      from: 'checkpoints.security_review',
      approvers: [bob, carol, dave],
      delegateTo: ['security_team'],
      criteria: ['Rollback tested in staging'],
    },
  ],
};
const { payloadText } = openingOf(sample);
const request = pendingOf(sample, [
  voteOf(carol, 'approve', { effect: 'counted' }, { comment: 'Deployment looks good, all tests passed' }),
]);
const view = reviewViewOf(request, { payloadText, person: 'bob', now });
const { html } = reviewPage({ view, nonce: 'nonce', action: '' });
const read = readingOf(html);

describe('Approval Interface Design (hybrid approach, section 9.2), line by line', () => {
  test.each<[string, RegExp]>([
    ['Request ID', new RegExp(request.requestId)],
    ['Priority: HIGH', /Priority\W+high/i],
    ['Due', /(Due|until|by) .*\d\d:\d\d UTC/i],
    ['Requested by', /alice\.johnson@example\.com/],
    ['Type: Security Review', /security.review/i],
    ['Action', /Deploy application v2\.1\.0 to production/],
    ['Environment', /in production/],
    [
      'Affected systems, estimated duration',
      /Affected systems: web servers, database cluster\. Estimated duration: 30 minutes/,
    ],
    ['Risk level', /critical risk/i],
    ['Security impact assessment', /security_tests_passed\W+(true|yes)/i],
    ['Rollback plan', /Rollback plan/],
    [
      'history: who approved, when, with which comment',
      /Carol Jones.*approved.*Deployment looks good, all tests passed/i,
    ],
    ['history: who is pending', /Dave Osei/],
    ['Comments', /Comment/],
    ['Require additional approval after changes', /Ask me again after changes/],
    ['Set conditional approval (specify conditions)', /Conditions/],
    ['Schedule approval for later execution', /Takes effect at/],
    ['criteria as a checklist', /Rollback tested in staging/],
    ['delegate to', /Delegate to/],
  ])('%s', (_line, shown) => {
    expect(read).toMatch(shown);
  });

  test.each(['Approve', 'Reject', 'Request changes', 'Delegate'])('the button %s', (name) => {
    expect([...html.matchAll(/<button[^>]*>(.*?)<\/button>/g)].map(([, inside = '']) => readingOf(inside))).toContain(
      name,
    );
  });
});
