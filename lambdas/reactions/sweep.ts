import { BrokenChain } from '../../core/broken-chain.ts';
import { reviewDue } from '../../core/person/review-request.ts';
import type { Request } from '../../core/request.ts';
import { linksSince, waitingTasks } from '../../core/request.ts';
import { runCommand } from '../commands/run-command.ts';
import type { ReconcilingServices } from '../services.ts';
import { answerAbandoned } from './abandoned.ts';
import { askAfterExecutions, type Candidate } from './ask-after-executions.ts';
import { inParallel } from './in-parallel.ts';
import { reconcile } from './reconcile.ts';
import { sendDigests } from './send-digests.ts';

/** What one sweep looked at and put right. */
export interface Swept {
  looked: number;
  repaired: number;
  left: number;
  orphans: number;
  reissued: number;
  digests: number;
  /** Logs that somebody has tampered with: left as they are, and told by an alarm. */
  broken: number;
  failed: number;
}

/** Openings and tasks younger than this, in seconds, are still being worked on. */
const tooYoung = 60;
/** Openings and tasks up to this age, in seconds, are looked at by every sweep: a few times each. */
const recent = 16 * 60;
/** Older ones an hour at a time, so that each hour of the last day comes round within two: streams forget after a day. */
const hoursBack = 26;
/** How often the sweep runs, in seconds. */
const period = 4 * 60;
/**
 * A revocation is in force at the latest when the function that publishes it must have ended, in milliseconds: what was
 * mailed until then may carry the revoked key. No longer than that, for a link that was reissued is dead in the mail it was in.
 */
const revocationMargin = 30_000;

/**
 * Looks at what was begun lately and at everything that is open, and puts right what a lost stream record, a lost timer or
 * a lost status event left undone. One request that fails does not keep the sweep from the others.
 */
export async function sweep(services: ReconcilingServices): Promise<Swept> {
  const swept: Swept = { looked: 0, repaired: 0, left: 0, orphans: 0, reissued: 0, digests: 0, broken: 0, failed: 0 };
  const now = services.clock();
  const pointer = await services.policy.pointer();
  const seen = new Set<string>();
  const candidates: Candidate[] = [];

  const look = async (id: string): Promise<void> => {
    if (seen.has(id)) return;
    seen.add(id);
    swept.looked++;
    const found = await reconcile(services, id, { by: 'sweep', inForce: pointer?.version });
    if (!found) return;
    const { request } = found;
    if (found.repaired && secondsSince(request.at, now) > tooYoung) {
      swept.repaired++;
      services.metrics.count('SweepRepaired');
    }
    if (request.status === 'settled') return;
    const due = reviewDue(request);
    if (due !== undefined && due <= now.toISOString()) services.metrics.count('ReviewOverdue');
    candidates.push(...waitingTasks(request).flatMap((task) => (task.execution ? [{ request, task }] : [])));
    for (const { epoch, at } of pointer?.revoked ?? [])
      if (Date.parse(linksSince(request)) < Date.parse(at) + revocationMargin)
        swept.reissued += await reissue(services, request, epoch);
  };

  for (const { hour, from, to } of hoursToLookAt(now))
    await inParallel(services.waiting.begunIn(hour), async (begun) => {
      const age = secondsSince(begun.since, now);
      if (age < from || age > to) return;
      await guarded(services, swept, begun.id, async () => {
        await look(begun.id);
        if (await answerAbandoned(services, begun, age)) swept.orphans++;
      });
    });
  await inParallel(services.rows.open(), (id) => guarded(services, swept, id, () => look(id)));
  const digests = await sendDigests(services);
  swept.digests = digests.sent;
  swept.failed += digests.failed;
  swept.left = await askAfterExecutions(services, candidates);
  return swept;
}

async function reissue(services: ReconcilingServices, request: Request, epoch: number): Promise<number> {
  const done = await runCommand(services, request.id, {
    type: 'reissue',
    commandId: `revoked:${epoch}`,
    by: 'countersign',
    reason: 'the link key was revoked',
    revoked: true,
  });
  return done.kind === 'appended' ? 1 : 0;
}

async function guarded(
  { metrics }: Pick<ReconcilingServices, 'metrics'>,
  swept: Swept,
  id: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (fault) {
    if (fault instanceof BrokenChain) {
      swept.broken++;
      metrics.count('AuditTampered');
      console.error({
        message: 'a log was tampered with; nothing is done about its request',
        id,
        fault: String(fault),
      });
      return;
    }
    swept.failed++;
    console.error({
      message: 'the sweep could not put a request right; the next one tries again',
      id,
      fault: String(fault),
    });
  }
}

/** This hour and the last, for what is recent; and one hour of the day before, another one each time. */
function hoursToLookAt(now: Date): { hour: string; from: number; to: number }[] {
  const hour = (back: number) => new Date(now.getTime() - back * 3600_000).toISOString().slice(0, 13);
  const turn = Math.floor(now.getTime() / 1000 / period) % hoursBack;
  return [
    { hour: hour(0), from: tooYoung, to: recent },
    { hour: hour(1), from: tooYoung, to: recent },
    { hour: hour(turn), from: recent, to: Number.POSITIVE_INFINITY },
  ];
}

function secondsSince(at: string, now: Date): number {
  return (now.getTime() - Date.parse(at)) / 1000;
}
