import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { sha256Hex } from '../../../core/canonical.ts';
import type { Json, JsonObject } from '../../../core/json.ts';
import { limits } from '../../../core/limits.ts';
import { deriveKeys, type EpochKeys, epochMessage } from '../../../core/link.ts';
import type {
  Bus,
  Deadlines,
  Executions,
  LinkKeys,
  Mail,
  Mailer,
  Metrics,
  PayloadStore,
  RetryKind,
  RetryQueues,
  TaskAnswers,
} from '../../../lambdas/services.ts';
import { stored, type Tables } from './tables.ts';

type Described = NonNullable<Awaited<ReturnType<Executions['describe']>>>;

export type Answered = { succeeded: Json } | { failed: string; cause: string };

/** What the world outside has seen. */
export interface Outside {
  mails: Mail[];
  /** What SES answers to a mail; undefined: it takes it. May throw. */
  mailReply: (mail: Mail) => { refused: string } | { retry: string } | undefined;
  /** Schedules by request id: when they fire. */
  schedules: Map<string, string>;
  events: { detailType: string; detail: JsonObject; at: string }[];
  /** How each task token was answered, in order. A token is answered once. */
  answered: Map<string, Answered>;
  /** Tokens of tasks that are no longer there (aborted, timed out). Every other token waits. */
  closed: Set<string>;
  executions: Map<string, Described>;
  retries: { id: string; seq: number; kind: RetryKind }[];
  counts: { name: string; dimensions: Record<string, string> }[];
  /** Payloads by `<key> <versionId>`. */
  payloads: Map<string, string>;
  /** What callers put under their prefixes, by key. */
  incoming: Map<string, string>;
  /** How often KMS was asked. */
  keysDerived: number;
}

export function quietOutside(): Outside {
  return {
    mails: [],
    mailReply: () => undefined,
    schedules: new Map(),
    events: [],
    answered: new Map(),
    closed: new Set(),
    executions: new Map(),
    retries: [],
    counts: [],
    payloads: new Map(),
    incoming: new Map(),
    keysDerived: 0,
  };
}

export function fakePayloads(outside: Outside): PayloadStore {
  return {
    async put(id, digest, text) {
      const ref = {
        bucket: 'payloads',
        key: `requests/${id}/${digest}.json`,
        versionId: `v${outside.payloads.size}`,
        digest,
      };
      outside.payloads.set(`${ref.key} ${ref.versionId}`, text);
      return ref;
    },
    async get(ref) {
      const text = outside.payloads.get(`${ref.key} ${ref.versionId}`);
      if (text === undefined) throw new Error(`There is no payload at ${ref.key}.`);
      if (sha256Hex(text) !== ref.digest)
        throw new Error(`The payload at ${ref.key} is not the one that was recorded.`);
      return text;
    },
    async fetchIncoming(key) {
      const text = outside.incoming.get(key);
      return text !== undefined && Buffer.byteLength(text) > limits.payload ? 'too_large' : text;
    },
  };
}

export function fakeLinkKeys(outside: Outside): LinkKeys {
  const derived = new Map<number, EpochKeys>();
  return {
    async of(epoch) {
      const known = derived.get(epoch);
      if (known) return known;
      outside.keysDerived += 1;
      const keys = deriveKeys(epoch, sha256(utf8ToBytes(`a secret of tests ${epochMessage(epoch).join()}`)));
      derived.set(epoch, keys);
      return keys;
    },
    known: (epoch) => derived.get(epoch),
  };
}

export function fakeMailer(outside: Outside): Mailer {
  return {
    async send(mail) {
      const reply = outside.mailReply(mail);
      if (reply) return reply;
      outside.mails.push(stored(mail));
      return { messageId: `message-${outside.mails.length}` };
    },
  };
}

export function fakeDeadlines(outside: Outside): Deadlines {
  return {
    async set(id, at) {
      outside.schedules.set(id, at);
    },
    async clear(id) {
      outside.schedules.delete(id);
    },
  };
}

export function fakeBus(outside: Outside): Bus {
  return {
    async emit(event) {
      outside.events.push(stored(event));
    },
  };
}

export function fakeAnswers(outside: Outside): TaskAnswers {
  const answer = (token: string, how: Answered) => {
    if (outside.closed.has(token) || outside.answered.has(token)) return 'closed' as const;
    outside.answered.set(token, how);
    return 'delivered' as const;
  };
  return {
    async succeed(token, output) {
      return answer(token, { succeeded: JSON.parse(output) });
    },
    async fail(token, error, cause) {
      if (cause.length > 32_768) throw new Error('cause is longer than Step Functions takes');
      return answer(token, { failed: error, cause });
    },
  };
}

export function fakeExecutions(outside: Outside, tables: Tables): Executions {
  return {
    async describe(arn) {
      const there = outside.executions.get(arn);
      return there && stored(there);
    },
    async endedWith(arn, answerId) {
      const tokens = [...tables.waiting.values()].filter((task) => task.execution === arn).map((task) => task.token);
      if (tokens.some((token) => idOf(outside.answered.get(token)) === answerId)) return 'delivered';
      const status = outside.executions.get(arn)?.status;
      return status === 'ABORTED' || status === 'TIMED_OUT' ? 'gone' : undefined;
    },
  };
}

function idOf(answer: Answered | undefined): unknown {
  if (!answer) return undefined;
  const told: Json = 'succeeded' in answer ? answer.succeeded : JSON.parse(answer.cause);
  return told !== null && typeof told === 'object' && !Array.isArray(told) ? told.id : undefined;
}

export function fakeRetries(outside: Outside): RetryQueues {
  return {
    async put(message) {
      outside.retries.push(stored(message));
    },
  };
}

export function fakeMetrics(outside: Outside): Metrics {
  return {
    count(name, dimensions = {}) {
      outside.counts.push({ name, dimensions });
    },
  };
}
