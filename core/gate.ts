import * as z from 'zod/mini';

/** The outcomes of a request. The first three succeed its waiting tasks, the others fail them. */
export const Outcome = z.enum([
  'approved',
  'auto_approved',
  'bypassed',
  'rejected',
  'changes_requested',
  'cancelled',
  'expired',
]);
export type Outcome = z.infer<typeof Outcome>;

/**
 * An answer a stage accepts.
 * - `count`: a vote for or against, weighed by the stage's rule
 * - `settle`: settles the whole request at once, with `outcome`
 * - `hand_on`: passes the vote to somebody else
 */
export const StageAnswer = z.lazy(() =>
  z.discriminatedUnion('effect', [
    z.object({ name: z.string(), label: z.string(), effect: z.literal('count'), vote: z.enum(['for', 'against']) }),
    z.object({ name: z.string(), label: z.string(), effect: z.literal('settle'), outcome: Outcome }),
    z.object({ name: z.string(), label: z.string(), effect: z.literal('hand_on') }),
  ]),
);
export type StageAnswer = z.infer<typeof StageAnswer>;

/** The answers of an ordinary stage: what a stage without `answers` accepts. */
export const ordinaryAnswers: readonly StageAnswer[] = [
  { name: 'approve', label: 'Approve', effect: 'count', vote: 'for' },
  { name: 'reject', label: 'Reject', effect: 'count', vote: 'against' },
  { name: 'request_changes', label: 'Request changes', effect: 'settle', outcome: 'changes_requested' },
];

/** A person asked to decide, as the directory named them when the round opened. `person` is the directory's key. */
export const Approver = z.lazy(() => z.object({ person: z.string(), name: z.string(), address: z.string() }));
export type Approver = z.infer<typeof Approver>;

export const Rule = z.lazy(() =>
  z.union([z.literal('all'), z.literal('any'), z.object({ quorum: z.int().check(z.positive()) })]),
);
export type Rule = z.infer<typeof Rule>;

export const Stage = z.lazy(() =>
  z.object({
    name: z.string(),
    approvers: z.array(Approver),
    rule: Rule,
    /** Seconds from the stage's beginning until the request expires. */
    timeout: z.int().check(z.positive()),
    answers: z.optional(z.array(StageAnswer)),
    criteria: z.optional(z.array(z.string())),
    /** Members who are not asked, because they asked for this or wrote it. */
    without: z.optional(z.array(Approver)),
  }),
);
export type Stage = z.infer<typeof Stage>;

/** The resolved plan for one round: stages, one after the other. */
export const Gate = z.lazy(() =>
  z.object({
    workflow: z.enum(['automatic', 'peer_review', 'expert_review', 'emergency_bypass']),
    stages: z.array(Stage),
    /** Once every vote is in, the effect waits until then (ISO time): the request is granted, not yet settled. */
    notBefore: z.optional(z.string()),
  }),
);
export type Gate = z.infer<typeof Gate>;

/** The answers a stage accepts. */
export function answersOf(stage: Stage): readonly StageAnswer[] {
  return stage.answers ?? ordinaryAnswers;
}

/** How many votes for it a stage needs. */
export function votesNeeded(stage: Stage): number {
  if (stage.rule === 'all') return stage.approvers.length;
  if (stage.rule === 'any') return 1;
  return stage.rule.quorum;
}

/** The rule in words, for pages, mails and the terminal. */
export function ruleInWords(stage: Stage): string {
  const of = stage.approvers.length;
  if (of === 1) return 'one approver';
  if (stage.rule === 'all') return of === 2 ? 'both approvers' : `all ${of} approvers`;
  if (stage.rule === 'any') return `any one of ${of} approvers`;
  return `${stage.rule.quorum} of ${of} approvers`;
}

/** Where a stage stands: passed, failed (its rule can no longer be met), or open. */
export function stageStanding(
  stage: Stage,
  votes: readonly { vote: 'for' | 'against' }[],
): 'open' | 'passed' | 'failed' {
  const votesFor = votes.filter((v) => v.vote === 'for').length;
  const needed = votesNeeded(stage);
  if (votesFor >= needed) return 'passed';
  const remaining = stage.approvers.length - votes.length;
  return votesFor + remaining < needed ? 'failed' : 'open';
}
