import type { Entry, TaskRef } from '../../core/entry.ts';
import type { Outcome } from '../../core/gate.ts';
import type { PersonEntry } from '../../core/person/entry.ts';
import type { MaintenanceWindow, Standing } from '../../core/policy/situation.ts';

/** The log of a request, or of a person. */
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
