import * as z from 'zod/mini';
import { Outcome } from '../core/gate.ts';
import { Json } from '../core/json.ts';

/** What the API answers, as far as the CLI reads it. Keys it does not know stay: `--json` prints them as they came. */
const text = z.string();
const optionalText = z.optional(z.string());

export const Status = z.enum(['pending', 'granted', 'settled']);

/** The answer; `core/answer.ts` writes it. */
export const Answer = z.looseObject({
  id: text,
  requestId: text,
  outcome: Outcome,
  answer: optionalText,
  reason: optionalText,
  decisions: z.array(
    z.looseObject({
      stage: text,
      by: text,
      answer: text,
      comment: optionalText,
      at: text,
      conditions: z.optional(z.array(text)),
    }),
  ),
  conditions: z.array(text),
  payload: z.optional(z.unknown()),
  digest: text,
  auditHead: text,
});
export type Answer = z.infer<typeof Answer>;

const Stage = z.looseObject({
  name: text,
  rule: text,
  approvers: z.array(z.looseObject({ name: text, address: text, standing: text })),
});

/** Reply to `POST /requests`: what the CLI needs of a request. */
export const Opened = z.looseObject({
  id: text,
  requestId: text,
  status: Status,
  stages: z.array(Stage),
  /** Seconds; left out where too few requests like it were decided. */
  expectedWait: z.optional(z.looseObject({ median: z.number(), ninetieth: z.number(), of: z.int() })),
  answer: z.optional(Answer),
});
export type Opened = z.infer<typeof Opened>;

/** Reply to `GET /requests/{id}` and `GET /requests?requestId=`. Times are ISO, UTC. */
export const Request = z.looseObject({
  id: text,
  source: text,
  requestId: text,
  status: Status,
  outcome: z.optional(Outcome),
  claim: z.looseObject({
    title: text,
    requestedBy: text,
    environment: text,
    risk: optionalText,
    priority: optionalText,
    revises: optionalText,
  }),
  verified: z.looseObject({ via: text, account: text, principal: optionalText, person: optionalText }),
  digest: text,
  round: z.int(),
  stages: z.array(Stage),
  deadline: optionalText,
  /** When a granted request takes effect. */
  effectAt: optionalText,
  tasks: z.array(z.looseObject({ key: text, execution: optionalText, state: text })),
  votes: z.array(
    z.looseObject({ at: text, by: text, answer: text, comment: optionalText, conditions: z.optional(z.array(text)) }),
  ),
  comments: z.array(z.looseObject({ at: text, by: text, comment: text })),
  notNotified: z.array(z.looseObject({ to: text, reason: text })),
  answer: z.optional(Answer),
  auditHead: text,
  openedAt: text,
  settledAt: optionalText,
});
export type Request = z.infer<typeof Request>;

/** Reply to `POST /maintenance-windows`: the request for a window, and where the window stands. */
export const Window = z.looseObject({
  id: text,
  status: Status,
  outcome: z.optional(Outcome),
  claim: z.looseObject({ title: text }),
  stages: z.array(Stage),
  window: z.looseObject({
    from: text,
    to: text,
    environments: z.array(text),
    sources: z.array(text),
    stakeholders: z.array(text),
    state: z.enum(['asked', 'in_force', 'over']),
    through: z.int(),
    ended: z.optional(z.looseObject({ at: text })),
  }),
});
export type Window = z.infer<typeof Window>;

/** Reply to `GET /maintenance-windows`. */
export const Windows = z.looseObject({ windows: z.array(Window) });

/** Reply to `GET /requests/{id}/audit`, and the shape of an export. Entries are looked at one by one. */
export const AuditExport = z.looseObject({ id: text, entries: z.array(z.unknown()) });
export type AuditExport = z.infer<typeof AuditExport>;

/** Reply to `GET /people/{id}`: their overrides, the reviews owed, and the log, which is an export too. Times are ISO, UTC. */
export const Person = z.looseObject({
  ...AuditExport.shape,
  person: text,
  overrides: z.array(z.looseObject({ request: text, title: text, justification: text, at: text })),
  owed: z.array(z.looseObject({ override: text, review: text, due: text })),
});
export type Person = z.infer<typeof Person>;

const Changes = z.array(z.object({ path: text, before: z.optional(Json), after: z.optional(Json) }));

/** Reply to `PUT /policy`: it is in force. */
const PublishedPolicy = z.looseObject({
  status: z.optional(z.literal('in_force')),
  version: text,
  people: z.optional(z.int()),
  gates: z.optional(z.int()),
  changed: z.optional(z.unknown()),
  changes: z.optional(Changes),
  warnings: z.optional(z.array(text)),
});
export type PublishedPolicy = z.infer<typeof PublishedPolicy>;

/** Reply to `PUT /policy`: it is asked for, as the request `id`. `approvers`: `Bob Baker <bob@example.com>`. */
const AwaitingPolicy = z.looseObject({
  status: z.literal('awaiting_approval'),
  id: text,
  version: text,
  previous: text,
  approvers: z.array(text),
  stages: z.array(z.looseObject({ name: text, rule: text })),
  changes: Changes,
  warnings: z.optional(z.array(text)),
});
export type AwaitingPolicy = z.infer<typeof AwaitingPolicy>;

export const PolicyReply = z.union([AwaitingPolicy, PublishedPolicy]);
export type PolicyReply = z.infer<typeof PolicyReply>;

/** Reply to `GET /policy`. */
export const PolicyInForce = z.looseObject({ version: text, publishedAt: text, publishedBy: text });

/** Reply to `GET /audit`: logs of past requests, and where to go on. */
export const PastLogs = z.looseObject({
  logs: z.array(z.looseObject({ id: text, entries: z.array(z.unknown()) })),
  next: optionalText,
});

/** Reply to `POST /link-keys`. */
export const LinkKeys = z.looseObject({ epoch: z.int(), revoked: z.optional(z.unknown()) });

/** Any refusal. Problems of a policy file have a place in it, from 1. */
export const RefusalBody = z.looseObject({
  code: text,
  message: text,
  errors: z.optional(
    z.array(
      z.looseObject({
        path: text,
        message: text,
        line: z.optional(z.int()),
        column: z.optional(z.int()),
        suggestion: optionalText,
      }),
    ),
  ),
});
export type RefusalBody = z.infer<typeof RefusalBody>;
