import { ordinaryAnswers } from '../../core/gate.ts';
import type { ReviewView } from '../../core/view.ts';

const at = '2026-01-01T00:00:00.000Z';
const long = 'x'.repeat(700);
const person = { name: 'A', address: 'a@example.com' };

const askedAlready = { stage: 's', rule: 'one approver', progress: 'none', people: [{ ...person, standing: 'asked' }] };

const bare: ReviewView = {
  shown: {
    id: 'i',
    source: 'events:s@0',
    requestId: 'k',
    round: 1,
    claim: { title: 't', requestedBy: 'r', environment: 'e', priority: 'low', risk: 'low' },
    verified: { via: 'event', account: '0' },
    digest: '0'.repeat(64),
    stages: [],
  },
  payloadText: '{"a":1,"b":{"c":[2]}}',
  approver: person,
  stage: { index: 0, name: 's', count: 1, criteria: [], answers: ordinaryAnswers },
  fields: [],
  deadline: '2026-01-02T01:00:00.000Z',
  openedAt: at,
  now: at,
  history: [{ at, who: 'r', what: 'asked' }],
  asked: [askedAlready],
};

const full: ReviewView = {
  ...bare,
  shown: {
    ...bare.shown,
    round: 2,
    claim: {
      ...bare.shown.claim,
      title: long,
      description: long,
      authors: ['w'],
      priority: 'critical',
      risk: 'critical',
      trigger: 't',
      checkpoint: 'c',
      facts: { f: 1, g: 'g' },
      evidence: [
        { label: 'l', url: 'https://example.com/' },
        { label: 'm', url: 'x:' },
      ],
    },
    verified: { via: 'api', account: '0', principal: 'p', person: 'q', execution: 'e', eventId: 'v' },
    revises: { requestId: 'j', digest: '1'.repeat(64) },
    because: [{ rule: 'checkpoints.c', why: 'w' }],
    bypass: { kind: 'emergency_override', justification: long, actedFirst: false },
    notBefore: at,
    notAfter: at,
  },
  payloadText: JSON.stringify(long.repeat(3)),
  differences: [
    { path: '', kind: 'changed', before: '1', after: '2' },
    ...Array.from({ length: 12 }, () => ({ path: '/x', kind: 'added' as const, after: '2' })),
  ],
  roundReason: 'r',
  alike: [{ ...{ value: 'i.d.m', requestId: 'k', openedAt: at, deadline: at, priority: 'low' }, evidence: [] }],
  stage: {
    index: 1,
    name: 's',
    count: 2,
    criteria: ['c'],
    answers: [
      ...ordinaryAnswers,
      { name: 'abort', label: 'Abort', effect: 'settle', outcome: 'rejected' },
      { name: 'hand_on', label: 'Delegate', effect: 'hand_on' },
    ],
    comment: 'unless_approved',
    delegateTo: ['g'],
  },
  fields: (['number', 'yes_no', 'line', 'lines', 'json'] as const).map((kind) => ({
    pointer: `/${kind}`,
    label: kind,
    kind,
    text: '1',
  })),
  deadline: at,
  history: Array.from({ length: 9 }, () => ({
    at,
    who: 'r',
    what: 'approved',
    comment: long,
    conditions: ['c'],
    wishes: ['w'],
  })),
  asked: [...bare.asked, { ...askedAlready, from: 'f', people: [{ ...person, standing: 'asked', seat: 'for A' }] }],
};

/** Between them they use every part of the review page. Fixed: the template hash is taken over them. */
export const samples: readonly ReviewView[] = [
  bare,
  { ...bare, shown: { ...bare.shown, verified: { via: 'execution', account: '0' } }, differences: [] },
  { ...bare, shown: { ...bare.shown, bypass: { kind: 'emergency_override', justification: 'j', actedFirst: true } } },
  { ...bare, stage: { ...bare.stage, comment: 'always', delegateTo: ['g'] } },
  full,
];
