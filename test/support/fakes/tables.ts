import { digestOf } from '../../../core/canonical.ts';
import type { Entry } from '../../../core/entry.ts';
import { personTag } from '../../../core/link.ts';
import type { PersonEntry } from '../../../core/person/entry.ts';
import type { PolicyPerson, PolicyPointer } from '../../../core/policy/policy.ts';
import type {
  AuditLog,
  Digests,
  LeftMail,
  Log,
  MailMarkers,
  PastRequests,
  PersonLog,
  PolicyPublisher,
  PolicyStore,
  RequestRow,
  RequestRows,
  WaitingChanges,
  WaitingTask,
  WaitingTasks,
} from '../../../lambdas/services.ts';
import { emptyStanding, type StandingTable } from './standing.ts';

/** What a table keeps is a copy, and only what JSON keeps. */
export function stored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

export interface Marker {
  at: string;
  tries: number;
  messageId?: string;
  sentAt?: string;
  left?: boolean;
}

/** The tables, open to a test's eyes and hands. */
export interface Tables {
  log: Map<string, Entry[]>;
  /** The people's logs, by `personLogId`. */
  personLogs: Map<string, PersonEntry[]>;
  waiting: Map<string, WaitingTask>;
  /** Openings noted without a task: id → since. */
  openings: Map<string, string>;
  rows: Map<string, RequestRow>;
  /** By `<id> <mail>`. */
  markers: Map<string, Marker>;
  /** What is left to digests, by `<whose>/<id>/<mail>`. */
  digests: Map<string, LeftMail>;
  standing: StandingTable;
  pointer: PolicyPointer | undefined;
  people: Map<string, PolicyPerson>;
  /** Canonical texts by digest. */
  versions: Map<string, string>;
  publishing: boolean;
  /** Requests for another policy that wait. */
  changes: string[];
}

export function emptyTables(): Tables {
  return {
    log: new Map(),
    personLogs: new Map(),
    waiting: new Map(),
    openings: new Map(),
    rows: new Map(),
    markers: new Map(),
    digests: new Map(),
    standing: emptyStanding(),
    pointer: undefined,
    people: new Map(),
    versions: new Map(),
    publishing: false,
    changes: [],
  };
}

export function fakeLog(tables: Tables): AuditLog {
  return logOver(tables.log);
}

export function fakePersonLog(tables: Tables): PersonLog {
  return logOver(tables.personLogs);
}

function logOver<E extends { id: string; seq: number; commandId: string }>(logs: Map<string, E[]>): Log<E> {
  return {
    async read(id) {
      return stored([...(logs.get(id) ?? [])].sort((a, b) => a.seq - b.seq));
    },
    async append(entry) {
      const entries = logs.get(entry.id) ?? [];
      const there = entries.find((e) => e.seq === entry.seq);
      if (there) return there.commandId === entry.commandId && digestOf(there) === digestOf(entry) ? 'ours' : 'taken';
      logs.set(entry.id, [...entries, stored(entry)]);
      return 'appended';
    },
  };
}

export function fakeWaiting(tables: Tables): WaitingTasks {
  return {
    async put(task) {
      if (!tables.waiting.has(task.key)) tables.waiting.set(task.key, stored(task));
    },
    async get(task) {
      const there = tables.waiting.get(task.key);
      return there && there.execution === task.execution ? stored(there) : undefined;
    },
    async ofExecution(execution) {
      return [...tables.waiting.values()]
        .filter((task) => task.execution === execution)
        .map(({ id, key }) => ({ id, key }));
    },
    async remove(task) {
      if (tables.waiting.get(task.key)?.execution === task.execution) tables.waiting.delete(task.key);
    },
    async noteOpening(id, since) {
      if (!tables.openings.has(id)) tables.openings.set(id, since);
    },
    async *begunIn(hour) {
      for (const [id, since] of [...tables.openings]) if (since.startsWith(hour)) yield { id, key: '-', since };
      for (const { id, key, execution, since } of [...tables.waiting.values()]) {
        if (since.startsWith(hour)) yield { id, key, since, ...(execution === undefined ? {} : { execution }) };
      }
    },
  };
}

export function fakePast(tables: Tables): PastRequests {
  return {
    async since(at, most, after = '') {
      const all = [...tables.rows.values()].filter(({ openedAt }) => openedAt >= at).map(({ id }) => id);
      const ids = all.sort().filter((id) => id > after);
      const next = ids.length > most ? ids[most - 1] : undefined;
      return { ids: ids.slice(0, most), ...(next !== undefined && { next }) };
    },
  };
}

export function fakeRows(tables: Tables): RequestRows {
  const copy = (id: string) => {
    const row = tables.rows.get(id);
    return row && stored(row);
  };
  return {
    async get(id) {
      return copy(id);
    },
    async getMany(ids) {
      return [...new Set(ids)].flatMap((id) => copy(id) ?? []);
    },
    async put(row) {
      const there = tables.rows.get(row.id);
      if (!there || there.seq < row.seq) tables.rows.set(row.id, stored(row));
    },
    async *open() {
      for (const row of [...tables.rows.values()]) if (row.open) yield row.id;
    },
  };
}

/** Each call is somebody of its own, as each Lambda is: only the latest claim of a mail in this process is ours. */
export function fakeMarkers(tables: Tables): MailMarkers {
  const ours = new Map<string, number>();
  return {
    async claim(id, mail, now, staleAfterSeconds) {
      const name = `${id} ${mail}`;
      const there = tables.markers.get(name);
      if (!there) {
        tables.markers.set(name, { at: now, tries: 1 });
        ours.set(name, 1);
        return 'claimed';
      }
      if (there.messageId !== undefined) return 'sent';
      if (Date.parse(now) - Date.parse(there.at) <= staleAfterSeconds * 1000) return 'held';
      if (there.tries >= 2) return 'lost';
      tables.markers.set(name, { at: now, tries: 2 });
      ours.set(name, 2);
      return 'again';
    },
    async sent(id, mail, messageId, now) {
      const name = `${id} ${mail}`;
      const there = tables.markers.get(name) ?? { at: now, tries: 1 };
      tables.markers.set(name, { ...there, messageId, sentAt: now });
    },
    async release(id, mail) {
      const name = `${id} ${mail}`;
      const there = tables.markers.get(name);
      if (!there || there.messageId !== undefined || there.tries !== ours.get(name)) return;
      ours.delete(name);
      if (there.tries === 1) tables.markers.delete(name);
      else tables.markers.set(name, { at: new Date(0).toISOString(), tries: 1 });
    },
    async look(id, mail) {
      const there = tables.markers.get(`${id} ${mail}`);
      return there && { at: there.at, sent: there.messageId !== undefined, left: there.left === true };
    },
    async lookAt(id) {
      const under = [...tables.markers].filter(([name]) => name.startsWith(`${id} `));
      return new Map(
        under.map(([name, { at, messageId, left }]) => [
          name.slice(id.length + 1),
          { at, sent: messageId !== undefined, left: left === true },
        ]),
      );
    },
    async leave(id, mail, now) {
      const name = `${id} ${mail}`;
      if (!tables.markers.has(name)) tables.markers.set(name, { at: now, tries: 0, left: true });
    },
    async countIn(id) {
      return [...tables.markers.keys()].filter((name) => name.startsWith(`${id} `)).length;
    },
  };
}

export function fakeDigests(tables: Tables): Digests {
  const nameOf = ({ whose, id, mail }: LeftMail) => `${whose}/${id}/${mail}`;
  return {
    async put(ask) {
      tables.digests.set(nameOf(ask), stored(ask));
    },
    async *waiting() {
      for (const ask of [...tables.digests.values()]) yield stored(ask);
    },
    async remove(ask) {
      tables.digests.delete(nameOf(ask));
    },
  };
}

export function fakePolicy(tables: Tables): PolicyStore {
  const pointer = () => tables.pointer && stored(tables.pointer);
  return {
    async people(people) {
      return people.flatMap((person) => tables.people.get(person) ?? []).map(stored);
    },
    async pointerAndPerson(tag) {
      const there = [...tables.people.values()].find(({ person }) => personTag(person) === tag);
      return { pointer: pointer(), person: there && stored(there) };
    },
    async pointer() {
      return pointer();
    },
    async version(digest) {
      const text = tables.versions.get(digest);
      if (text === undefined) throw new Error(`There is no policy version ${digest}.`);
      return JSON.parse(text);
    },
  };
}

export function fakePublisher(tables: Tables): PolicyPublisher {
  return {
    async alone(_now, work) {
      if (tables.publishing) return 'busy';
      tables.publishing = true;
      try {
        return await work();
      } finally {
        tables.publishing = false;
      }
    },
    async pointer() {
      return tables.pointer && stored(tables.pointer);
    },
    async putVersion(digest, text) {
      if (!tables.versions.has(digest)) tables.versions.set(digest, text);
    },
    async putPeople(people) {
      const wanted = new Map(people.map((person) => [person.person, stored(person)]));
      const removed = [...tables.people.keys()].filter((key) => !wanted.has(key));
      const written = [...wanted].filter(([key, p]) => JSON.stringify(p) !== JSON.stringify(tables.people.get(key)));
      tables.people = wanted;
      return { written: written.length, removed: removed.length };
    },
    async movePointer(next, previous) {
      if (JSON.stringify(tables.pointer) !== JSON.stringify(previous)) return 'overtaken';
      tables.pointer = stored(next);
      return 'moved';
    },
  };
}

export function fakeWaitingChanges(tables: Tables): WaitingChanges {
  return {
    async list() {
      return [...tables.changes];
    },
    async replace(ids) {
      tables.changes = [...ids];
    },
  };
}
