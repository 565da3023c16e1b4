import * as z from 'zod/mini';
import { Gate } from '../gate.ts';

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
export const round = {
  round: z.int(),
  payload: StoredPayload,
  digest: z.string(),
  shownDigest: z.string(),
  gate: Gate,
  policyVersion: z.string(),
};

/** Who did it, by which link, and how they reached us. */
export const byLink = {
  /** Directory key. */
  person: z.string(),
  /** Their address. */
  by: z.string(),
  linkKey: z.string(),
  ip: z.string(),
  userAgent: z.string(),
};

export const common = {
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
