import type { Digests, Mailer, MailMarkers } from './services/mailing.ts';
import type { Bus, Deadlines, Executions, Ids, Metrics, RetryQueues, TaskAnswers } from './services/outside.ts';
import type { PayloadStore } from './services/payloads.ts';
import type { LinkKeys, PolicyPublisher, PolicyStore, WaitingChanges } from './services/policy.ts';
import type { AuditLog, PersonLog, RequestRows, StandingStore, WaitingTasks } from './services/records.ts';

export type * from './services/mailing.ts';
export type * from './services/outside.ts';
export type * from './services/payloads.ts';
export type * from './services/policy.ts';
export type * from './services/records.ts';

/**
 * Every effect a handler may have, clock included. Adapters implement them on AWS, tests by hand-written fakes.
 * Each method throws on faults (a dependency that fails); what can be expected to happen is in its answer.
 */
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
