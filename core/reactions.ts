import type { TaskRef } from './entry.ts';
import type { Approver } from './gate.ts';
import {
  deadlineOf,
  generationOf,
  nextDue,
  openStage,
  type Request,
  type SettledRequest,
  stageBegan,
  waitingTasks,
} from './request.ts';

/** A mail that should be out. `mail` is its marker; `since` the entry that called for it. */
export type DueMail =
  | {
      kind: 'ask';
      mail: string;
      since: number;
      approver: Approver;
      round: number;
      stage: number;
      generation: number;
      /** ISO time at which the link dies. */
      expires: string;
    }
  | { kind: 'settled'; mail: string; since: number; approver: Approver }
  | { kind: 'outcome'; mail: string; since: number; to: string };

/** An event that should be on the bus, for the entry `seq`. */
export interface DueEvent {
  seq: number;
  type: 'requested' | 'decided' | 'expired';
}

/**
 * What the outside should look like now, given what the request is now. Nothing of it says what was done already: markers,
 * the read model's row and AWS itself say that, and performing it twice comes to the same.
 */
export interface Reactions {
  /** Tasks to answer, all with the request's outcome. */
  resume: { request: SettledRequest; tasks: TaskRef[] } | undefined;
  mails: DueMail[];
  events: readonly DueEvent[];
  /** When the request's one schedule should fire; undefined: it should have none. */
  timer: string | undefined;
  /** Is there something left that the sweep has to look at? */
  open: boolean;
}

export function reactionsTo(request: Request): Reactions {
  const waiting = waitingTasks(request);
  return {
    resume: request.status === 'settled' && waiting.length > 0 ? { request, tasks: waiting } : undefined,
    mails: mailsFor(request),
    events: request.milestones,
    timer: nextDue(request),
    open: request.status !== 'settled' || waiting.length > 0,
  };
}

function mailsFor(request: Request): DueMail[] {
  switch (request.status) {
    case 'pending': {
      const { round } = request;
      const answered = new Set(round.votes.filter((vote) => vote.stage === round.stage).map((vote) => vote.person));
      return openStage(request)
        .approvers.filter((approver) => !answered.has(approver.person))
        .map((approver) => {
          const generation = generationOf(request, approver.person);
          return {
            kind: 'ask',
            mail: `ask/${round.round}/${round.stage}/${approver.person}/${generation}`,
            since: Math.max(
              stageBegan(request).seq,
              request.reissues[approver.person]?.seq ?? 0,
              request.reissues['']?.seq ?? 0,
            ),
            approver,
            round: round.round,
            stage: round.stage,
            generation,
            expires: deadlineOf(request),
          };
        });
    }
    case 'granted':
      return [];
    case 'settled':
      return [
        ...everybodyAsked(request).map(
          (approver): DueMail => ({
            kind: 'settled',
            mail: `settled/${approver.person}`,
            since: request.settledSeq,
            approver,
          }),
        ),
        ...(isAddress(request.claim.requestedBy)
          ? [{ kind: 'outcome' as const, mail: 'outcome', since: request.settledSeq, to: request.claim.requestedBy }]
          : []),
      ];
  }
}

/** Everybody whose stage had begun, once each. */
function everybodyAsked(request: SettledRequest): Approver[] {
  const asked = new Map<string, Approver>();
  for (const round of request.rounds)
    for (const stage of round.gate.stages.slice(0, round.stageBegan.length))
      for (const approver of stage.approvers) asked.set(approver.person, approver);
  return [...asked.values()];
}

function isAddress(claimed: string): boolean {
  return /^[^\s@,<>]+@[^\s@,<>]+$/.test(claimed);
}
