import * as z from 'zod/mini';
import { Json } from './json.ts';

export const Level = z.enum(['low', 'medium', 'high', 'critical']);
export type Level = z.infer<typeof Level>;

/** What a requester says of itself and its request. */
export const Claim = z.lazy(() =>
  z.object({
    title: z.string(),
    description: z.optional(z.string()),
    requestedBy: z.string(),
    authors: z.optional(z.array(z.string())),
    environment: z.string(),
    priority: Level,
    risk: Level,
    trigger: z.optional(z.string()),
    checkpoint: z.optional(z.string()),
    facts: z.optional(z.record(z.string(), Json)),
    editable: z.optional(z.array(z.string())),
    evidence: z.optional(z.array(z.object({ label: z.string(), url: z.string() }))),
    revises: z.optional(z.string()),
    /** Asks for an emergency override, and says why it cannot wait. */
    override: z.optional(z.object({ justification: z.string() })),
  }),
);
export type Claim = z.infer<typeof Claim>;

/** What AWS says of who asks. */
export const Verified = z.lazy(() =>
  z.object({
    /** `own`: Countersign itself asks, because of another request. */
    via: z.enum(['event', 'execution', 'api', 'own']),
    account: z.string(),
    execution: z.optional(z.string()),
    eventId: z.optional(z.string()),
    /** ARN of the IAM principal that signed the call. */
    principal: z.optional(z.string()),
    /** The directory's key of the person the principal is. */
    person: z.optional(z.string()),
  }),
);
export type Verified = z.infer<typeof Verified>;

/** Everybody four eyes exclude: directory keys where known, canonical addresses always. */
export const Excluded = z.lazy(() => z.object({ people: z.array(z.string()), addresses: z.array(z.string()) }));
export type Excluded = z.infer<typeof Excluded>;
