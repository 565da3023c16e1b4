import { digestOf, requestIdentity, sha256Hex } from '../../../core/canonical.ts';
import { type Entry, hashOf } from '../../../core/entry.ts';

const source = 'iam:deployer';
const requestId = 'deploy-42';
const text = '{"replicas":4,"version":"2.1.0"}';
const digest = sha256Hex(text);
const shownDigest = digestOf('shown');

/** Entries numbered and chained as they stand. */
export function chained(entries: readonly Entry[], first: string | null = null): Entry[] {
  let prev: string | null = first;
  return entries.map((entry, index) => {
    const linked = { ...entry, seq: index + 1, prev };
    prev = hashOf(linked);
    return linked;
  });
}

/** The log of a request that two people approved, told a comment and a delivered answer. */
export function aLog(): Entry[] {
  const common = (minute: number) => ({
    id: requestIdentity(source, requestId),
    source,
    requestId,
    seq: 0,
    at: `2026-11-21T10:0${minute}:00.000Z`,
    prev: null,
    commandId: `command-${minute}`,
  });
  const approvers = [
    { person: 'bob', name: 'Bob', address: 'bob@example.com' },
    { person: 'carol', name: 'Carol', address: 'carol@example.com' },
  ];
  const vote = (minute: number, person: string, effect: 'counted' | 'settled'): Entry => ({
    ...common(minute),
    type: 'decided',
    round: 1,
    stage: 0,
    person,
    by: `${person}@example.com`,
    answer: 'approve',
    vote: 'for',
    effect,
    ...(effect === 'settled' && { outcome: 'approved' as const }),
    requester: 'alice@example.com',
    eligible: approvers.map(({ address }) => address),
    digest,
    shownDigest,
    template: '0123456789abcdef',
    policyVersion: digestOf('policy'),
    assurance: 'link',
    linkKey: '1',
    ip: '192.0.2.1',
    userAgent: 'a browser',
    flags: [],
  });
  return chained([
    {
      ...common(0),
      type: 'opened',
      round: 1,
      payload: { text },
      digest,
      shownDigest,
      gate: { workflow: 'peer_review', stages: [{ name: 'review', approvers, rule: 'all', timeout: 3600 }] },
      policyVersion: digestOf('policy'),
      claim: {
        title: 'Deploy shop v2.1.0',
        requestedBy: 'alice@example.com',
        environment: 'production',
        priority: 'high',
        risk: 'medium',
      },
      verified: { via: 'api', account: '000000000000', principal: 'arn:aws:sts::000000000000:assumed-role/deployer/x' },
      excluded: { people: ['alice'], addresses: ['alice@example.com'] },
      contentDigest: digestOf('content'),
      tasks: [{ key: 'a'.repeat(32), own: true, holds: true }],
    },
    {
      ...common(1),
      type: 'commented',
      round: 1,
      stage: 0,
      person: 'bob',
      by: 'bob@example.com',
      comment: 'Looking at it.',
      linkKey: '1',
    },
    vote(2, 'bob', 'counted'),
    vote(3, 'carol', 'settled'),
    { ...common(4), type: 'task_answered', task: 'a'.repeat(32), result: 'delivered' },
  ]);
}

/** An entry by its place, from 0, or from the end where negative. */
export function nth(log: readonly Entry[], index: number): Entry {
  const entry = log.at(index);
  if (!entry) throw new Error(`there is no entry at ${index}`);
  return entry;
}
