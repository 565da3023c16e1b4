import * as z from 'zod/mini';

/** The one pointer item: which version is in force, which link keys are. */
export const PolicyPointer = z.object({
  version: z.string(),
  publishedAt: z.string(),
  publishedBy: z.string(),
  /** `id` of the request that let it take effect, where there was one. */
  request: z.optional(z.string()),
  /** The epoch new links are signed under; every one from 1 to it verifies unless revoked. */
  epoch: z.int(),
  revoked: z.array(z.object({ epoch: z.int(), at: z.string() })),
});
export type PolicyPointer = z.infer<typeof PolicyPointer>;

/** A person's item beside the pointer: what the vote reads. */
export const PolicyPerson = z.object({
  person: z.string(),
  name: z.string(),
  email: z.string(),
  /** Canonical forms of all their addresses. */
  addresses: z.array(z.string()),
  /** The groups and roles they are in, by way of other groups too. Left out by versions that did not keep them: not known. */
  groups: z.optional(z.array(z.string())),
});
export type PolicyPerson = z.infer<typeof PolicyPerson>;
