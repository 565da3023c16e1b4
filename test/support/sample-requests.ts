import { canonicalJson, digestOf, sha256Hex } from '../../core/canonical.ts';
import type { Claim, Verified } from '../../core/claim.ts';
import type { Entry, Opened } from '../../core/entry.ts';
import { hashOf } from '../../core/entry.ts';
import { fold } from '../../core/fold.ts';
import type { Gate, Stage } from '../../core/gate.ts';
import type { PendingRequest, Request } from '../../core/request.ts';
import { shownDigest } from '../../core/shown.ts';

/** A request of which a test says only what it is about; the rest is ordinary. */
export interface Sample {
  claim?: Partial<Claim>;
  verified?: Verified;
  payload?: unknown;
  /** The payload of the request it revises. */
  revised?: unknown;
  stages?: Stage[];
  /** What its gate says besides its stages. */
  gate?: Partial<Gate>;
  tasks?: Opened['tasks'];
}

export const openedAt = '2026-11-20T15:00:00.000Z';
export const now = '2026-11-20T15:04:00.000Z';

export const bob = { person: 'bob', name: 'Bob Smith', address: 'bob@example.com' };
export const carol = { person: 'carol', name: 'Carol Jones', address: 'carol@example.com' };
export const dave = { person: 'dave', name: 'Dave Osei', address: 'dave@example.com' };

export const ordinaryStage: Stage = { name: 'review', approvers: [bob, carol], rule: 'all', timeout: 24 * 3600 };

const ordinaryClaim: Claim = {
  title: 'Deploy shop v2.1.0',
  requestedBy: 'alice@example.com',
  environment: 'production',
  priority: 'medium',
  risk: 'medium',
};

const ordinaryTask = {
  key: 'task-1',
  own: true,
  holds: true,
  execution: 'arn:aws:states:us-east-1:000000000000:execution:approval:42',
};

/** The opening entry of a sample, and the payload's canonical text. */
export function openingOf(sample: Sample): { entry: Opened; payloadText: string; revisedPayloadText?: string } {
  const payloadText = canonicalJson(sample.payload ?? { version: '2.1.0', replicas: 4 });
  const revisedPayloadText = sample.revised === undefined ? undefined : canonicalJson(sample.revised);
  const claim = { ...ordinaryClaim, ...sample.claim };
  const gate: Gate = { workflow: 'peer_review', stages: sample.stages ?? [ordinaryStage], ...sample.gate };
  const round = { round: 1, digest: sha256Hex(payloadText), gate };
  const who = {
    id: 'k5p7w3sxg2tq4n6hzrjm5yv2abcdefgh',
    source: 'events:demo.shop@000000000000',
    requestId: 'deploy-42',
  };
  const verified = sample.verified ?? {
    via: 'event',
    account: '000000000000',
    eventId: '1b671a64-40d5-491e-99b0-da01ff1f3341',
  };
  const entry: Opened = {
    ...who,
    ...round,
    type: 'opened',
    seq: 1,
    at: openedAt,
    prev: null,
    commandId: 'open',
    payload: { text: payloadText },
    shownDigest: shownDigest({
      ...who,
      ...round,
      claim,
      verified,
      ...(revisedPayloadText !== undefined && { revisedDigest: sha256Hex(revisedPayloadText) }),
    }),
    policyVersion: 'p'.repeat(64),
    claim,
    verified,
    excluded: { people: [], addresses: [] },
    contentDigest: digestOf(claim),
    tasks: sample.tasks ?? [ordinaryTask],
  };
  return { entry, payloadText, ...(revisedPayloadText !== undefined && { revisedPayloadText }) };
}

/** What an entry after the opening says; its place in the chain is filled in. */
export type Later = Omit<Entry, 'id' | 'source' | 'requestId' | 'seq' | 'at' | 'prev' | 'commandId'> & {
  type: Entry['type'];
};

/** The request after its opening and what came later, a minute apart. */
export function requestOf(sample: Sample, later: readonly object[] = []): Request {
  const { entry } = openingOf(sample);
  const entries: Entry[] = [entry];
  for (const more of later) {
    const last = entries[entries.length - 1] as Entry;
    const { id, source, requestId, seq } = last;
    const at = new Date(Date.parse(last.at) + 60_000).toISOString();
    entries.push({
      id,
      source,
      requestId,
      seq: seq + 1,
      at,
      prev: hashOf(last),
      commandId: `c${seq}`,
      ...('type' in more && more.type === 'decided' && decidedOf(entries)),
      ...more,
    } as Entry);
  }
  return fold(entries) as Request;
}

/** What every decision takes from the request as it stands. */
function decidedOf(entries: readonly Entry[]): object {
  const { claim, round } = fold(entries) as Request;
  const { digest, shownDigest, policyVersion, gate, stage } = round;
  const eligible = gate.stages[stage]?.approvers.map(({ address }) => address);
  return { requester: claim.requestedBy, eligible, digest, shownDigest, policyVersion };
}

export function pendingOf(sample: Sample, later: readonly object[] = []): PendingRequest {
  const request = requestOf(sample, later);
  if (request.status !== 'pending') throw new Error(`the sample is ${request.status}`);
  return request;
}

/** A vote as an entry. */
export function voteOf(
  who: { person: string; address: string },
  answer: 'approve' | 'reject' | 'request_changes',
  effect: { effect: 'counted' | 'stage_passed' | 'granted' | 'settled'; outcome?: string },
  said: { comment?: string; conditions?: string[]; stage?: number } = {},
): object {
  const { stage = 0, ...words } = said;
  return {
    type: 'decided',
    round: 1,
    stage,
    person: who.person,
    by: who.address,
    answer,
    ...(answer !== 'request_changes' && { vote: answer === 'approve' ? 'for' : 'against' }),
    ...effect,
    ...words,
    template: '0'.repeat(16),
    assurance: 'link',
    linkKey: '1.1',
    ip: '192.0.2.1',
    userAgent: 'test',
    flags: [],
  };
}

/** Text that tries everything: markup, attributes, bidi, zero width, controls, header lines, and ten thousand characters. */
export const nasty = `"><script>alert(1)</script>'\u202Egnp.exe\u202C a\u200Bb\u2066\u2069 \u0000\u001B[31m\r\nBcc: eve@example.com\r\n<img src=x onerror=alert(1)> مرحبا 👩‍👩‍👧 e${'\u0301'.repeat(40)} `;
export const veryLong = `${nasty}${'W'.repeat(3000)} ${'long words '.repeat(640)}`.slice(0, 10_000);
