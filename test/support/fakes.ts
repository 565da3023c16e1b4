import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson, sha256Hex } from '../../core/canonical.ts';
import { limits } from '../../core/limits.ts';
import { groupsByPerson } from '../../core/policy/directory.ts';
import type { Policy, PolicyPerson, PolicyPointer } from '../../core/policy/policy.ts';
import type {
  AlikeRequests,
  Ids,
  PastRequests,
  PolicyPublisher,
  Services,
  WaitingChanges,
} from '../../lambdas/services.ts';
import { type Hook, observed } from './fakes/observed.ts';
import {
  fakeAnswers,
  fakeBus,
  fakeDeadlines,
  fakeExecutions,
  fakeLinkKeys,
  fakeMailer,
  fakeMetrics,
  fakePayloads,
  fakeRetries,
  type Outside,
  quietOutside,
} from './fakes/outside.ts';
import { fakeAlike, fakeStanding } from './fakes/standing.ts';
import {
  emptyTables,
  fakeDigests,
  fakeLog,
  fakeMarkers,
  fakePast,
  fakePersonLog,
  fakePolicy,
  fakePublisher,
  fakeRows,
  fakeWaiting,
  fakeWaitingChanges,
  type Tables,
} from './fakes/tables.ts';

export type { Hook, OutsideCall } from './fakes/observed.ts';
export type { Answered } from './fakes/outside.ts';

export interface Fakes extends Services {
  publisher: PolicyPublisher;
  alike: AlikeRequests;
  changes: WaitingChanges;
  past: PastRequests;
  /** What links begin with. */
  reviewBaseUrl: string;
  /** Mails that ask one person in one hour, each by itself. */
  asksPerHour: number;
  /** The tables: read them to assert, write them to arrange or to tamper. */
  tables: Tables;
  /** What was mailed, emitted, scheduled, answered; and how the world replies. */
  outside: Outside;
  /** The clock: set it, or use `advance`. */
  now: Date;
  advance(seconds: number): void;
  /** Told of every outside call, before and after; throw in it to make a fault. Default: nothing. */
  hook: Hook;
  /** Names of all outside calls so far, e.g. `log.append`. */
  calls: string[];
  /** Puts a policy in force: version, people, pointer. */
  publish(policy: Policy, pointer?: Partial<PolicyPointer>, addresses?: (email: string) => string): string;
  /** The same outside world seen by a new process: nothing cached, no claims remembered. */
  restarted(): Fakes;
}

/** Every effect, kept in memory, with the conditional semantics of the real ones. Starts at 2026-11-21T10:00:00.000Z. */
export function fakeServices(): Fakes {
  return over(emptyTables(), quietOutside(), new Date('2026-11-21T10:00:00.000Z'), [], countingIds());
}

function over(tables: Tables, outside: Outside, start: Date, calls: string[], ids: Ids): Fakes {
  const announce: Hook = (call, when) => {
    if (when === 'before') calls.push(call.name);
    return fakes.hook(call, when);
  };
  const seen = <T extends object>(name: string, service: T) => observed(name, service, () => announce);
  const fakes: Fakes = {
    clock: () => new Date(fakes.now),
    ids,
    log: seen('log', fakeLog(tables)),
    people: seen('people', fakePersonLog(tables)),
    waiting: seen('waiting', fakeWaiting(tables)),
    rows: seen('rows', fakeRows(tables)),
    markers: seen('markers', fakeMarkers(tables)),
    digests: seen('digests', fakeDigests(tables)),
    standing: seen('standing', fakeStanding(tables.standing)),
    alike: seen('alike', fakeAlike(tables.standing)),
    policy: seen('policy', fakePolicy(tables)),
    publisher: seen('publisher', fakePublisher(tables)),
    past: seen('past', fakePast(tables)),
    changes: seen('changes', fakeWaitingChanges(tables)),
    payloads: seen('payloads', fakePayloads(outside)),
    linkKeys: seen('linkKeys', fakeLinkKeys(outside)),
    mailer: seen('mailer', fakeMailer(outside)),
    deadlines: seen('deadlines', fakeDeadlines(outside)),
    bus: seen('bus', fakeBus(outside)),
    answers: seen('answers', fakeAnswers(outside)),
    executions: seen('executions', fakeExecutions(outside, tables)),
    retries: seen('retries', fakeRetries(outside)),
    metrics: fakeMetrics(outside),
    reviewBaseUrl: 'https://review.example.com',
    asksPerHour: limits.asksPerHour,
    tables,
    outside,
    calls,
    now: start,
    hook: () => {},
    advance(seconds) {
      fakes.now = new Date(fakes.now.getTime() + seconds * 1000);
    },
    publish(policy, pointer = {}, addresses = (email) => email.toLowerCase()) {
      const text = canonicalJson(policy);
      const version = sha256Hex(text);
      tables.versions.set(version, text);
      const groups = groupsByPerson(policy.directory);
      tables.people = new Map(
        Object.entries(policy.directory.people).map(([key, p]) => [
          key,
          { ...item(key, p, addresses), groups: groups.get(key) ?? [] },
        ]),
      );
      tables.pointer = {
        version,
        publishedAt: fakes.now.toISOString(),
        publishedBy: 'arn:aws:iam::000000000000:role/publisher',
        epoch: 1,
        revoked: [],
        ...pointer,
      };
      return version;
    },
    restarted: () => over(tables, outside, fakes.now, calls, ids),
  };
  return fakes;
}

function item(
  key: string,
  person: Policy['directory']['people'][string],
  addresses: (email: string) => string,
): PolicyPerson {
  const all = [person.email, ...(person.aliases ?? [])].map(addresses);
  return { person: key, name: person.name, email: person.email, addresses: all };
}

/** Ids that look random and are the same in every run. */
function countingIds(): Ids {
  let count = 0;
  const next = () => sha256(utf8ToBytes(`id ${count++}`));
  return {
    random(bytes) {
      const drawn: number[] = [];
      while (drawn.length < bytes) drawn.push(...next());
      return Uint8Array.from(drawn.slice(0, bytes));
    },
    uuid() {
      const hex = Buffer.from(next()).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    },
  };
}
