import type { Outcome, StageAnswer } from './gate.ts';
import type { Difference, Shown } from './shown.ts';

/**
 * What a review page or a request mail shows one approver. Built by `lambdas/web/view-of.ts` from a request, its payload
 * and the policy; pages and mails are pure functions of it.
 */
export interface ReviewView {
  shown: Shown;
  /** The payload's canonical text, checked against `shown.digest`, pretty-printed by the page. */
  payloadText: string;
  /** Where the request revises an earlier one: what is different now. */
  differences?: Difference[];
  /** Who is looking. */
  approver: { name: string; address: string };
  stage: { index: number; name: string; count: number; criteria: string[]; answers: readonly StageAnswer[] };
  /** ISO time until which this stage can be answered. */
  deadline: string;
  openedAt: string;
  now: string;
  /** What has happened so far, oldest first. */
  history: HistoryItem[];
  /** Everybody asked, stage by stage, with where they stand. */
  asked: { stage: string; rule: string; people: { name: string; address: string; standing: string }[] }[];
}

export interface HistoryItem {
  at: string;
  /** Who, as a person reads it. */
  who: string;
  /** What they did: `approved`, `rejected`, `commented`, ... in words. */
  what: string;
  comment?: string;
  conditions?: string[];
}

/** Where a request stands now, for pages that show no form. */
export interface StatusView {
  shown: Shown;
  payloadText?: string;
  status: 'pending' | 'granted' | 'settled';
  outcome?: Outcome;
  settledAt?: string;
  reason?: string;
  /** Truthfully, what happens or happened with the waiting work. */
  work: 'waiting' | 'resuming' | 'answered' | 'gone' | 'unknown' | 'none';
  history: HistoryItem[];
  asked: ReviewView['asked'];
  now: string;
}

/** What somebody typed, to be shown again. */
export interface TypedForm {
  comment: string;
  conditions: string;
}
