import { requestIdentity } from '../../core/canonical.ts';
import { hashOf } from '../../core/entry.ts';
import { aLog, nth } from '../unit/core/a-log.ts';

export const id = requestIdentity('iam:deployer', 'deploy-42');

export const ask = {
  requestId: 'deploy-42',
  title: 'Deploy shop v2.1.0',
  environment: 'production',
  payload: { version: '2.1.0', replicas: 4 },
};

export const answer = (outcome: string) => ({
  id,
  requestId: 'deploy-42',
  outcome,
  decisions: [
    {
      stage: 'review',
      by: 'bob@example.com',
      answer: 'approve',
      comment: 'Looks fine',
      at: '2026-11-21T10:02:00.000Z',
      assurance: 'link',
    },
  ],
  conditions: [],
  payload: { version: '2.1.0', replicas: 4 },
  digest: 'd'.repeat(64),
  policyVersion: 'p'.repeat(64),
  auditHead: hashOf(nth(aLog(), -1)),
});

export const opened = {
  id,
  requestId: 'deploy-42',
  status: 'pending',
  stages: [
    {
      name: 'review',
      rule: 'both approvers',
      approvers: [
        { name: 'Bob', address: 'bob@example.com', standing: 'asked' },
        { name: 'Carol', address: 'carol@example.com', standing: 'asked' },
      ],
    },
  ],
};

export const pending = {
  id,
  source: 'iam:deployer',
  requestId: 'deploy-42',
  status: 'pending',
  claim: {
    title: 'Deploy shop v2.1.0',
    requestedBy: 'alice@example.com',
    environment: 'production',
    risk: 'medium',
    priority: 'high',
  },
  verified: { via: 'api', account: '000000000000', principal: 'arn:aws:sts::000000000000:assumed-role/deployer/x' },
  digest: 'd'.repeat(64),
  round: 1,
  stages: [
    {
      name: 'review',
      rule: 'both approvers',
      approvers: [
        { name: 'Bob', address: 'bob@example.com', standing: 'approve' },
        { name: 'Carol', address: 'carol@example.com', standing: 'asked' },
      ],
    },
  ],
  deadline: '2099-01-01T00:00:00.000Z',
  tasks: [
    { key: 'a'.repeat(32), execution: 'arn:aws:states:eu-west-1:000000000000:execution:deploy:1', state: 'waiting' },
  ],
  votes: [{ at: '2026-11-21T10:02:00.000Z', by: 'bob@example.com', answer: 'approve', comment: 'Looks fine' }],
  comments: [{ at: '2026-11-21T10:01:00.000Z', by: 'carol@example.com', comment: 'Looking at it.' }],
  notNotified: [{ to: 'carol@example.com', channel: 'mail', reason: 'the mailbox is full' }],
  auditHead: hashOf(nth(aLog(), -1)),
  openedAt: '2026-11-21T10:00:00.000Z',
};

export const settled = (outcome: string) => ({
  ...pending,
  status: 'settled',
  outcome,
  settledAt: '2026-11-21T10:03:00.000Z',
  answer: answer(outcome),
});
