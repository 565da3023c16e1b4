import { differencesBetween } from '../../core/difference.ts';
import { newsDigestMail } from '../../lambdas/mail/news-digest-mail.ts';
import { outcomeMail } from '../../lambdas/mail/outcome-mail.ts';
import { requestMail } from '../../lambdas/mail/request-mail.ts';
import { unreachableMail } from '../../lambdas/mail/unreachable-mail.ts';
import type { Mail } from '../../lambdas/services.ts';
import * as pages from '../../lambdas/web/pages.ts';
import { recordedAnswerOf, reviewViewOf, statusViewOf } from '../../lambdas/web/view-of.ts';
import { groupPages } from './group-pages.ts';
import {
  bob,
  carol,
  dave,
  now,
  openingOf,
  ordinaryStage,
  pendingOf,
  requestOf,
  type Sample,
  veryLong,
  voteOf,
} from './sample-requests.ts';

export const samples: Record<string, Sample> = {
  ordinary: {
    claim: {
      description: 'The new checkout.\nNo database change; rolling back takes a minute.',
      evidence: [
        { label: 'Security scan', url: 'https://ci.example.com/scans/4711' },
        { label: 'Test run', url: 'https://ci.example.com/runs/981' },
      ],
      facts: { lines_changed: 120, breaking_change: false },
      authors: ['erin@example.com'],
    },
    stages: [
      { ...ordinaryStage, criteria: ['The change has been tested on staging', 'Somebody is around to roll it back'] },
    ],
  },
  odd: {
    claim: {
      title: veryLong,
      description: veryLong,
      requestedBy: veryLong,
      environment: veryLong,
      authors: [veryLong, veryLong],
      trigger: veryLong,
      facts: { [veryLong]: veryLong },
      evidence: [
        { label: veryLong, url: `https://${'evil.'.repeat(30)}example/${'x'.repeat(1500)}` },
        { label: 'script', url: 'javascript:alert(1)' },
        { label: 'disguised', url: 'https://example.com@evil.example/' },
      ],
    },
    payload: { [veryLong]: veryLong, list: [veryLong] },
    stages: [
      {
        name: veryLong,
        approvers: [{ person: 'bob', name: veryLong, address: 'bob@example.com' }],
        rule: 'all',
        timeout: 600,
        criteria: [veryLong],
      },
    ],
  },
  many: {
    claim: { risk: 'low', environment: 'staging' },
    stages: [
      {
        name: 'team',
        approvers: Array.from({ length: 40 }, (_, i) => ({
          person: `p${i}`,
          name: `Person Number ${i}`,
          address: `p${i}@example.com`,
        })).concat(bob),
        rule: { quorum: 3 },
        timeout: 7200,
      },
      { name: 'operations', approvers: [dave], rule: 'any', timeout: 7200 },
    ],
  },
  big: {
    claim: { title: 'Import the autumn price list', risk: 'high' },
    payload: { prices: Array.from({ length: 3000 }, (_, i) => ({ sku: `A-${i}`, price: i / 4, note: 'seasonal' })) },
  },
  revised: {
    claim: { title: 'Deploy shop v2.1.1, with the fix asked for', revises: 'deploy-41', risk: 'high' },
    payload: { version: '2.1.1', replicas: 6, regions: ['eu-west-1', 'us-east-1'], flags: { checkout: true } },
    revised: { version: '2.1.0', replicas: 4, regions: ['eu-west-1'], canary: 10 },
  },
  policy: {
    claim: {
      title: 'Deploy shop v2.1.0 with the new checkout',
      risk: 'high',
      editable: ['/replicas', '/canary', '/note', '/plan', '/regions', '/limits/max_replicas'],
    },
    payload: {
      version: '2.1.0',
      replicas: 4,
      canary: true,
      note: 'Tonight',
      plan: 'Drain one region.\nDeploy it.\nWait ten minutes, then the other.',
      regions: ['eu-west-1', 'us-east-1'],
      limits: { max_replicas: 8 },
    },
    gate: {
      workflow: 'expert_review',
      because: [
        { rule: 'checkpoints.security_review', why: 'the request names its trigger security_related_change' },
        { rule: 'approval_workflows.expert_review', why: 'its risk, high, is in scope' },
      ],
      notBefore: '2026-11-21T06:00:00.000Z',
    },
    stages: [
      {
        name: 'security_review',
        from: 'checkpoints.security_review',
        approvers: [{ ...bob, via: ['ada'] }, carol, dave],
        rule: 'one_from_each',
        groups: [
          { name: 'security', people: ['bob', 'carol'] },
          { name: 'operations', people: ['dave', 'carol'] },
        ],
        timeout: 24 * 3600,
        veto: true,
        comment: 'unless_approved',
        criteria: ['Secrets are not logged', 'Somebody is around to roll it back', 'The scan is from this week'],
        delegateTo: ['security', 'erin'],
      },
      {
        name: 'expert_review',
        from: 'approval_workflows.expert_review',
        approvers: [dave, carol],
        rule: 'all',
        order: 'sequential',
        timeout: 48 * 3600,
      },
    ],
  },
  sequential: {
    claim: { risk: 'low' },
    stages: [{ ...ordinaryStage, order: 'sequential', comment: 'always', approvers: [bob, carol, dave] }],
  },
  override: {
    claim: {
      title: 'Restart the payment service',
      risk: 'critical',
      override: { justification: 'Nobody can pay since 14:52; the on-call engineer has the fix.\nEach minute costs.' },
    },
    payload: { service: 'payments', action: 'restart' },
    gate: {
      workflow: 'emergency_bypass',
      bypass: {
        kind: 'emergency_override',
        justification: 'Nobody can pay since 14:52; the on-call engineer has the fix.\nEach minute costs.',
        actedFirst: false,
      },
      because: [
        { rule: 'approval_workflows.emergency_bypass', why: 'the request asks for an override and justifies it' },
      ],
    },
    stages: [{ ...ordinaryStage, name: 'emergency_bypass', rule: 'any', timeout: 1800 }],
  },
  critical: {
    claim: { title: 'Delete the customer archive of 2019', risk: 'critical', priority: 'critical' },
    verified: {
      via: 'api',
      account: '000000000000',
      principal: 'arn:aws:sts::000000000000:assumed-role/Operators/alice',
      person: 'alice',
    },
    payload: { bucket: 'customer-archive-2019', action: 'delete', confirm: true },
  },
};

const nonce = 'sealed-nonce';
const link = 'https://review.example.com/r/AQABlink';
const offer = { nonce };

/** Every page there is, by name. */
export function everyPage(): Record<string, pages.Page> {
  const all: Record<string, pages.Page> = {};
  for (const [name, sample] of Object.entries(samples)) {
    const { payloadText, revisedPayloadText } = openingOf(sample);
    const later =
      name === 'ordinary'
        ? [
            commentOf(carol, 'Looks right. Who watches the dashboards tonight?'),
            voteOf(
              carol,
              'approve',
              { effect: 'counted' },
              { conditions: ['Deploy before 18:00 UTC', 'Keep the old version warm'] },
            ),
          ]
        : [];
    const request = pendingOf(sample, later);
    const view = reviewViewOf(request, {
      payloadText,
      person: 'bob',
      now,
      ...(revisedPayloadText !== undefined && { revisedPayloadText }),
    });
    all[`review-${name}`] = pages.reviewPage({ view, nonce, action: '' });
    all[`status-${name}`] = pages.statusPage({ view: statusViewOf(request, { now, payloadText }), reader: bob });
    if (name === 'policy')
      all['stale-policy'] = pages.staleFormPage({
        ...{ view, nonce, action: '', status: 400 },
        typed: {
          comment: '',
          conditions: '',
          confirmed: [1],
          delegateTo: 'mallory@example.com',
          notBefore: '2026-11-19T10:00',
          again: true,
          values: ['six', 'false', 'Tomorrow', undefined, '["eu-west-1"', '8'],
        },
        problems: [
          { field: 'value-0', message: 'It was a number and has to stay one: digits, with a point before decimals.' },
          { field: 'value-4', message: 'It was a list and has to stay one, written as JSON.' },
          {
            field: 'criteria',
            message:
              'An approval confirms every criterion. Not confirmed: “Secrets are not logged”, “The scan is from this week”.',
          },
          { field: 'not-before', message: 'That time has passed. Leave it empty for at once.' },
          { field: 'delegate-to', message: '“mallory@example.com” is nobody’s address in the directory.' },
        ],
      });
    if (name === 'ordinary' || name === 'odd')
      all[`stale-${name}`] = pages.staleFormPage({
        view,
        nonce,
        action: '',
        typed: { comment: name === 'odd' ? veryLong : 'What I typed', conditions: 'Not on a Friday' },
      });
  }
  Object.assign(all, policyPages(), groupPages());
  const { ordinary = {} } = samples;
  const { payloadText } = openingOf(ordinary);
  const counted = requestOf(ordinary, [voteOf(bob, 'approve', { effect: 'counted' }, { comment: 'Fine with me' })]);
  const settled = [
    voteOf(carol, 'approve', { effect: 'counted' }),
    voteOf(bob, 'approve', { effect: 'settled', outcome: 'approved' }),
  ];
  const resuming = requestOf(ordinary, settled);
  const told = requestOf(ordinary, [...settled, { type: 'task_answered', task: 'task-1', result: 'delivered' }]);
  const gone = requestOf(ordinary, [...settled, { type: 'task_answered', task: 'task-1', result: 'gone' }]);
  const rejected = requestOf(ordinary, [
    voteOf(carol, 'reject', { effect: 'settled', outcome: 'rejected' }, { comment: 'The scan is from last week.' }),
  ]);
  const cancelled = requestOf(ordinary, [cancelOf('A newer version is ready')]);
  const expired = requestOf({ ...ordinary, stages: [{ ...ordinaryStage, timeout: 240 }] }, [
    { type: 'expired', at: now, round: 1, stage: 0, deadline: now, outcome: 'expired' },
  ]);
  const status = (request: typeof resuming) => statusViewOf(request, { now, payloadText });
  const said = { at: now, what: 'approved' };
  all['recorded-counted'] = pages.recordedPage({
    view: status(counted),
    recorded: recordedAnswerOf(counted, 2) ?? said,
    reader: bob,
  });
  all['recorded-settled'] = pages.recordedPage({
    view: status(resuming),
    recorded: recordedAnswerOf(resuming, 3) ?? said,
    reader: bob,
  });
  all['status-told'] = pages.statusPage({ view: status(told), reader: bob });
  all['status-gone'] = pages.statusPage({ view: status(gone), reader: bob });
  all['status-cancelled'] = pages.statusPage({ view: status(cancelled), reader: bob });
  all['status-expired'] = pages.statusPage({ view: status(expired), reader: bob });
  all['decided-meanwhile'] = pages.decidedMeanwhilePage({
    view: status(rejected),
    reader: bob,
    status: 409,
    why: 'This request was already rejected.',
  });
  all.superseded = pages.supersededPage({
    view: statusViewOf(secondRound(ordinary), { now }),
    reader: bob,
    round: 1,
    differences: differencesBetween(payloadText, '{"replicas":6,"version":"2.1.0"}'),
    reason: 'Carol changed the number of replicas',
    offer,
  });
  for (const code of [
    'forged',
    'expired',
    'not_eligible',
    'four_eyes',
    'unavailable',
    'wrong_origin',
    'too_many',
    'no_longer_waiting',
    'unknown_answer',
    'too_large',
  ] as const)
    all[`refused-${code}`] = pages.refusedPage({ code });
  for (const code of ['link_expired', 'link_reissued', 'link_revoked'] as const)
    all[`refused-${code}`] = pages.refusedPage({ code, offer });
  all['cannot-be-shown'] = pages.cannotBeShownPage();
  all['link-sent'] = pages.linkSentPage();
  return all;
}

/** What becomes of a request under a policy with more to say: handed on, edited, granted, withdrawn. */
function policyPages(): Record<string, pages.Page> {
  const { policy = {}, sequential = {} } = samples;
  const { payloadText } = openingOf(policy);
  const status = (request: ReturnType<typeof requestOf>) => statusViewOf(request, { now, payloadText });
  const delegated = requestOf(policy, [
    {
      type: 'delegated',
      round: 1,
      stage: 0,
      person: 'bob',
      by: bob.address,
      to: { person: 'erin', name: 'Erin Falk', address: 'erin@example.com', via: ['ada', 'bob'] },
      comment: 'You know the checkout better.',
      linkKey: '1.1',
      ip: '192.0.2.1',
      userAgent: 'a phone',
    },
  ]);
  const single = { ...policy, stages: [{ ...ordinaryStage, approvers: [bob] }] };
  const grant = voteOf(bob, 'approve', { effect: 'granted', outcome: 'approved' }, { conditions: ['Before ten'] });
  const later = {
    confirmed: [],
    notBefore: '2026-11-21T08:00:00.000Z',
    notAfter: '2026-11-21T10:00:00.000Z',
    again: true,
  };
  const granted = requestOf(single, [{ ...grant, ...later }]);
  const withdrawn = requestOf(single, [
    { ...grant, ...later },
    {
      ...{ type: 'withdrawn', round: 1, person: 'bob', by: bob.address, comment: 'The window is taken.' },
      ...{ linkKey: '1.1', ip: '192.0.2.1', userAgent: 'a phone', outcome: 'rejected' },
    },
  ]);
  const edited = editedRound(policy);
  const change = { round: 2, differences: differencesBetween(payloadText, edited.payloadText) };
  const recorded = { at: now, what: 'changed /replicas, /canary and approved', confirmed: ['Secrets are not logged'] };
  const view = statusViewOf(edited.request, { now });
  return {
    'recorded-delegated': pages.recordedPage({
      view: status(delegated),
      recorded: recordedAnswerOf(delegated, 2) ?? recorded,
      reader: bob,
      note: 'The values you changed were not applied: only an approval applies them.',
    }),
    'status-handed-on': pages.statusPage({
      ...{ view: status(delegated), reader: bob },
      notice: 'You have handed this on to Erin Falk (erin@example.com), who decides it.',
    }),
    'status-granted': pages.statusPage({ view: statusViewOf(granted, { now }), reader: bob, withdrawal: { nonce } }),
    'recorded-granted': pages.recordedPage({
      view: statusViewOf(granted, { now }),
      recorded: recordedAnswerOf(granted, 2) ?? recorded,
      reader: bob,
    }),
    'recorded-withdrawn': pages.recordedPage({
      view: statusViewOf(withdrawn, { now }),
      recorded: recordedAnswerOf(withdrawn, 3) ?? recorded,
      reader: bob,
    }),
    'recorded-edited': pages.recordedPage({ view, recorded, reader: bob, edited: change }),
    'recorded-edited-unapproved': pages.recordedPage({
      ...{ view, recorded: { at: now, what: 'changed /replicas, /canary' }, reader: bob },
      edited: { ...change, unapproved: 'The stage that is open now does not ask you; it asks others.' },
    }),
    'status-not-your-turn': pages.statusPage({
      view: statusViewOf(requestOf(sequential), { now }),
      reader: carol,
      notice: 'This stage asks one after the other, and it is the turn of Bob Smith. You are mailed when it is yours.',
    }),
  };
}

/** The same request after an approver changed two values of it. */
function editedRound(sample: Sample): { request: ReturnType<typeof requestOf>; payloadText: string } {
  const before = JSON.parse(openingOf(sample).payloadText);
  const { entry, payloadText } = openingOf({ ...sample, payload: { ...before, replicas: 6, canary: false } });
  const { payload, digest, shownDigest, gate, policyVersion } = entry;
  const round = { payload, digest, shownDigest, gate, policyVersion, round: 2 };
  const how = { linkKey: '1.1', ip: '192.0.2.1', userAgent: 'a phone' };
  const request = requestOf(sample, [
    {
      ...{ ...round, type: 'round_opened', reason: 'Bob Smith changed /replicas, /canary', stage: 0, carried: [] },
      edited: { person: 'bob', by: bob.address, changed: ['/replicas', '/canary'], ...how },
    },
  ]);
  return { request, payloadText };
}

/** Every mail there is, by name. */
export function everyMail(): Record<string, Mail> {
  const all: Record<string, Mail> = {};
  for (const [name, sample] of Object.entries(samples)) {
    const { payloadText, revisedPayloadText } = openingOf(sample);
    const view = reviewViewOf(pendingOf(sample), {
      payloadText,
      person: 'bob',
      now,
      ...(revisedPayloadText !== undefined && { revisedPayloadText }),
    });
    all[`ask-${name}`] = requestMail({ view, link, expires: view.deadline });
    const view2 = statusViewOf(
      requestOf(sample, [
        voteOf(
          bob,
          'request_changes',
          { effect: 'settled', outcome: 'changes_requested' },
          name === 'odd' ? { comment: veryLong, conditions: [veryLong] } : { comment: 'Please use four replicas.' },
        ),
      ]),
      { now },
    );
    all[`unreachable-${name}`] = unreachableMail({
      view: statusViewOf(pendingOf(sample), { now }),
      to: 'alice@example.com',
      problems: [`stage 'review' needs 2 of its approvers and 1 is left: ${name === 'odd' ? veryLong : 'bob'}`],
    });
    const items = [
      { shown: view2.shown, news: `Changes requested by ${bob.name} (${bob.address})`, as: 'asked' as const },
      { shown: view2.shown, news: 'Cancelled by alice@example.com', as: 'requester' as const },
    ];
    all[`news-${name}`] = newsDigestMail({ to: 'bob@example.com', items, more: 3 });
    all[`outcome-asked-${name}`] = outcomeMail({ view: view2, to: 'carol@example.com', as: 'asked' });
    all[`outcome-requester-${name}`] = outcomeMail({ view: view2, to: 'alice@example.com', as: 'requester' });
  }
  return all;
}

function commentOf(who: typeof bob, comment: string): object {
  return { type: 'commented', round: 1, stage: 0, person: who.person, by: who.address, comment, linkKey: '1.1' };
}

function cancelOf(reason: string): object {
  return {
    type: 'cancelled',
    by: 'alice@example.com',
    verified: { via: 'event', account: '000000000000' },
    reason,
    outcome: 'cancelled',
  };
}

/** The same request after an edit: a second round with six replicas. */
export function secondRound(sample: Sample): ReturnType<typeof requestOf> {
  const { entry } = openingOf({ ...sample, payload: { version: '2.1.0', replicas: 6 } });
  const { payload, digest, shownDigest, gate, policyVersion } = entry;
  const round = { payload, digest, shownDigest, gate, policyVersion, round: 2 };
  return requestOf(sample, [
    voteOf(carol, 'approve', { effect: 'counted' }),
    { ...round, type: 'round_opened', reason: 'Carol changed the number of replicas', stage: 0, carried: [] },
  ]);
}
