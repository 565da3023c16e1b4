import * as z from 'zod/mini';
import { Approver, Outcome } from '../gate.ts';
import { byLink, common } from './common.ts';

/** A vote, with all that proves it (R39). */
export const Decided = z.lazy(() =>
  z.object({
    ...common,
    ...byLink,
    type: z.literal('decided'),
    round: z.int(),
    stage: z.int(),
    answer: z.string(),
    comment: z.optional(z.string()),
    conditions: z.optional(z.array(z.string())),
    vote: z.optional(z.enum(['for', 'against'])),
    /** What this vote did: counted, passed its stage, granted or settled the request. */
    effect: z.enum(['counted', 'stage_passed', 'granted', 'settled']),
    outcome: z.optional(Outcome),
    requester: z.string(),
    eligible: z.array(z.string()),
    digest: z.string(),
    shownDigest: z.string(),
    template: z.string(),
    policyVersion: z.string(),
    assurance: z.enum(['link', 'passkey']),
    execution: z.optional(z.string()),
    /** `escalated`, `delegated`, `covered`, `override`, `edited`, `group` (decided on the page of an identical request). */
    flags: z.array(z.string()),
    /** Which of the stage's criteria were confirmed: indexes into them. */
    confirmed: z.optional(z.array(z.int())),
    /** The approver wants it to take effect no earlier, or no later (ISO time). */
    notBefore: z.optional(z.string()),
    notAfter: z.optional(z.string()),
    /** The approver wants to be asked again about whatever request revises this one. */
    again: z.optional(z.boolean()),
  }),
);

/** A seat in a stage passes to somebody else. */
export const Delegated = z.lazy(() =>
  z.object({
    ...common,
    ...byLink,
    type: z.literal('delegated'),
    round: z.int(),
    stage: z.int(),
    to: Approver,
    comment: z.optional(z.string()),
  }),
);

/** An approver takes their approval back before it has taken effect. */
export const Withdrawn = z.lazy(() =>
  z.object({
    ...common,
    ...byLink,
    type: z.literal('withdrawn'),
    round: z.int(),
    comment: z.optional(z.string()),
    outcome: z.literal('rejected'),
  }),
);

export const Commented = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('commented'),
    round: z.int(),
    stage: z.int(),
    person: z.string(),
    by: z.string(),
    comment: z.string(),
    linkKey: z.string(),
  }),
);

/** Somebody who was asked says that the request should not be. It decides nothing. */
export const Reported = z.lazy(() =>
  z.object({
    ...common,
    ...byLink,
    type: z.literal('reported'),
    round: z.int(),
    stage: z.int(),
    comment: z.optional(z.string()),
  }),
);

export const AttemptRefused = z.lazy(() =>
  z.object({
    ...common,
    ...byLink,
    type: z.literal('attempt_refused'),
    round: z.int(),
    stage: z.int(),
    attempted: z.string(),
    code: z.string(),
  }),
);
