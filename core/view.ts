import type { Claim, Level } from './claim.ts';
import type { EditableField } from './edit.ts';
import type { Outcome, StageAnswer } from './gate.ts';
import type { Difference, Shown } from './shown.ts';

/**
 * What a review page or a request mail shows one approver. Built by `lambdas/web/view-of.ts` from a request and its
 * payload; pages and mails are pure functions of it.
 */
export interface ReviewView {
  shown: Shown;
  /** The payload's canonical text, checked against `shown.digest`, pretty-printed by the page. */
  payloadText: string;
  /** Where the request revises an earlier one: what is different now. */
  differences?: Difference[];
  /** Why there is another round, where this is not the first. */
  roundReason?: string;
  /** Who is looking. */
  approver: { name: string; address: string };
  stage: StageView;
  /** What they may change in the payload. */
  fields: readonly EditableField[];
  /** Identical requests that wait for them as well, and can be decided with this one. */
  alike?: readonly AlikeView[];
  /** ISO time until which this stage can be answered. */
  deadline: string;
  openedAt: string;
  now: string;
  /** What has happened so far, oldest first. */
  history: HistoryItem[];
  /** Everybody asked, stage by stage, with where they stand. */
  asked: AskedStage[];
}

/** The open stage, as its form needs it. */
export interface StageView {
  index: number;
  name: string;
  count: number;
  criteria: readonly string[];
  answers: readonly StageAnswer[];
  /** Which answers have to say why. */
  comment?: 'always' | 'unless_approved';
  /** Groups or people (names in the directory) whom it may be handed on to; nobody where it is left out or empty. */
  delegateTo?: readonly string[];
}

/** Another request as the page of an identical one offers it: all that is not the same. */
export interface AlikeView {
  /** Names it, and what is shown of it, in the form (`sealOffered`). */
  value: string;
  requestId: string;
  openedAt: string;
  deadline: string;
  priority: Level;
  evidence: NonNullable<Claim['evidence']>;
}

export interface AskedStage {
  stage: string;
  rule: string;
  /** `1 of 2 approved`, in words. */
  progress: string;
  /** The policy's rule that asks for it, in words. */
  from?: string;
  people: {
    name: string;
    address: string;
    standing: string;
    /** Whose seat it was: `for Ada, who is away`, `delegated by Ada`. */
    seat?: string;
  }[];
}

export interface HistoryItem {
  at: string;
  /** Who, as a person reads it. */
  who: string;
  /** What they did: `approved`, `rejected`, `commented`, ... in words. */
  what: string;
  comment?: string;
  conditions?: string[];
  /** What an approval wants besides, in words: from when, until when, to be asked again. */
  wishes?: string[];
}

/** Where a request stands now, for pages that show no form and mails that tell an outcome. */
export interface StatusView {
  shown: Shown;
  /** Absent where it was not read; where it is present it was checked against `shown.digest`. */
  payloadText?: string;
  status: 'pending' | 'granted' | 'settled';
  outcome?: Outcome;
  openedAt: string;
  settledAt?: string;
  /** Who settled it, as a person reads it; absent where nobody did (expiry, automatic approval). */
  settledBy?: string;
  reason?: string;
  /** Conditions of every vote that counted towards the outcome. */
  conditions: string[];
  /** Pending: until when the open stage can be answered. */
  deadline?: string;
  /** Granted: when it takes effect. */
  effectAt?: string;
  /** Pending: the stage that is open now. */
  stage?: { index: number; name: string; count: number };
  /** Truthfully, what happens or happened with the waiting work. */
  work: Work;
  history: HistoryItem[];
  asked: AskedStage[];
  now: string;
}

/**
 * - `waiting`: it waits for the outcome
 * - `resuming`: there is an outcome and the work has not taken it yet
 * - `answered`: it has the outcome
 * - `gone`: it was no longer there to be told
 * - `unknown`: AWS would not say whether it has it
 * - `none`: nothing waits for this request; its requester looks up the outcome
 */
export type Work = 'waiting' | 'resuming' | 'answered' | 'gone' | 'unknown' | 'none';

/** What somebody typed, to be shown again. */
export interface TypedForm {
  comment: string;
  /** One condition a line. */
  conditions: string;
  /** Which criteria were ticked: indexes into the stage's. */
  confirmed?: readonly number[];
  delegateTo?: string;
  /** As a `datetime-local` field gives it, in UTC: `2026-11-21T14:00`. */
  notBefore?: string;
  notAfter?: string;
  again?: boolean;
  /** Editable values, by their place among the fields. */
  values?: readonly (string | undefined)[];
  /** Which identical requests were chosen as well: their boxes' values. */
  also?: readonly string[];
}

/** A field of the review page's form: by its `id`, one of several by its place. */
export type FormField =
  | 'comment'
  | 'conditions'
  | 'criteria'
  | 'delegate-to'
  | 'not-before'
  | 'not-after'
  | 'also'
  | `value-${number}`;

/** What is wrong with what was typed into a field. */
export interface FormProblem {
  field: FormField;
  message: string;
}

/** An answer as it was recorded. */
export interface RecordedAnswer {
  at: string;
  /** The past of what they answered: `approved`, `rejected`, `requested changes`, `commented`, ... */
  what: string;
  comment?: string;
  conditions?: string[];
  /** The criteria that they confirmed. */
  confirmed?: string[];
  wishes?: string[];
}
