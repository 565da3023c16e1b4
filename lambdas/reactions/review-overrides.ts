import { fold } from '../../core/fold.ts';
import { type ReviewOf, reviewKey, reviewOf, reviewWanted } from '../../core/person/review.ts';
import { reviewGate, reviewRequest } from '../../core/person/review-request.ts';
import { ownSources } from '../../core/policy/resolve/own.ts';
import type { Request, SettledRequest } from '../../core/request.ts';
import { openOwnRequest } from '../commands/open-own-request.ts';
import { type Owed, oweReview, ownerOf } from '../commands/owe-review.ts';
import { runCommand } from '../commands/run-command.ts';
import { runPersonCommand } from '../commands/run-person-command.ts';
import type { ReconcilingServices } from '../services.ts';
import { rowOf } from './row.ts';

/**
 * What an override makes necessary: its review is owed, and opened; and once a review has ended, that stands in the log of
 * whose override it was. `from`: the last entry whose reactions were all done. Throws where it has to be tried again.
 */
export async function reviewOverrides(services: ReconcilingServices, request: Request, from: number): Promise<void> {
  const ended = reviewOf(request);
  if (ended && request.status === 'settled' && request.settledSeq > from) {
    const owner = await ownerOf(services, await overrideOf(services, ended));
    await runPersonCommand(services, owner, { type: 'end_review', review: request.id, outcome: request.outcome });
  }
  const wanted = reviewWanted(request);
  if (wanted) await openReview(services, request, wanted);
}

/** First it is owed, so that it will be overdue whatever becomes of its opening; then it is opened, and then noted. */
async function openReview(services: ReconcilingServices, because: Request, wanted: ReviewOf): Promise<void> {
  const override = await overrideOf(services, wanted);
  const owed = await oweReview(services, override, wanted.nth);
  const { id, requestId } = reviewKey(wanted);
  const there = fold(await services.log.read(id));
  const review = there ?? (await opened(services, override, requestId, owed));
  if (!review) return;
  // A row that says that nothing was done yet: the sweep finds the review by it, should its stream record be lost.
  const { dueAt: _, ...row } = rowOf(review);
  await services.rows.put({ ...row, seq: 0 });
  await runCommand(services, because.id, { type: 'note_review', review: id });
}

/** The request that reviews it, with today's people; undefined where there is nobody who could. */
async function opened(
  services: ReconcilingServices,
  override: SettledRequest,
  requestId: string,
  { emergency, due }: Owed,
): Promise<Request | undefined> {
  const pointer = await services.policy.pointer();
  if (!pointer) throw new Error('no policy is published, so nobody can review');
  const policy = await services.policy.version(pointer.version);
  const asked = reviewRequest(policy, override, due);
  const now = services.clock().toISOString();
  const gate = reviewGate(policy, emergency, asked, now);
  if ('code' in gate) {
    // No fault: a policy with other people mends it, and every sweep asks again until then.
    services.metrics.count('ReviewNotOpened');
    if (due <= now) services.metrics.count('ReviewOverdue');
    console.error({ message: 'there is nobody to review an override', id: override.id, why: gate.message });
    return undefined;
  }
  const { account } = override.verified;
  const source = ownSources.overrideReview;
  return openOwnRequest(services, { source, requestId, account, gate, policyVersion: pointer.version, ...asked });
}

async function overrideOf(
  { log }: Pick<ReconcilingServices, 'log'>,
  { override: id }: ReviewOf,
): Promise<SettledRequest> {
  const override = fold(await log.read(id));
  if (override?.status !== 'settled') throw new Error(`the override ${id} that is reviewed is not settled`);
  return override;
}
