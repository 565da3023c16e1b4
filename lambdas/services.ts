import type { Entry, PayloadRef, TaskRef } from '../core/entry.ts';
import type { Outcome } from '../core/gate.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { EpochKeys } from '../core/link.ts';
import type { PersonEntry } from '../core/person/entry.ts';
import type { Policy, PolicyPerson, PolicyPointer } from '../core/policy/policy.ts';
import type { MaintenanceWindow, Standing } from '../core/policy/situation.ts';

/**
 * Every effect a handler may have, clock included. Adapters implement them on AWS, tests by hand-written fakes.
 * Each method throws on faults (a dependency that fails); what can be expected to happen is in its answer.
 */
export interface Log<E> {
  /** The entries of a request, or of a person, in order, strongly consistent; empty where there is none. */
  read(id: string): Promise<E[]>;
  /**
   * Writes one entry if its `(id, seq)` is free. Where it is taken: `ours` if the entry there is this very one
   * (a write whose reply was lost), else `taken`.
   */
  append(entry: E): Promise<'appended' | 'ours' | 'taken'>;
}
export type AuditLog = Log<Entry>;
/** What people did that outlives each request, by `personLogId`: in the same table, under the same rules. */
export type PersonLog = Log<PersonEntry>;

/** A task token at rest. `execution` is the ARN where known. */
export interface WaitingTask extends TaskRef {
  token: string;
  id: string;
  since: string;
}

export interface WaitingTasks {
  /** Puts the item if it is not there yet. */
  put(task: WaitingTask): Promise<void>;
  /** The token of a task; undefined where the item is gone. */
  get(task: TaskRef): Promise<WaitingTask | undefined>;
  /** All tasks of one execution. No tokens. */
  ofExecution(execution: string): Promise<{ id: string; key: string }[]>;
  /** Notes that an API opening without a task has begun, so that the sweep finds it if its stream record is lost. */
  noteOpening(id: string, since: string): Promise<void>;
  /** Removes a task's item: it was answered, and no log knows it. */
  remove(task: TaskRef): Promise<void>;
  /** Openings and tasks begun in that hour (`2026-11-21T10`), page by page. */
  begunIn(hour: string): AsyncIterable<{ id: string; key: string; execution?: string; since: string }>;
}

/** The read model's row of one request. Everything in it can be rebuilt from the log. */
export interface RequestRow {
  id: string;
  /** The last entry that all reactions were performed for. */
  seq: number;
  source: string;
  requestId: string;
  title: string;
  requestedBy: string;
  environment: string;
  risk: string;
  status: 'pending' | 'granted' | 'settled';
  outcome?: Outcome;
  openedAt: string;
  settledAt?: string;
  /** When the current links began to be valid: opening, stage, round or reissue, whichever is latest. */
  linksSince: string;
  /** Next deadline or effect; absent when settled. */
  dueAt?: string;
  /** Is there still something to do: pending, granted, a task without an answer, a review to be opened? Such rows are what the sweep looks at. */
  open: boolean;
  votes: string;
}

export interface RequestRows {
  get(id: string): Promise<RequestRow | undefined>;
  getMany(ids: readonly string[]): Promise<RequestRow[]>;
  /** Writes the row unless a newer one (by `seq`) is there. */
  put(row: RequestRow): Promise<void>;
  /** Ids of all open rows, in no order, page by page. */
  open(): AsyncIterable<string>;
}

/** Which requests there were: for those who look back. May be a little behind. */
export interface PastRequests {
  /** `id` of up to `most` requests opened since then (ISO), in no order; `next`: where to go on. A page may be empty. */
  since(at: string, most: number, after?: string): Promise<{ ids: string[]; next?: string }>;
}

/** One mail's marker: claimed before it is sent, marked after. */
export interface MailMarkers {
  /**
   * `claimed`: nobody had it, send. `again`: an earlier claim stayed unsent for longer than `staleAfterSeconds`, and this
   * is the one second try. `sent`: it went out. `held`: somebody is at it now. `lost`: the second try stayed unsent too.
   */
  claim(
    id: string,
    mail: string,
    now: string,
    staleAfterSeconds: number,
  ): Promise<'claimed' | 'again' | 'sent' | 'held' | 'lost'>;
  sent(id: string, mail: string, messageId: string, now: string): Promise<void>;
  /** Gives a claim back: SES certainly did not take the mail. */
  release(id: string, mail: string): Promise<void>;
  /** What is known of a mail, strongly consistent; undefined where nothing is. `at`: its latest claim. */
  look(id: string, mail: string): Promise<MailMarker | undefined>;
  /** The same of all mails under this `id`, by mail. */
  lookAt(id: string): Promise<ReadonlyMap<string, MailMarker>>;
  /** Notes that a mail is left to a digest, unless something is known of it already. `sent` then says that it was in one. */
  leave(id: string, mail: string, now: string): Promise<void>;
  /** How many mails are claimed or sent under this `id`, strongly consistent. */
  countIn(id: string): Promise<number>;
}

/** What is known of a mail. `at`: its latest claim. `left`: it is left to a digest, and `sent` says that it was in one. */
export interface MailMarker {
  at: string;
  sent: boolean;
  left: boolean;
}

/** A mail that asks, or one that tells what became of a request, left to the next digest of whom it is for. */
export interface LeftMail {
  kind: 'ask' | 'tell';
  /** Whom it is for: a tag of the person whom it asks, or of the address that it tells. */
  whose: string;
  /** The request, and the mail's name. */
  id: string;
  mail: string;
  /** Whose request it is. */
  source: string;
  /** When the mail was called for (ISO). */
  since: string;
}

/** What is left to digests, until it was in one. Only where to look: markers say what was sent. */
export interface Digests {
  put(left: LeftMail): Promise<void>;
  /** Everything that is left, in no order, page by page. */
  waiting(): AsyncIterable<LeftMail>;
  remove(left: LeftMail): Promise<void>;
}

/** What spans requests and may be a little behind: how much waits for whom, how long approvals took, which windows there are. */
export interface StandingStore {
  /** One round trip. `histories`: the kinds of request whose past waits (seconds) are asked for. */
  read(of: {
    people: readonly string[];
    histories?: readonly string[];
  }): Promise<Standing & { waits: Readonly<Record<string, readonly number[]>> }>;
  /** Does this request wait for that person? Saying it again changes nothing. */
  waitsFor(person: string, id: string, waits: boolean, at: string): Promise<void>;
  /** How long, in seconds, a request of that kind took: the latest are kept, each once. */
  took(kind: string, id: string, seconds: number): Promise<void>;
  /** Lists a maintenance window as asked for, in force as well, or over (and not listed any more). Saying it again changes nothing. */
  windowIs(state: 'asked' | 'in_force' | 'over', window: MaintenanceWindow): Promise<void>;
  /** `id` of each request for a maintenance window that is not over; one round trip. */
  windowsAsked(): Promise<string[]>;
  /**
   * Is this request one of those of that likeness (`likenessOf`) that wait, and until when (ISO); undefined: it does not, any
   * more. Saying it again changes nothing.
   */
  isAlike(likeness: string, id: string, until: string | undefined): Promise<void>;
}

/** Where to look for requests that are alike: it may be a little behind. */
export interface AlikeRequests {
  /** `id` of requests of that likeness that wait, no more than `most`; one round trip. */
  find(likeness: string, most: number): Promise<string[]>;
}

export interface PolicyStore {
  /** Pointer and the person of that tag (`personTag`, what links carry), fresh, in one round trip. A person who is not in the directory is undefined. */
  pointerAndPerson(tag: string): Promise<{ pointer: PolicyPointer | undefined; person: PolicyPerson | undefined }>;
  pointer(): Promise<PolicyPointer | undefined>;
  /** What the directory says of people (directory keys): fresh, in one round trip. Who has left is not among them. */
  people(people: readonly string[]): Promise<PolicyPerson[]>;
  /** An immutable version; may be kept in memory. */
  version(digest: string): Promise<Policy>;
}

/** What may be asked of the policy where a vote is taken: what is in force now, and no version. */
export type PolicyInForce = Pick<PolicyStore, 'pointerAndPerson' | 'pointer' | 'people'>;

/** What publishing a policy does. The order that never leaves a removed approver in force: version, people, pointer. */
export interface PolicyPublisher {
  /** Runs `work` while no other publisher runs; `busy` where one does. A lease left by a crash ends by itself. */
  alone<T>(now: Date, work: () => Promise<T>): Promise<T | 'busy'>;
  pointer(): Promise<PolicyPointer | undefined>;
  /** Stores a version's canonical text under its digest; the same digest again changes nothing. */
  putVersion(digest: string, text: string): Promise<void>;
  /** Makes the directory's items exactly these. Answers how many it wrote and removed. */
  putPeople(people: readonly PolicyPerson[]): Promise<{ written: number; removed: number }>;
  /** Replaces the pointer if it is still `previous`; `overtaken` where somebody else moved it. */
  movePointer(next: PolicyPointer, previous: PolicyPointer | undefined): Promise<'moved' | 'overtaken'>;
}

/** Requests for another policy that have not ended yet, so that a lost event delays none. Used within `PolicyPublisher.alone`. */
export interface WaitingChanges {
  list(): Promise<string[]>;
  replace(ids: readonly string[]): Promise<void>;
}

export interface PayloadStore {
  /** Stores a payload's canonical text under the request; returns where. */
  put(id: string, digest: string, text: string): Promise<PayloadRef>;
  get(ref: PayloadRef): Promise<string>;
  /** Reads what a caller put under its source's prefix. Undefined where there is no such object; refuses over `limits.payload` bytes. */
  fetchIncoming(key: string): Promise<string | 'too_large' | undefined>;
}

/** Payloads where they are only read. */
export type PayloadReader = Pick<PayloadStore, 'get'>;

export interface LinkKeys {
  /** Keys of an epoch: one KMS call the first time in this process, none after. */
  of(epoch: number): Promise<EpochKeys>;
  /** The same without any call: undefined where they are not derived yet. */
  known(epoch: number): EpochKeys | undefined;
}

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
}

export interface Mailer {
  /** `refused`: SES will not take this mail whatever we do. Throws where it may be tried again or where that is unclear (`MailUnclear`). */
  send(mail: Mail): Promise<{ messageId: string } | { refused: string } | { retry: string }>;
}

export interface Deadlines {
  /** Makes the request's one schedule fire `reconcile` at that time (ISO), replacing any earlier one. */
  set(id: string, at: string): Promise<void>;
  clear(id: string): Promise<void>;
}

export interface Bus {
  emit(event: { detailType: string; detail: JsonObject; at: string }): Promise<void>;
}

export interface TaskAnswers {
  succeed(token: string, output: string): Promise<'delivered' | 'closed'>;
  fail(token: string, error: string, cause: string): Promise<'delivered' | 'closed'>;
}

export interface Executions {
  /** What an execution is and how it ended; undefined where there is none of that ARN. */
  describe(arn: string): Promise<
    | {
        status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';
        output?: Json;
        error?: string;
        cause?: string;
      }
    | undefined
  >;
  /** Did a task of this execution end with this answer? Its history read in reverse. Undefined: it does not say. */
  endedWith(arn: string, answerId: string): Promise<'delivered' | 'gone' | undefined>;
}

export type ReactionKind = 'resume' | 'mail' | 'timer' | 'event' | 'review' | 'window' | 'row';
/** One reaction, or `everything`: the request could not even be read. */
export type RetryKind = ReactionKind | 'everything';

export interface RetryQueues {
  /** To the resume queue or the other one, by kind. `seq`: the last entry whose reactions were all done by then. */
  put(message: { id: string; seq: number; kind: RetryKind }): Promise<void>;
}

export interface Metrics {
  /** Counts one, by CloudWatch's embedded metric format on standard output. */
  count(name: MetricName, dimensions?: Record<string, string>): void;
}

export type MetricName =
  | 'RequestOpened'
  | 'RequestRefused'
  | 'DecisionRecorded'
  | 'BypassUsed'
  | 'LinkRefused'
  | 'RequestReported'
  | 'MailNotSent'
  | 'WorkGone'
  | 'AnswerUnknown'
  | 'SweepRepaired'
  | 'AuditTampered'
  | 'ReactionFailed'
  | 'GateUnreachable'
  | 'PolicyChangeOvertaken'
  | 'ReviewNotOpened'
  | 'ReviewOverdue';

export interface Ids {
  random(bytes: number): Uint8Array;
  uuid(): string;
}

export interface Services {
  clock: () => Date;
  ids: Ids;
  log: AuditLog;
  people: PersonLog;
  waiting: WaitingTasks;
  rows: RequestRows;
  markers: MailMarkers;
  digests: Digests;
  standing: StandingStore;
  policy: PolicyStore;
  payloads: PayloadStore;
  linkKeys: LinkKeys;
  mailer: Mailer;
  deadlines: Deadlines;
  bus: Bus;
  answers: TaskAnswers;
  executions: Executions;
  retries: RetryQueues;
  metrics: Metrics;
}

/** What bringing the outside to the log takes. */
export type ReconcilingServices = Omit<Services, 'payloads'> & {
  payloads: Omit<PayloadStore, 'fetchIncoming'>;
  /** What links begin with; no slash at its end. */
  reviewBaseUrl: string;
  /** Mails that ask one person in one hour, each by itself; and mails that tell one address what became of requests. */
  asksPerHour: number;
};

/** What publishing a policy takes: through the gate of the one in force, or without one. */
export type PublishingServices = Pick<Services, 'clock' | 'ids' | 'metrics' | 'log'> & {
  rows: Pick<RequestRows, 'put'>;
  policy: Pick<PolicyStore, 'version'>;
  payloads: Omit<PayloadStore, 'fetchIncoming'>;
  publisher: PolicyPublisher;
  changes: WaitingChanges;
};
