import type { PayloadRef } from './entry.ts';
import type { Outcome } from './gate.ts';
import type { Json, JsonObject } from './json.ts';
import { limits } from './limits.ts';
import type { Problem, RefusalCode } from './refusal.ts';
import type { SettledRequest } from './request.ts';

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
  /** Directory keys of those whose seat it was before, oldest first: whom they cover for, or who delegated to them. */
  onBehalfOf?: string[];
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
  /** Of every decision that was not against it. */
  conditions: string[];
  /** Set where people wrote more than fits: texts are cut, or decisions left out, oldest first. The audit log has it all. */
  shortened?: true;
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

/**
 * The answer. `payload` is the decided payload where `carriesPayload` says it travels in the answer. Without payload it
 * is at most `limits.wordsInAnswer` bytes, so that it fits what AWS takes as a task's output and as an event.
 */
export function answerOf(request: SettledRequest, payload: Json | undefined): Answer {
  const { round } = request;
  const succeeds = errorOf(request.outcome) === undefined;
  const decisions = round.votes.map((vote) => ({
    stage: round.gate.stages[vote.stage]?.name ?? '',
    by: vote.by,
    ...(vote.via && { onBehalfOf: vote.via }),
    answer: vote.answer,
    ...(vote.comment !== undefined && { comment: vote.comment }),
    ...(vote.conditions && { conditions: vote.conditions }),
    at: vote.at,
    assurance: vote.assurance,
  }));
  const told: Told = {
    id: request.id,
    requestId: request.requestId,
    outcome: request.outcome,
    ...(request.answer !== undefined && { answer: request.answer }),
    ...(request.reason !== undefined && { reason: request.reason }),
    decisions,
    conditions: round.votes.flatMap((vote) => (vote.vote === 'against' ? [] : (vote.conditions ?? []))),
    digest: round.digest,
    policyVersion: round.policyVersion,
    auditHead: request.settledHead,
  };
  return {
    ...fitted(told, (text) => new TextEncoder().encode(text).length <= limits.wordsInAnswer),
    ...(succeeds && carriesPayload(request) && payload !== undefined && { payload }),
    ...(succeeds && 'ref' in round.payload && !carriesPayload(request) && { payloadRef: round.payload.ref }),
  };
}

/** The answer as `cause` of a failed task: JSON without the payload, within `limits.cause` characters. */
export function causeOf(answer: Answer): string {
  const { payload: _, payloadRef: __, ...told } = answer;
  return JSON.stringify(fitted(told, (text) => text.length <= limits.cause));
}

type Told = Omit<Answer, 'payload' | 'payloadRef'>;

/** How far an answer is cut, one after the other until it fits: characters of each text, and how many are kept of each list. */
const cuts: readonly { text: number; kept: number }[] = [
  { text: 1_000, kept: 100 },
  { text: 200, kept: 40 },
  { text: 50, kept: 20 },
  { text: 20, kept: 5 },
  { text: 0, kept: 0 },
];

/** The answer, cut until its JSON fits: how much a text takes is known only once it is escaped and encoded. */
function fitted(told: Told, fits: (json: string) => boolean): Told {
  let cut = told;
  for (const { text, kept } of cuts) {
    if (fits(JSON.stringify(cut))) return cut;
    cut = shortened(told, text, kept);
  }
  return cut;
}

function shortened(told: Told, length: number, kept: number): Told {
  const cut = (text: string): string => cutTo(text, length);
  return {
    ...told,
    shortened: true,
    ...(told.reason !== undefined && { reason: cut(told.reason) }),
    conditions: told.conditions.slice(0, kept).map(cut),
    // The latest are kept: the one that settled it is among them. Their conditions are in `conditions`.
    decisions: told.decisions
      .slice(told.decisions.length - Math.min(kept, told.decisions.length))
      .map(({ conditions: _, ...decision }) => ({
        ...decision,
        ...(decision.comment !== undefined && { comment: cut(decision.comment) }),
      })),
  };
}

function cutTo(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text;
}

/** `cause` of a refused opening: JSON within `limits.cause` characters, whatever the refused input said. */
export function refusedCauseOf(refused: {
  requestId?: string;
  source: string;
  code: RefusalCode;
  errors: Problem[];
}): string {
  const text = JSON.stringify(refused);
  if (text.length <= limits.cause) return text;
  const cut = (said: string): string => cutTo(said, 200);
  const errors = refused.errors.slice(0, 10).map(({ path, message }) => ({ path: cut(path), message: cut(message) }));
  const { requestId, source, code } = refused;
  return JSON.stringify({
    ...(requestId !== undefined && { requestId: cut(requestId) }),
    source: cut(source),
    code,
    errors,
    shortened: true,
  });
}

/** The answer as plain JSON, for an event's detail. */
export function answerAsJson(answer: Answer): JsonObject {
  const plain: JsonObject = JSON.parse(JSON.stringify(answer));
  return plain;
}
