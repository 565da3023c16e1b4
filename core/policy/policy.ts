import * as z from 'zod/mini';
import { Level } from '../claim.ts';
import { Assurance, Rule } from '../gate.ts';

/** A pattern with `*` for any run of characters. */
const Pattern = z.string();

/** A person in the directory. The key of the record is how gates, links and entries name them. */
export const Person = z.object({
  name: z.string(),
  email: z.string(),
  /** Other addresses of the same human: they count once, and four eyes know them all. */
  aliases: z.optional(z.array(z.string())),
  /** IAM principals that are this person: a role's name and a pattern its session name fits, or an IAM user's name. */
  principals: z.optional(
    z.array(z.union([z.object({ role: Pattern, session: Pattern }), z.object({ user: Pattern })])),
  ),
  /** When they work: weekdays (`mon` ... `sun`) and times of day (`09:00`) in their time zone. Left out: always. */
  hours: z.optional(z.object({ days: z.array(z.string()), from: z.string(), to: z.string() })),
  /** IANA name, such as `Europe/Berlin`. Left out: UTC. */
  timeZone: z.optional(z.string()),
  /** Absences, from and to as ISO UTC times, and the directory key of who sits in for them. */
  outOfOffice: z.optional(z.array(z.object({ from: z.string(), to: z.string(), cover: z.optional(z.string()) }))),
});
export type Person = z.infer<typeof Person>;

/** What a source may say of a request. Absent lists allow nothing; `['*']` allows anything. */
export const Source = z.object({
  /** Whom it may name as requester: addresses, or patterns such as `*@example.com`. */
  may_name: z.array(Pattern),
  environments: z.array(Pattern),
  /** Names of facts it may state. */
  facts: z.array(Pattern),
  /** The stack must enforce this source's identity. */
  enforced: z.optional(z.boolean()),
  /** Who else may cancel its requests: directory keys or groups. */
  may_cancel: z.optional(z.array(z.string())),
});
export type Source = z.infer<typeof Source>;

/** Something that can be true of a request: as the policy writes it, and as the CEL expression it stands for. */
export const Condition = z.object({ text: z.string(), expression: z.string() });
export type Condition = z.infer<typeof Condition>;

/** A stage as the policy plans it, before people are put in. */
export const StagePlan = z.object({
  name: z.string(),
  /** Directory keys of people, groups or roles. For `one_from_each` each of them is one of the groups. */
  approvers: z.array(z.string()),
  rule: Rule,
  /** Seconds. */
  timeout: z.int(),
  criteria: z.optional(z.array(z.string())),
  order: z.optional(z.literal('sequential')),
  comment: z.optional(z.enum(['always', 'unless_approved'])),
  veto: z.optional(z.boolean()),
  /** Ask only as many as the rule needs: who has least to decide, or who was asked longest ago. Left out: ask all. */
  assign: z.optional(z.enum(['least_loaded', 'round_robin'])),
  /** To whom an approver may delegate, besides those whom the stage names. `[]`: to nobody at all. */
  delegateTo: z.optional(z.array(z.string())),
  assurance: z.optional(Assurance),
});
export type StagePlan = z.infer<typeof StagePlan>;

/** A named rule that asks for a stage of its own when its trigger comes. */
export const Checkpoint = z.object({
  name: z.string(),
  /** Triggers by name: of the request, or a fact of that name that is stated to be true. */
  triggers: z.array(z.string()),
  when: z.optional(Condition),
  /** False: only where the request names it. */
  required: z.boolean(),
  stage: StagePlan,
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** The approval workflows that settle a request in its ordinary course, the least demanding first. */
export const workflowKinds = ['automatic', 'peer_review', 'expert_review'] as const;
export type WorkflowKind = (typeof workflowKinds)[number];

/** A rule that chooses an approval workflow. */
export const WorkflowRule = z.object({
  name: z.string(),
  kind: z.enum(workflowKinds),
  /** Risks it is for; left out: any. */
  risks: z.optional(z.array(Level)),
  /** `automatic` and `peer_review` need them all; for `expert_review` one is enough, as is a risk it is for. */
  criteria: z.array(Condition),
  when: z.optional(Condition),
  /** Undefined for `automatic`: nobody is asked. */
  stage: z.optional(StagePlan),
  afterwards: z.optional(z.array(z.string())),
});
export type WorkflowRule = z.infer<typeof WorkflowRule>;

/** Emergency override. */
export const EmergencyRule = z.object({
  /** One of them has to hold; none: any request that justifies itself. */
  criteria: z.array(Condition),
  stage: StagePlan,
  /** Directory names of those who, verified, may act first: it takes effect at once. */
  actFirst: z.array(z.string()),
  /** The review afterwards; its timeout is when it is overdue. */
  review: StagePlan,
});
export type EmergencyRule = z.infer<typeof EmergencyRule>;

/** Maintenance windows: who lets one be, and how long and where it may be. */
export const MaintenanceRule = z.object({
  stage: StagePlan,
  /** Seconds. */
  longest: z.int(),
  environments: z.array(Pattern),
  /** Addresses told besides those whom the window itself names. */
  stakeholders: z.array(z.string()),
  /** Seconds before its start at which they are told. */
  notice: z.int(),
  validation: StagePlan,
});
export type MaintenanceRule = z.infer<typeof MaintenanceRule>;

export const Environment = z.object({
  gates: z.partialRecord(Level, z.object({ stages: z.array(StagePlan) })),
  /** A test environment: whatever is asked for it is let through, and recorded as a bypass. Never for production. */
  bypass: z.optional(z.literal('automatic')),
  production: z.optional(z.boolean()),
});
export type Environment = z.infer<typeof Environment>;

/** A published policy: immutable, named by the digest of its canonical form. */
export const Policy = z.object({
  /**
   * How its words are to be read. 2: triggers in expressions are lower case, what no rule covers has experts of its own, a
   * checkpoint that there is not is refused. Left out: as before those, for a version that was published then asks of the
   * requests opened under it, and of new ones, whom it asked.
   */
  edition: z.optional(z.literal(2)),
  directory: z.object({
    people: z.record(z.string(), Person),
    /** Roles are groups too: of those who have them. */
    groups: z.record(z.string(), z.array(z.string())),
  }),
  /** By source pattern, e.g. `events:demo.*@000000000000`. The most specific (longest) pattern that fits applies. */
  sources: z.record(z.string(), Source),
  /** By environment, `any` for those without gates of their own: the gate for each risk. */
  environments: z.record(z.string(), Environment),
  checkpoints: z.optional(z.array(Checkpoint)),
  workflows: z.optional(z.array(WorkflowRule)),
  emergency: z.optional(EmergencyRule),
  maintenance: z.optional(MaintenanceRule),
  /** Who lets a new policy take effect; left out: who may publish. */
  policyChange: z.optional(z.object({ stage: StagePlan })),
  /** How sure a decision must be, by risk. */
  assurance: z.optional(z.partialRecord(Level, Assurance)),
  /** As written; recorded for what is to come. */
  escalationLevels: z.optional(z.record(z.string(), z.record(z.string(), z.unknown()))),
});
export type Policy = z.infer<typeof Policy>;

export { PolicyPerson, PolicyPointer } from './in-force.ts';
