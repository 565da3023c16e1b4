import * as z from 'zod/mini';
import { digestOf } from './canonical.ts';
import { Claim, Excluded, Verified } from './claim.ts';
import { Approver, Gate, Outcome } from './gate.ts';

/** One waiting task, named by a hash of its token. */
export const TaskRef = z.lazy(() =>
  z.object({
    key: z.string(),
    /** ARN of the execution it belongs to, where known. */
    execution: z.optional(z.string()),
    /** Of the approval machine's own execution, not of a caller's token. */
    own: z.boolean(),
    /** Does the request lose its reason when this task is gone? */
    holds: z.boolean(),
  }),
);
export type TaskRef = z.infer<typeof TaskRef>;

export const PayloadRef = z.lazy(() =>
  z.object({ bucket: z.string(), key: z.string(), versionId: z.string(), digest: z.string() }),
);
export type PayloadRef = z.infer<typeof PayloadRef>;

/** A payload as an entry keeps it: its canonical text, or where it stands. `bytes` is the canonical text's length. */
export const StoredPayload = z.lazy(() =>
  z.union([z.object({ text: z.string() }), z.object({ ref: PayloadRef, bytes: z.int() })]),
);
export type StoredPayload = z.infer<typeof StoredPayload>;

/** One round: what would be done, who must agree, and what each of them is shown. */
const round = {
  round: z.int(),
  payload: StoredPayload,
  digest: z.string(),
  shownDigest: z.string(),
  gate: Gate,
  policyVersion: z.string(),
};

const common = {
  id: z.string(),
  source: z.string(),
  requestId: z.string(),
  seq: z.int(),
  /** UTC, ISO 8601 with milliseconds. */
  at: z.string(),
  /** Hash of the entry before; null for the first. */
  prev: z.nullable(z.string()),
  commandId: z.string(),
};

export const Opened = z.lazy(() =>
  z.object({
    ...common,
    ...round,
    type: z.literal('opened'),
    claim: Claim,
    verified: Verified,
    excluded: Excluded,
    /** Digest of everything asked, for telling a repeated opening from another one under the same key. */
    contentDigest: z.string(),
    tasks: z.array(TaskRef),
    /** `id` of the request this one replaces. */
    revisesId: z.optional(z.string()),
    /** Set where no one has to be asked (automatic approval, bypass): the opening settles the request. */
    outcome: z.optional(Outcome),
  }),
);

export const Joined = z.lazy(() =>
  z.object({ ...common, type: z.literal('joined'), tasks: z.array(TaskRef), verified: Verified }),
);

export const Left = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('left'),
    task: z.string(),
    reason: z.enum(['aborted', 'timed_out', 'failed', 'ended']),
    /** `cancelled` where the last task that held the request open is gone. */
    outcome: z.optional(Outcome),
  }),
);

/** A vote, with all that proves it (R39). */
export const Decided = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('decided'),
    round: z.int(),
    stage: z.int(),
    /** Directory key of who decided. */
    person: z.string(),
    /** Their address. */
    by: z.string(),
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
    linkKey: z.string(),
    ip: z.string(),
    userAgent: z.string(),
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
    type: z.literal('delegated'),
    round: z.int(),
    stage: z.int(),
    person: z.string(),
    by: z.string(),
    to: Approver,
    comment: z.optional(z.string()),
    linkKey: z.string(),
    ip: z.string(),
    userAgent: z.string(),
  }),
);

/** An approver takes their approval back before it has taken effect. */
export const Withdrawn = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('withdrawn'),
    round: z.int(),
    person: z.string(),
    by: z.string(),
    comment: z.optional(z.string()),
    linkKey: z.string(),
    ip: z.string(),
    userAgent: z.string(),
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
    type: z.literal('reported'),
    round: z.int(),
    stage: z.int(),
    person: z.string(),
    by: z.string(),
    comment: z.optional(z.string()),
    linkKey: z.string(),
    ip: z.string(),
    userAgent: z.string(),
  }),
);

export const Cancelled = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('cancelled'),
    by: z.string(),
    verified: Verified,
    reason: z.string(),
    outcome: z.literal('cancelled'),
  }),
);

export const Expired = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('expired'),
    round: z.int(),
    stage: z.int(),
    deadline: z.string(),
    outcome: z.literal('expired'),
  }),
);

/** A granted request's effect has come. */
export const TookEffect = z.lazy(() => z.object({ ...common, type: z.literal('took_effect'), outcome: Outcome }));

export const RoundOpened = z.lazy(() =>
  z.object({
    ...common,
    ...round,
    type: z.literal('round_opened'),
    reason: z.string(),
    /** The stage it begins in: past those that the carried votes pass. */
    stage: z.int(),
    /** `seq` of each vote of the round before that still stands. */
    carried: z.array(z.int()),
    /** The approver who edited what is to be done, where that is why; and what they changed, by JSON Pointer. */
    edited: z.optional(
      z.object({
        person: z.string(),
        by: z.string(),
        changed: z.array(z.string()),
        linkKey: z.string(),
        ip: z.string(),
        userAgent: z.string(),
      }),
    ),
  }),
);

export const LinksReissued = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('links_reissued'),
    /** Whose link, or everybody's of the round. */
    person: z.optional(z.string()),
    by: z.string(),
    reason: z.string(),
  }),
);

export const AttemptRefused = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('attempt_refused'),
    round: z.int(),
    stage: z.int(),
    person: z.string(),
    by: z.string(),
    attempted: z.string(),
    code: z.string(),
    linkKey: z.string(),
    ip: z.string(),
    userAgent: z.string(),
  }),
);

export const TaskAnswered = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('task_answered'),
    task: z.string(),
    /** `delivered`: it has the answer. `gone`: nothing is waiting there. `unknown`: AWS would not say which. */
    result: z.enum(['delivered', 'gone', 'superseded', 'unknown']),
  }),
);

/** People have left, and too few remain to meet the gate. */
export const FoundUnreachable = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('found_unreachable'),
    round: z.int(),
    /** Each unmet part, and why. */
    problems: z.array(z.string()),
  }),
);

/** A mail that could not be handed over. */
export const NotNotified = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('not_notified'),
    /** The mail's marker. */
    mail: z.string(),
    to: z.string(),
    channel: z.string(),
    reason: z.string(),
  }),
);

/** What this request makes necessary afterwards is under way: the review of an override, the validation of a window. */
export const ReviewOpened = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('review_opened'),
    /** `id` of the request that reviews it. */
    review: z.string(),
  }),
);

/** Stakeholders of a maintenance window are told that it is coming. */
export const WindowAnnounced = z.lazy(() => z.object({ ...common, type: z.literal('window_announced') }));

/** A maintenance window lets a request through, which is opened right after. */
export const LetThrough = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('let_through'),
    /** `id` and title of the request. */
    request: z.string(),
    title: z.string(),
  }),
);

/** A maintenance window is over: its time has passed, or somebody has ended it before. */
export const WindowEnded = z.lazy(() =>
  z.object({
    ...common,
    type: z.literal('window_ended'),
    by: z.optional(z.string()),
    reason: z.optional(z.string()),
  }),
);

export const Entry = z.lazy(() =>
  z.discriminatedUnion('type', [
    Opened,
    Joined,
    Left,
    Decided,
    Delegated,
    Withdrawn,
    Commented,
    Reported,
    Cancelled,
    Expired,
    TookEffect,
    RoundOpened,
    LinksReissued,
    AttemptRefused,
    TaskAnswered,
    NotNotified,
    FoundUnreachable,
    ReviewOpened,
    WindowAnnounced,
    LetThrough,
    WindowEnded,
  ]),
);
export type Entry = z.infer<typeof Entry>;
export type EntryOf<T extends Entry['type']> = Extract<Entry, { type: T }>;
export type Opened = EntryOf<'opened'>;
export type Decided = EntryOf<'decided'>;

/** Each kind by its `type`. A schema is made when the first entry of its kind is read: a vote meets few of them. */
const kinds: Record<string, z.ZodMiniType> = {
  opened: Opened,
  joined: Joined,
  left: Left,
  decided: Decided,
  delegated: Delegated,
  withdrawn: Withdrawn,
  commented: Commented,
  reported: Reported,
  cancelled: Cancelled,
  expired: Expired,
  took_effect: TookEffect,
  round_opened: RoundOpened,
  links_reissued: LinksReissued,
  attempt_refused: AttemptRefused,
  task_answered: TaskAnswered,
  not_notified: NotNotified,
  found_unreachable: FoundUnreachable,
  review_opened: ReviewOpened,
  window_announced: WindowAnnounced,
  let_through: LetThrough,
  window_ended: WindowEnded,
} satisfies Record<Entry['type'], z.ZodMiniType>;

/** Is this stored item an entry? Keys this version does not know stay where they are: the hash covers them. */
export function isEntry(item: unknown): item is Entry {
  const type = typeof item === 'object' && item !== null && 'type' in item ? item.type : undefined;
  return typeof type === 'string' && Object.hasOwn(kinds, type) && (kinds[type]?.safeParse(item).success ?? false);
}

/** An entry's hash: SHA-256 of its canonical form, over everything stored. */
export function hashOf(entry: Entry): string {
  return digestOf(entry);
}
