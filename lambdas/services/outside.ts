import type { Json, JsonObject } from '../../core/json.ts';

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
