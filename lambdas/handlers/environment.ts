import * as z from 'zod/mini';
import { readEnvironment, text } from './environment/read.ts';
import { reviewEnvironment } from './environment/review.ts';

const number = z.pipe(text, z.transform(Number));
const list = z.pipe(
  text,
  z.transform((value) => value.split(',').filter(Boolean)),
);

/** Reads: log and policy. */
const reading = { AUDIT_TABLE: text, POLICY_TABLE: text };
/** Opening: what turns an ask into a request. */
const opening = {
  ...reading,
  WAITING_TABLE: text,
  REQUESTS_TABLE: text,
  POLICY_BUCKET: text,
  PAYLOAD_BUCKET: text,
  EVENT_BUS: text,
  ACCOUNT_ID: text,
};
/** Reconciling: what brings the outside to what the log says. */
const reconciling = {
  AUDIT_TABLE: text,
  WAITING_TABLE: text,
  REQUESTS_TABLE: text,
  POLICY_TABLE: text,
  POLICY_BUCKET: text,
  PAYLOAD_BUCKET: text,
  EVENT_BUS: text,
  LINK_KEY_ID: text,
  REVIEW_BASE_URL: text,
  SENDER: text,
  RESUME_QUEUE_URL: text,
  REST_QUEUE_URL: text,
  SCHEDULE_GROUP: text,
  SCHEDULE_ROLE_ARN: text,
  SCHEDULE_DLQ_ARN: text,
  DEADLINE_FUNCTION_ARN: text,
  /** Seconds a timer keeps between now and its firing at least: 60 on AWS, where firing is that precise. */
  TIMER_LEAD_SECONDS: number,
  /** Mails that ask one person in one hour, each by itself. */
  ASKS_PER_HOUR: number,
};

/** The environment of each function, by its handler's file name, as a schema's shape; the construct that sets it is typed by the same. */
export const environments = {
  /** Invoked by the approval state machines. `EVENT_MACHINES`: ARNs, comma-separated, of those that only the bus's rules start. */
  'open-request': { ...opening, EVENT_MACHINES: list },
  /** `Cancel Approval` events from the bus. */
  'cancel-request': { AUDIT_TABLE: text, EVENT_BUS: text },
  review: reviewEnvironment,
  /** The IAM-authenticated API on requests. */
  api: { ...opening },
  /** PUT /policy, POST /link-keys, and policies that are approved. `ENFORCED_SOURCES`: comma-separated, may be empty. */
  'publish-policy': {
    ...reading,
    REQUESTS_TABLE: text,
    PAYLOAD_BUCKET: text,
    POLICY_BUCKET: text,
    ACCOUNT_ID: text,
    ENFORCED_SOURCES: z.string(),
  },
  /** The log's stream. */
  react: reconciling,
  /** The two retry queues. */
  'retry-reactions': reconciling,
  /** A request's schedule. */
  deadline: reconciling,
  /** Every few minutes. */
  sweep: reconciling,
  /** Step Functions status changes: aborted, timed out or failed executions. */
  'execution-ended': { AUDIT_TABLE: text, WAITING_TABLE: text },
} as const;

export type HandlerName = keyof typeof environments;
export type EnvironmentOf<N extends HandlerName> = z.infer<z.ZodMiniObject<(typeof environments)[N]>>;

/** A function's own environment; its schema is made for the one that asks. Throws, naming every missing variable. */
export function environmentOf<N extends HandlerName>(
  name: N,
  from: Record<string, string | undefined>,
): EnvironmentOf<N>;
export function environmentOf(name: HandlerName, from: Record<string, string | undefined>): unknown {
  return readEnvironment(name, environments[name], from);
}
