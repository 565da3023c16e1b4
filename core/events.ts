import { type Answer, answerAsJson } from './answer.ts';
import type { ExpectedWait } from './expected-wait.ts';
import { ruleInWords } from './gate.ts';
import type { JsonObject } from './json.ts';
import type { Problem, RefusalCode } from './refusal.ts';
import { deadlineOf, type Request, type SettledRequest } from './request.ts';

/** An event for the bus; its source is `countersign`. Consumers tell repeats of a kind by `id` and `seq`. */
export interface OutgoingEvent {
  detailType: 'Approval Requested' | 'Approval Decided' | 'Approval Expired' | 'Bypass Used' | 'Request Refused';
  detail: JsonObject;
  at: string;
}

/** `Approval Requested`. `wait`: how long it may take, where that can be said. */
export function requestedEvent(request: Request, wait?: ExpectedWait): OutgoingEvent {
  const { claim, round } = request;
  const first = request.rounds[0];
  return {
    detailType: 'Approval Requested',
    at: request.openedAt,
    detail: {
      id: request.id,
      source: request.source,
      requestId: request.requestId,
      seq: 1,
      at: request.openedAt,
      title: claim.title,
      requestedBy: claim.requestedBy,
      environment: claim.environment,
      risk: claim.risk,
      priority: claim.priority,
      digest: first.digest,
      policyVersion: first.policyVersion,
      stages: first.openedGate.stages.map((stage) => ({
        name: stage.name,
        rule: ruleInWords(stage),
        approvers: stage.approvers.map((approver) => approver.address),
      })),
      ...(request.status === 'pending' && round.round === 1 && { deadline: deadlineOf(request) }),
      ...(wait && { expectedWait: { ...wait } }),
    },
  };
}

/** `Approval Decided`, or `Approval Expired`: the answer plus where it stands in the log. */
export function settledEvent(request: SettledRequest, answer: Answer): OutgoingEvent {
  return {
    detailType: request.outcome === 'expired' ? 'Approval Expired' : 'Approval Decided',
    at: request.settledAt,
    detail: { ...answerAsJson(answer), source: request.source, seq: request.settledSeq, at: request.settledAt },
  };
}

/** `Bypass Used`, beside `Approval Decided`: which way round the gate was used, for what, and who let it. */
export function bypassedEvent(request: SettledRequest): OutgoingEvent {
  const { claim, round } = request;
  return {
    detailType: 'Bypass Used',
    at: request.settledAt,
    detail: {
      id: request.id,
      source: request.source,
      requestId: request.requestId,
      seq: request.settledSeq,
      at: request.settledAt,
      ...round.gate.bypass,
      title: claim.title,
      requestedBy: claim.requestedBy,
      environment: claim.environment,
      risk: claim.risk,
      by: [...new Set(round.votes.flatMap((vote) => (vote.vote === 'for' ? [vote.by] : [])))],
      digest: round.digest,
      policyVersion: round.policyVersion,
      auditHead: request.settledHead,
    },
  };
}

export function refusedEvent(
  refused: { requestId?: string; source: string; code: RefusalCode; errors: Problem[] },
  at: string,
): OutgoingEvent {
  const { requestId, source, code, errors } = refused;
  return {
    detailType: 'Request Refused',
    at,
    detail: {
      ...(requestId !== undefined && { requestId }),
      source,
      code,
      errors: errors.slice(0, 50).map(({ path, message }) => ({ path, message })),
    },
  };
}
