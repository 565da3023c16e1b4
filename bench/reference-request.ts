import { randomBytes, randomUUID } from 'node:crypto';

/**
 * The named reference request, "deploy-shop": every figure is of this one. An ordinary deployment asked for by an event on
 * the bus, with a small payload, approved without a comment from a phone.
 */
export const reference = {
  name: 'deploy-shop',
  eventSource: 'demo.shop',
  account: '000000000000',
  /** What each approver's browser says of itself, and where it comes from: an IPv6 address, the longer kind. */
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
  ip: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
  /** Characters of AWS's longest task token. */
  taskTokenLength: 2_048,
} as const;

/** How many approvers, by the gates of policy/demo.yaml: bob alone, or both bob and carol. */
export type Approvers = 1 | 2;

export const gates = {
  1: { environment: 'production', risk: 'low', people: ['bob@example.com'] },
  2: { environment: 'production', risk: 'medium', people: ['bob@example.com', 'carol@example.com'] },
} as const;

/** The `detail` of one such request. */
export function askFor(approvers: Approvers) {
  const { environment, risk } = gates[approvers];
  return {
    requestId: `deploy-${randomBytes(4).toString('hex')}`,
    title: 'Deploy shop v2.1.0 to production',
    requestedBy: 'alice@example.com',
    environment,
    risk,
    priority: 'high',
    facts: { lines_changed: 120, breaking_change: false },
    payload: { service: 'shop', version: '2.1.0', replicas: 4 },
    evidence: [{ label: 'What changed', url: 'https://example.com/shop/compare/v2.0.3...v2.1.0' }],
  };
}

/** An execution's ARN as AWS makes it for one that a rule started: the event's id and one more. */
export function executionOf(machineArn: string, eventId: string): string {
  return `${machineArn.replace(':stateMachine:', ':execution:')}:${eventId}_${randomUUID()}`;
}

/** A task token of AWS's longest. */
export function longestTaskToken(): string {
  return randomBytes(reference.taskTokenLength).toString('base64').slice(0, reference.taskTokenLength);
}
