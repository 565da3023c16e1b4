import { fold } from '../../core/fold.ts';
import { ChangePayload, mayTakeEffect } from '../../core/policy/change-request.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Request } from '../../core/request.ts';
import { payloadOf } from '../commands/stored-payload.ts';
import type { PublishingServices } from '../services.ts';
import { putInForce } from './put-in-force.ts';

/** What became of a request for another policy, for the function's log. */
export type Became = 'waiting' | 'in_force' | 'in_force_already' | 'turned_down' | 'overtaken' | 'never_opened';

/**
 * Brings requests for another policy to their ends, one after the other. An event is only a hint, so only those that wait
 * are looked at, and what they say is read from their log. Throws, when all had their turn, where one could not be.
 */
export async function takeEffect(
  services: PublishingServices,
  enforcedSources: readonly string[],
  only?: string,
): Promise<Record<string, Became>> {
  const wanted = async () => (await services.changes.list()).filter((id) => only === undefined || id === only);
  if ((await wanted()).length === 0) return {};
  const done = await services.publisher.alone(services.clock(), async () =>
    settleChanges(services, enforcedSources, await wanted()),
  );
  if (done === 'busy') throw new Error('Somebody is publishing at this moment: it is tried again.');
  return done;
}

/** The same for whoever publishes alone already. */
export async function settleChanges(
  services: PublishingServices,
  enforcedSources: readonly string[],
  ids: readonly string[],
): Promise<Record<string, Became>> {
  const became: Record<string, Became> = {};
  const faults: string[] = [];
  for (const id of ids) {
    try {
      became[id] = await settle(services, enforcedSources, id);
      if (became[id] !== 'waiting') await forget(services, id);
    } catch (fault) {
      faults.push(`${id}: ${String(fault)}`);
    }
  }
  if (faults.length > 0) throw new Error(`A change of the policy could not take effect: ${faults.join('; ')}`);
  return became;
}

async function settle(
  services: PublishingServices,
  enforcedSources: readonly string[],
  id: string,
): Promise<Exclude<Became, undefined>> {
  const request = fold(await services.log.read(id));
  // It is listed before it is opened, and both are done alone: its opening crashed.
  if (!request) return 'never_opened';
  if (request.status !== 'settled') return 'waiting';
  if (!mayTakeEffect(request)) return 'turned_down';
  const { from, to, since } = ChangePayload.parse(await payloadOf(services, request.round));
  const pointer = await services.publisher.pointer();
  if (pointer?.request === id) return 'in_force_already';
  if (pointer?.version !== from || pointer.publishedAt !== since) return overtaken(services, request, to);
  const policy = await services.policy.version(to);
  stillEnforced(policy, enforcedSources);
  // Should the one before have crashed between taking effect and being forgotten: from here on nothing would tell.
  if (pointer.request !== undefined) await forget(services, pointer.request);
  const publishedBy = inWords(request);
  const now = services.clock();
  const done = await putInForce(services.publisher, { policy, version: to, publishedBy, request: id, now }, pointer);
  return 'code' in done ? overtaken(services, request, to) : 'in_force';
}

function overtaken({ metrics }: Pick<PublishingServices, 'metrics'>, { id }: Request, to: string): 'overtaken' {
  metrics.count('PolicyChangeOvertaken');
  console.warn({ message: 'another policy came into force meanwhile: publish this one again', id, version: to });
  return 'overtaken';
}

async function forget({ changes }: Pick<PublishingServices, 'changes'>, id: string): Promise<void> {
  const waiting = await changes.list();
  if (waiting.includes(id)) await changes.replace(waiting.filter((other) => other !== id));
}

/** The stack may have been deployed anew since it was published for approval. */
function stillEnforced({ sources }: Policy, enforcedSources: readonly string[]): void {
  const wanted = Object.entries(sources).flatMap(([name, { enforced }]) => (enforced ? [name] : []));
  const missing = wanted.filter((name) => !enforcedSources.includes(name));
  if (missing.length > 0) throw new Error(`the stack no longer enforces ${missing.join(', ')}; deploy that first`);
}

function inWords({ id, round }: Request): string {
  if (round.gate.bypass?.kind === 'policy_break_glass')
    return `request ${id}, break glass: ${round.gate.bypass.reason}`;
  const approvers = [...new Set(round.votes.flatMap(({ vote, by }) => (vote === 'for' ? [by] : [])))];
  return `request ${id}, approved by ${approvers.join(', ')}`;
}
