import { refuse } from '../../core/refusal.ts';
import type { AuditLog, PastRequests } from '../services.ts';
import { refused } from '../web/api-call.ts';
import type { Told } from './api-replies.ts';

/** Requests on one page, and characters after which it ends sooner: an answer of a function has 6 MB at most. */
const most = 25;
const room = 2_000_000;

/** The logs of requests opened since then (`since`: ISO), page by page (`after`: the `next` of the page before). */
export async function listLogs(
  { log, past }: { log: Pick<AuditLog, 'read'>; past: PastRequests },
  { since = '', after }: { since?: string | undefined; after?: string | undefined },
): Promise<Told> {
  if (Number.isNaN(Date.parse(since)))
    return refused(refuse('invalid', "Say since when: '?since=' and a time such as 2026-11-01T00:00:00Z.", 'since'));
  if (after !== undefined && (after === '' || after.length > 600))
    return refused(refuse('invalid', "'after' is no `next` of ours.", 'after'));
  const page = await past.since(new Date(since).toISOString(), most, after);
  const logs: { id: string; entries: unknown[] }[] = [];
  let left = room;
  for (const id of page.ids) {
    const entries = await log.read(id);
    left -= JSON.stringify(entries).length;
    if (left < 0 && logs.length > 0) return { status: 200, body: { logs, next: logs.at(-1)?.id } };
    logs.push({ id, entries });
  }
  return { status: 200, body: { logs, ...(page.next !== undefined && { next: page.next }) } };
}
