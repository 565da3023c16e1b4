import { canonicalJson, digestOf, requestIdentity } from '../../core/canonical.ts';
import { breakGlassRequest, changeKey } from '../../core/policy/change-request.ts';
import { changesBetween, type PolicyChange } from '../../core/policy/changes.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { openOwn } from '../commands/open-own-request.ts';
import { rowOf } from '../reactions/row.ts';
import type { PublishingServices } from '../services.ts';
import { alone } from './alone.ts';
import { readForPublishing } from './publish-policy.ts';
import { inForceAgain, type Published, published, putInForce } from './put-in-force.ts';
import { settleChanges } from './settle-change.ts';

export interface BreakGlass {
  text: string;
  reason: string;
  account: string;
  enforcedSources: readonly string[];
}

/**
 * Publishes a policy past the gate of the one in force: for when nobody is left who could let it be. It is recorded first,
 * as a request of our own that was let through, which tells it on the bus and in numbers as any bypass.
 */
export async function breakGlass(
  services: PublishingServices,
  { text, reason, account, enforcedSources }: BreakGlass,
): Promise<Published | Refusal> {
  const read = readForPublishing(text, enforcedSources);
  if ('code' in read) return read;
  const { policy: next, version: to } = read;
  return alone(services.publisher, services.clock(), async () => {
    const pointer = await services.publisher.pointer();
    const publishing = { ...read, publishedBy: `break glass: ${reason}`, now: services.clock() };
    if (!pointer) return putInForce(services.publisher, publishing, undefined);
    const { version: from, publishedAt: since } = pointer;
    if (from === to) return inForceAgain(services.publisher, next, pointer);
    const wanted = breakGlassRequest(
      { from, to, since, changes: await changes(services, from, next) },
      { reason, account },
    );
    const requestId = `${changeKey({ to, from }, 1)}:break-glass:${since}`;
    const id = requestIdentity(wanted.source, requestId);
    await services.publisher.putVersion(to, canonicalJson(next));
    const waiting = await services.changes.list();
    if (!waiting.includes(id)) await services.changes.replace([...waiting, id]);
    const contentDigest = digestOf({ from, to, since, reason });
    const opening = { ...wanted, requestId, contentDigest, outcome: 'bypassed' as const, policyVersion: from };
    const done = await openOwn(services, opening);
    if (done.kind === 'refused') return done.refusal;
    await services.rows.put({ ...rowOf(done.request), seq: 0 });
    const became = await settleChanges(services, enforcedSources, [id]);
    const after = await services.publisher.pointer();
    if (after?.version === to) return published(next, after, pointer);
    return refuse('unavailable', `It is recorded as ${id} and did not take effect (${became[id]}). Try again.`);
  });
}

/** What is different; nothing where the policy in force cannot be read, which may be why the glass is broken. */
async function changes(services: PublishingServices, from: string, next: Policy): Promise<PolicyChange[]> {
  try {
    return changesBetween(await services.policy.version(from), next);
  } catch (fault) {
    console.warn({ message: 'the policy in force cannot be read', version: from, fault: String(fault) });
    return [];
  }
}
