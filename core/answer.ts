import type { PayloadRef } from './entry.ts';
import type { Outcome } from './gate.ts';
import type { Json, JsonObject } from './json.ts';
import { limits } from './limits.ts';
import type { RefusalCode, Problem } from './refusal.ts';
import type { SettledRequest } from './request.ts';
import { outcomeInWords } from './words.ts';

/** The errors a waiting task fails with. */
export type ApprovalError =
  | 'Approval.Rejected'
  | 'Approval.ChangesRequested'
  | 'Approval.Cancelled'
  | 'Approval.Expired'
  | 'Approval.Refused';

/** The error an outcome fails a waiting task with; undefined where it succeeds it. */
export function errorOf(outcome: Outcome): ApprovalError | undefined {
  switch (outcome) {
    case 'approved':
    case 'auto_approved':
    case 'bypassed':
      return undefined;
    case 'rejected':
      return 'Approval.Rejected';
    case 'changes_requested':
      return 'Approval.ChangesRequested';
    case 'cancelled':
      return 'Approval.Cancelled';
    case 'expired':
      return 'Approval.Expired';
  }
}

/** One decision as the answer carries it. `by` is an address, `at` ISO UTC. */
export interface AnsweredDecision {
  stage: string;
  by: string;
  answer: string;
  comment?: string;
  conditions?: string[];
  at: string;
  assurance: 'link' | 'passkey';
}

/** What a waiting task, an event and the API are told. `payload` or `payloadRef` only where the work may go on. */
export interface Answer {
  id: string;
  requestId: string;
  outcome: Outcome;
  /** The answer's name, where the stage has answers of its own. */
  answer?: string;
  reason?: string;
  decisions: AnsweredDecision[];
  conditions: string[];
  payload?: Json;
  payloadRef?: PayloadRef;
  digest: string;
  policyVersion: string;
  /** Hash of the settling entry. */
  auditHead: string;
}

/** Will the answer carry the payload itself? */
export function carriesPayload(request: SettledRequest): boolean {
  const { payload } = request.round;
  return errorOf(request.outcome) === undefined && ('text' in payload || payload.bytes <= limits.payloadInAnswer);
}

/** The answer. `payload` is the decided payload where `carriesPayload` says it travels in the answer. */
export function answerOf(request: SettledRequest, payload: Json | undefined): Answer {
  const { round } = request;
  const succeeds = errorOf(request.outcome) === undefined;
  const decisions = round.votes.map((vote) => ({
    stage: round.gate.stages[vote.stage]?.name ?? '',
    by: vote.by,
    answer: vote.answer,
    ...(vote.comment !== undefined && { comment: vote.comment }),
    ...(vote.conditions && { conditions: vote.conditions }),
    at: vote.at,
    assurance: vote.assurance,
  }));
  return {
    id: request.id,
    requestId: request.requestId,
    outcome: request.outcome,
    ...(request.answer !== undefined && { answer: request.answer }),
    ...(request.reason !== undefined && { reason: request.reason }),
    decisions,
    conditions: decisions.flatMap((decision) => decision.conditions ?? []),
    ...(succeeds && carriesPayload(request) && payload !== undefined && { payload }),
    ...(succeeds && 'ref' in round.payload && !carriesPayload(request) && { payloadRef: round.payload.ref }),
    digest: round.digest,
    policyVersion: round.policyVersion,
    auditHead: request.settledHead,
  };
}

/** The answer as `cause` of a failed task: JSON, within `limits.cause` characters; long comments are cut before decisions are left out. */
export function causeOf(answer: Answer): string {
  const { payload: _, payloadRef: __, ...told } = answer;
  const whole = JSON.stringify(told);
  if (whole.length <= limits.cause) return whole;
  const cut = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
  const shorter = {
    ...told,
    shortened: true,
    ...(told.reason !== undefined && { reason: cut(told.reason) }),
    conditions: told.conditions.slice(0, 20).map(cut),
    decisions: told.decisions.slice(-40).map(({ conditions: ___, ...decision }) => ({
      ...decision,
      ...(decision.comment !== undefined && { comment: cut(decision.comment) }),
    })),
  };
  return JSON.stringify(shorter);
}

/** `cause` of a refused opening. */
export function refusedCauseOf(refused: { requestId?: string; source: string; code: RefusalCode; errors: Problem[] }): string {
  const text = JSON.stringify(refused);
  return text.length <= limits.cause ? text : JSON.stringify({ ...refused, errors: refused.errors.slice(0, 10) }).slice(0, limits.cause);
}

/** One line for people. */
export function answerInWords(answer: Pick<Answer, 'outcome' | 'decisions'>): string {
  const who = [...new Set(answer.decisions.map((decision) => decision.by))];
  return who.length > 0 ? `${outcomeInWords(answer.outcome)} by ${who.join(', ')}` : outcomeInWords(answer.outcome);
}

/** The answer as plain JSON, for an event's detail. */
export function answerAsJson(answer: Answer): JsonObject {
  const plain: JsonObject = JSON.parse(JSON.stringify(answer));
  return plain;
}
