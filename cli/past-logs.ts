import { type Entry, isEntry } from '../core/entry.ts';
import type { Api } from './api-client.ts';
import { notTwice, readText } from './ask.ts';
import { AuditExport, PastLogs } from './contract.ts';
import { durationMs } from './duration.ts';
import { usage } from './failure.ts';
import { during } from './progress.ts';

/** One request's log, as an export keeps it. */
export interface Exported {
  id: string;
  entries: unknown[];
}

/** Every log of a request opened since then (ISO), page after page. */
export async function fetchLogs(api: Api, since: string): Promise<Exported[]> {
  const logs = new Map<string, Exported>();
  return during('Fetching past requests', async (progress) => {
    for (let after: string | undefined; ; ) {
      const place = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
      const path = `/audit?since=${encodeURIComponent(since)}${place}`;
      const { body } = await api.call({ method: 'GET', path, repeatable: true }, PastLogs);
      for (const { id, entries } of body.logs) logs.set(id, { id, entries });
      progress.say(`Fetching past requests: ${logs.size} so far`);
      if (body.next === undefined) return [...logs.values()];
      after = body.next;
    }
  });
}

/** The logs in a file: one export a line (`audit export`), or a single one (`audit show --json`). */
export async function logsIn(file: string): Promise<Exported[]> {
  const text = await readText(file);
  const whole = exportIn(text, file);
  if (whole) return [whole];
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    const one = exportIn(line, `${file}:${at + 1}`);
    if (!one) throw usage(`${file}:${at + 1} is no export: each line must be JSON with \`id\` and \`entries\`.`);
    return [one];
  });
}

/** The entries of a request's log. Throws a usage failure where something in it is none. */
export function entriesOf({ id, entries }: Exported): Entry[] {
  return entries.map((entry, at) => {
    if (isEntry(entry)) return entry;
    throw usage(`Entry ${at + 1} of request ${id} is none that this version reads. \`audit verify\` says more.`);
  });
}

/** A time given as such, or as a duration before now. */
export function sinceOf(given: string): string {
  const ms = durationMs(given);
  const time = new Date(ms === undefined ? given : Date.now() - ms);
  if (Number.isNaN(time.getTime())) throw usage('--since must be a duration such as 30_days or 12h, or a time.');
  return time.toISOString();
}

/** The export that a text is; undefined where it is none. Throws a usage failure where it is not the same to every reader. */
export function exportIn(text: string, name: string): Exported | undefined {
  const read = AuditExport.safeParse(parsed(text));
  if (!read.success) return undefined;
  // Another reader could find another record in it than the one that is looked at here.
  notTwice(text, name);
  return { id: read.data.id, entries: read.data.entries };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
