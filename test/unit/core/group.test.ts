import { likenessOf, sealOffered, unsealOffered } from '../../../core/group.ts';
import { deriveKeys } from '../../../core/link.ts';
import type { Request } from '../../../core/request.ts';
import { bob, requestOf, type Sample } from '../../support/sample-requests.ts';

const keys = deriveKeys(1, new Uint8Array(32).fill(7));
const offered = { id: 'k5p7w3sxg2tq4n6hzrjm5yv2abcdefgh', shownDigest: '0'.repeat(64) };

test('the value of a box stands for what it was made of, on its own page', () => {
  expect(unsealOffered(sealOffered(offered, 'nonce', keys), 'nonce', keys)).toEqual(offered);
});

test('it stands for nothing on another page, under another key, or where any part of it was exchanged', () => {
  const value = sealOffered(offered, 'nonce', keys);
  const other = sealOffered({ id: offered.id.replace('k', 'm'), shownDigest: '1'.repeat(64) }, 'nonce', keys);
  const [id, digest, mac] = value.split('.');
  const [otherId, otherDigest, otherMac] = other.split('.');
  const exchanged = [`${otherId}.${digest}.${mac}`, `${id}.${otherDigest}.${mac}`, `${id}.${digest}.${otherMac}`];
  for (const altered of [...exchanged, '', 'x', `${value}x`, ` ${value}`, value.toUpperCase()])
    expect(unsealOffered(altered, 'nonce', keys)).toBeUndefined();
  expect(unsealOffered(value, 'another', keys)).toBeUndefined();
  expect(unsealOffered(value, 'nonce', deriveKeys(2, new Uint8Array(32).fill(8)))).toBeUndefined();
});

const low: Sample = {
  claim: { risk: 'low' },
  stages: [{ name: 'review', approvers: [bob], rule: 'any', timeout: 60 }],
};
const like = (sample: Sample) => {
  const request: Request = requestOf(sample, []);
  return likenessOf(request, request.round);
};

test('priority, evidence, event and execution are no difference', () => {
  const claim = {
    ...low.claim,
    priority: 'critical' as const,
    evidence: [{ label: 'Run', url: 'https://example.com' }],
  };
  const verified = { via: 'event', account: '000000000000', eventId: 'another', execution: 'arn' } as const;
  expect(like({ ...low, claim, verified })).toBe(like(low));
});

test.each<[string, Sample]>([
  ['its account', { verified: { via: 'event', account: '111111111111' } }],
  ['who signed for it', { verified: { via: 'event', account: '000000000000', principal: 'arn:role' } }],
  ['its payload', { payload: { version: '2.1.1' } }],
  ['what its approval is for', { stages: [{ ...low.stages?.[0], name: 'release' } as never] }],
  ['its criteria', { stages: [{ ...low.stages?.[0], criteria: ['Tested'] } as never] }],
  ['when it may take effect', { gate: { notBefore: '2026-11-22T10:00:00.000Z' } }],
  ['why it is asked', { gate: { because: [{ rule: 'checkpoints.x', why: 'y' }] } }],
  ['what it revises', { claim: { risk: 'low', revises: 'deploy-41' } }],
])('%s is a difference', (_, other) => {
  expect(like(low)).toMatch(/^[0-9a-f]{64}$/);
  expect(like({ ...low, ...other })).not.toBe(like(low));
});

test.each<[string, Sample]>([
  ['of medium risk', { claim: { risk: 'medium' } }],
  ['of high risk', { claim: { risk: 'high' } }],
  ['of critical risk', { claim: { risk: 'critical' } }],
  ['that asks for an override', { claim: { risk: 'low', override: { justification: 'It burns' } } }],
  ['let past its gate', { gate: { bypass: { kind: 'maintenance_window', window: 'w' } } }],
  ['that Countersign asks for itself', { verified: { via: 'own', account: '000000000000' } }],
])('W7 a request %s is like no other', (_, other) => {
  expect(like({ ...low, ...other })).toBeUndefined();
});
