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
export const Approver = z.lazy(() =>
  z.object({
    person: z.string(),
    name: z.string(),
    address: z.string(),
    /** Directory keys of those whose seat this was, oldest first: whom they cover for, or who delegated to them. */
    via: z.optional(z.array(z.string())),
    /** For `one_from_each`: whom they cover for besides, having a seat of their own. */
    also: z.optional(z.array(z.string())),
  }),
);
export type Approver = z.infer<typeof Approver>;

/** How many must agree. `one_from_each`: one from each of the stage's `groups`, each human counting for one group. */
export const Rule = z.lazy(() =>
  z.union([
    z.literal('all'),
    z.literal('any'),
    z.literal('one_from_each'),
    z.object({ quorum: z.int().check(z.positive()) }),
  ]),
);
export type Rule = z.infer<typeof Rule>;

/** How sure a decision must be of who made it. More to come; a level that is not here is refused where a policy asks for it. */
export const Assurance = z.enum(['link']);
export type Assurance = z.infer<typeof Assurance>;

export const Stage = z.lazy(() =>
  z.object({
    name: z.string(),
    approvers: z.array(Approver),
    /**
     * The names of the rule by which people have their seats: groups, roles, and those whom it names themselves. Whoever
     * loses them all loses the seat. Left out by versions that kept none.
     */
    asks: z.optional(z.array(z.string())),
    rule: Rule,
    /** Seconds from the stage's beginning until the request expires. */
    timeout: z.int().check(z.positive()),
    answers: z.optional(z.array(StageAnswer)),
    /** What an approver confirms, item by item. */
    criteria: z.optional(z.array(z.string())),
    /** Members who are not asked, because they asked for this or wrote it. */
    without: z.optional(z.array(Approver)),
    /** Whose seats others have while they are away. */
    away: z.optional(z.array(Approver)),
    /** The policy's rule that asks for this stage, as a path in the file: `checkpoints.security_review`. */
    from: z.optional(z.string()),
    /** Approvers are asked one after the other, in their order; left out, all at once. */
    order: z.optional(z.literal('sequential')),
    /** For `one_from_each`: which approvers (directory keys) each group has here. */
    groups: z.optional(z.array(z.object({ name: z.string(), people: z.array(z.string()) }))),
    /** Must an answer say why? `unless_approved`: whatever is no approval. */
    comment: z.optional(z.enum(['always', 'unless_approved'])),
    /** One answer against it fails the stage, whatever the rule. */
    veto: z.optional(z.boolean()),
    /** Groups or people (names in the directory) to whom an approver may delegate; left out, to nobody. */
    delegateTo: z.optional(z.array(z.string())),
    assurance: z.optional(Assurance),
    /** Its approvers were picked out of more, by load. */
    assigned: z.optional(z.boolean()),
  }),
);
export type Stage = z.infer<typeof Stage>;

/** Why a gate is as it is: a rule of the policy, by its path in the file, and a sentence. */
export const Because = z.lazy(() => z.object({ rule: z.string(), why: z.string() }));
export type Because = z.infer<typeof Because>;

/** A way round the gate, always recorded. `review`: an override's review afterwards, seconds until it is overdue. */
export const Bypass = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('test_environment') }),
    z.object({ kind: z.literal('maintenance_window'), window: z.string() }),
    z.object({ kind: z.literal('emergency_override'), justification: z.string(), actedFirst: z.boolean() }),
    z.object({ kind: z.literal('policy_break_glass'), reason: z.string() }),
  ]),
);
export type Bypass = z.infer<typeof Bypass>;

/** The resolved plan for one round: stages, one after the other. */
export const Gate = z.lazy(() =>
  z.object({
    workflow: z.enum(['automatic', 'peer_review', 'expert_review', 'emergency_bypass']),
    stages: z.array(Stage),
    /** Once every vote is in, the effect waits until then (ISO time): the request is granted, not yet settled. */
    notBefore: z.optional(z.string()),
    /** An effect that has not come by then (ISO time) does not come: the request expires. */
    notAfter: z.optional(z.string()),
    because: z.optional(z.array(Because)),
    bypass: z.optional(Bypass),
    /** What the workflow does once it is approved, in the policy's words (`automated_merge`). */
    afterwards: z.optional(z.array(z.string())),
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
  if (stage.rule === 'one_from_each') return stage.groups?.length ?? 0;
  return stage.rule.quorum;
}

/** The rule in words, for pages, mails and the terminal. */
export function ruleInWords(stage: Stage): string {
  const words = ruleAlone(stage);
  const inTurn = stage.order === 'sequential' && stage.approvers.length > 1 ? `${words}, in turn` : words;
  return stage.veto && stage.rule !== 'all' ? `${inTurn}; one rejection is enough to reject` : inTurn;
}

function ruleAlone({ rule, approvers, groups }: Stage): string {
  const of = approvers.length;
  if (rule === 'one_from_each') return `one from each of ${(groups ?? []).map(({ name }) => name).join(', ')}`;
  if (of === 1) return 'one approver';
  if (rule === 'all') return of === 2 ? 'both approvers' : `all ${of} approvers`;
  if (rule === 'any') return `any one of ${of} approvers`;
  return `${rule.quorum} of ${of} approvers`;
}

/** A vote as a stage counts it. */
export interface CountedVote {
  person: string;
  vote: 'for' | 'against';
}

/** Where a stage stands: passed, failed (its rule can no longer be met, or a veto), or open. */
export function stageStanding(stage: Stage, votes: readonly CountedVote[]): 'open' | 'passed' | 'failed' {
  const agreed = votes.filter(({ vote }) => vote === 'for').map(({ person }) => person);
  const refused = votes.length > agreed.length;
  if (stage.veto && refused) return 'failed';
  const voted = new Set(votes.map(({ person }) => person));
  const left = stage.approvers.map(({ person }) => person).filter((person) => !voted.has(person));
  if (suffices(stage, agreed)) return 'passed';
  return suffices(stage, [...agreed, ...left]) ? 'open' : 'failed';
}

/** Do these people's votes for it meet the stage's rule? */
export function suffices(stage: Stage, people: readonly string[]): boolean {
  if (stage.rule === 'one_from_each') return coversEach(stage.groups ?? [], people);
  const needed = votesNeeded(stage);
  return needed > 0 && new Set(people).size >= needed;
}

/** Can every group be given a person of its own? Grows a matching, group by group, along alternating paths. */
function coversEach(groups: readonly { people: readonly string[] }[], people: readonly string[]): boolean {
  const groupOf = new Map<string, number>();
  const place = (group: number, tried: Set<string>): boolean =>
    people.some((person) => {
      if (tried.has(person) || !groups[group]?.people.includes(person)) return false;
      tried.add(person);
      const other = groupOf.get(person);
      if (other !== undefined && !place(other, tried)) return false;
      groupOf.set(person, group);
      return true;
    });
  return groups.length > 0 && groups.every((_, group) => place(group, new Set()));
}

/** Who may answer an open stage now, given who has answered it: all the others at once, or the next in turn. */
export function whoseTurn(stage: Stage, answered: readonly string[]): Approver[] {
  const left = stage.approvers.filter(({ person }) => !answered.includes(person));
  return stage.order === 'sequential' ? left.slice(0, 1) : left;
}
