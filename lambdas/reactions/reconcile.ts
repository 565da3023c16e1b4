import type { Command } from '../../core/decide/decide.ts';
import type { Entry } from '../../core/entry.ts';
import { fold } from '../../core/fold.ts';
import { reactionsTo } from '../../core/reactions.ts';
import { isUnreachable, nextDue, type Request } from '../../core/request.ts';
import { overrideHeld } from '../commands/override-held.ts';
import { type Rechecked, recheck } from '../commands/recheck.ts';
import { runCommand } from '../commands/run-command.ts';
import type { ReactionKind, ReconcilingServices, RequestRow } from '../services.ts';
import { emitEvents } from './emit-events.ts';
import { keepWindow } from './keep-window.ts';
import { resume } from './resume.ts';
import { reviewOverrides } from './review-overrides.ts';
import { rowOf } from './row.ts';
import { sendMails } from './send-mails.ts';
import { keepStanding } from './standing.ts';
import { within } from './within.ts';

/** Who calls, and what that means for what is done. */
export type Occasion =
  /** A stream record: everything that the read model's row does not show as done. */
  | { by: 'stream' }
  /** The sweep: the same; and whether people have left whom the gate needs. `inForce`: the policy's version now. */
  | { by: 'sweep'; inForce: string | undefined }
  /** The request's schedule fired, and is gone with that: arm it again if there is still a time to wait for. */
  | { by: 'timer' }
  /** One reaction failed before. `seq`: the last entry whose reactions were all done by then. `last`: what is unclear stays so. */
  | { by: 'retry'; kind: ReactionKind; seq: number; last: boolean };

/** How long each reaction may take, in milliseconds: together well within the functions' timeout. */
const patience: Record<ReactionKind, number> = {
  resume: 10_000,
  event: 4_000,
  timer: 4_000,
  review: 6_000,
  window: 6_000,
  mail: 15_000,
  row: 5_000,
};

/**
 * Reads the log and brings the outside to what it says now. The stream, the queues, the timers and the sweep call it; they
 * differ only in the occasion. A reaction that fails goes to its queue and hinders no other; on a retry it throws instead,
 * and the queue tries again. Returns the request, and whether the row had been behind; undefined where there is no such request.
 */
export async function reconcile(
  services: ReconcilingServices,
  id: string,
  occasion: Occasion,
): Promise<{ request: Request; repaired: boolean } | undefined> {
  const [entries, row] = await Promise.all([services.log.read(id), services.rows.get(id)]);
  const found = fold(entries);
  if (!found) return undefined;
  const looked = await recheckedAt(services, found, occasion);
  if (looked.request.seq > found.seq) return { request: looked.request, repaired: false };
  // What was granted by somebody who has left does not take effect, whatever kept it from being asked again.
  const due = await fallDue(services, found, entries, !looked.stands);
  // A message owes what failed before: nothing else will do it once the row has moved on.
  if (occasion.by === 'retry') return { request: await retry(services, due ?? found, occasion, row), repaired: false };
  // What it appended has a stream record of its own, and that has the reactions.
  if (due) return { request: due, repaired: false };

  const repaired = (row?.seq ?? 0) < found.seq;
  const { resume: owed, review, window } = reactionsTo(found);
  const afterwards = review !== undefined || window?.validation === true;
  if (!repaired && !owed && !afterwards && occasion.by !== 'timer') return { request: found, repaired };

  const resumed = owed && (await attempt(services, id, 0, 'resume', () => resume(services, owed, false)));
  const request = resumed ?? found;
  const { events, timer } = reactionsTo(request);
  const from = row?.seq ?? 0;
  await attempt(services, id, from, 'event', () =>
    emitEvents(
      services,
      request,
      events.filter((event) => event.seq > from),
    ),
  );
  if (row === undefined || row.dueAt !== timer || occasion.by === 'timer')
    await attempt(services, id, from, 'timer', () => setTimer(services, id, timer));
  await attempt(services, id, from, 'review', () => reviewOverrides(services, request, from));
  await attempt(services, id, from, 'window', () => keepWindow(services, request, from));
  await attempt(services, id, from, 'mail', () => sendMails(services, request, from));
  // Only as far as `request` goes: an entry that came meanwhile has reactions of its own to come.
  if ((row?.seq ?? 0) < request.seq) await attempt(services, id, request.seq, 'row', () => putRow(services, request));
  return { request, repaired };
}

/** A look at who is still there: when the sweep comes by, when a timer fires, and always before a grant takes effect. */
async function recheckedAt(services: ReconcilingServices, found: Request, occasion: Occasion): Promise<Rechecked> {
  const takesEffect = found.status === 'granted' && found.effectAt <= services.clock().toISOString();
  if (occasion.by !== 'sweep' && occasion.by !== 'timer' && !takesEffect) return { stands: true, request: found };
  const inForce = occasion.by === 'sweep' ? occasion.inForce : (await services.policy.pointer())?.version;
  return inForce === undefined ? { stands: !takesEffect, request: found } : recheck(services, found, inForce);
}

/** The request after what time alone has decided; undefined where nothing was due. */
async function fallDue(
  services: ReconcilingServices,
  found: Request,
  entries: Entry[],
  hold: boolean,
): Promise<Request | undefined> {
  const due = nextDue(found);
  if (!due || due > services.clock().toISOString()) return undefined;
  const held = await outOfReach(services, found);
  const done = await runCommand(services, found.id, held ?? { type: 'fall_due', hold }, entries);
  return done.kind === 'refused' ? undefined : done.request;
}

/** Nor does an override while a review is overdue of whom it is, whenever it was let be: it is noted, and runs out at its time. */
async function outOfReach(services: ReconcilingServices, found: Request): Promise<Command | undefined> {
  if (found.status !== 'granted' || isUnreachable(found) || found.effectAt > services.clock().toISOString())
    return undefined;
  const why = await overrideHeld(services, found);
  if (!why) return undefined;
  return { type: 'note_unreachable', commandId: `held:${found.round.round}`, problems: [why.message] };
}

/** The read model, and what of it spans requests: first, for once the row is there nobody asks for it again. */
async function putRow(services: ReconcilingServices, request: Request): Promise<void> {
  await keepStanding(services, request);
  await services.rows.put(rowOf(request));
}

async function setTimer(
  { deadlines }: Pick<ReconcilingServices, 'deadlines'>,
  id: string,
  at: string | undefined,
): Promise<void> {
  await (at === undefined ? deadlines.clear(id) : deadlines.set(id, at));
}

/** One reaction on its own short leash; its failure becomes a message, and undefined. Throws only where that fails too. */
async function attempt<T>(
  services: ReconcilingServices,
  id: string,
  seq: number,
  kind: ReactionKind,
  perform: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await within(patience[kind], kind, perform());
  } catch (fault) {
    services.metrics.count('ReactionFailed', { kind });
    console.error({ message: 'a reaction failed and will be tried again', kind, id, fault: String(fault) });
    await services.retries.put({ id, seq, kind });
    return undefined;
  }
}

/** One reaction again; throws where it fails again. */
async function retry(
  services: ReconcilingServices,
  request: Request,
  { kind, seq, last }: { kind: ReactionKind; seq: number; last: boolean },
  row: RequestRow | undefined,
): Promise<Request> {
  const { resume: owed, events, timer } = reactionsTo(request);
  switch (kind) {
    case 'resume':
      return owed ? resume(services, owed, last) : request;
    case 'event':
      await emitEvents(
        services,
        request,
        events.filter((event) => event.seq > seq),
      );
      return request;
    case 'timer':
      await setTimer(services, request.id, timer);
      return request;
    case 'mail':
      await sendMails(services, request, seq);
      return request;
    case 'review':
      await reviewOverrides(services, request, seq);
      return request;
    case 'window':
      await keepWindow(services, request, seq);
      return request;
    case 'row':
      // What came since has reactions of its own, and a row that says they are done would hide from the sweep that they are not.
      if ((row?.seq ?? 0) < request.seq && request.seq <= seq) await putRow(services, request);
      return request;
  }
}
