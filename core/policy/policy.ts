import * as z from 'zod/mini';
import { Level } from '../claim.ts';
import { Rule } from '../gate.ts';

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

export const GateStage = z.object({
  name: z.string(),
  /** Directory keys of people or groups. */
  approvers: z.array(z.string()),
  rule: Rule,
  /** Seconds. */
  timeout: z.int(),
  criteria: z.optional(z.array(z.string())),
});
export type GateStage = z.infer<typeof GateStage>;

/** A published policy: immutable, named by the digest of its canonical form. */
export const Policy = z.object({
  directory: z.object({
    people: z.record(z.string(), Person),
    groups: z.record(z.string(), z.array(z.string())),
  }),
  /** By source pattern, e.g. `events:demo.*@000000000000`. The most specific (longest) pattern that fits applies. */
  sources: z.record(z.string(), Source),
  /** By environment, `any` for those without gates of their own: the gate for each risk. */
  environments: z.record(
    z.string(),
    z.object({ gates: z.partialRecord(Level, z.object({ stages: z.array(GateStage) })) }),
  ),
});
export type Policy = z.infer<typeof Policy>;

export { PolicyPerson, PolicyPointer } from './in-force.ts';
