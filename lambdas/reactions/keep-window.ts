import { requestIdentity } from '../../core/canonical.ts';
import { fold } from '../../core/fold.ts';
import {
  letThroughBy,
  validationGate,
  validationKey,
  validationRequest,
} from '../../core/maintenance/validation-request.ts';
import { ownSources } from '../../core/policy/own-sources.ts';
import { reactionsTo } from '../../core/reactions.ts';
import type { Request, SettledRequest } from '../../core/request.ts';
import { openOwnRequest } from '../commands/open-own-request.ts';
import { runCommand } from '../commands/run-command.ts';
import type { ReconcilingServices } from '../services.ts';
import { inParallel } from './in-parallel.ts';
import { rowOf } from './row.ts';

/**
 * Keeps the list of maintenance windows as the log says, and opens the validation once one is over. `from`: the last entry
 * whose reactions were all done. Throws where it has to be tried again.
 */
export async function keepWindow(services: ReconcilingServices, request: Request, from: number): Promise<void> {
  const { window: due } = reactionsTo(request);
  if (!due) return;
  if (due.since > from) await services.standing.windowIs(due.state, due.window);
  if (due.validation && request.status === 'settled') await openValidation(services, request);
}

async function openValidation(services: ReconcilingServices, asked: SettledRequest): Promise<void> {
  const requestId = validationKey(asked.id);
  const id = requestIdentity(ownSources.maintenanceValidation, requestId);
  const validation = fold(await services.log.read(id)) ?? (await opened(services, asked, requestId));
  if (!validation) return;
  // A row that says that nothing was done yet: the sweep finds it by that, should its stream record be lost.
  const { dueAt: _, ...row } = rowOf(validation);
  await services.rows.put({ ...row, seq: 0 });
  await runCommand(services, asked.id, { type: 'note_review', review: id });
}

/** The validation, with today's people; undefined where there is nobody who could. */
async function opened(
  services: ReconcilingServices,
  asked: SettledRequest,
  requestId: string,
): Promise<Request | undefined> {
  const pointer = await services.policy.pointer();
  if (!asked.maintenance || !pointer) throw new Error('there is no window, or no policy is published');
  const { maintenance: rule } = await services.policy.version(asked.round.policyVersion);
  if (!rule) throw new Error(`the window ${asked.id} was let be by a policy without maintenance windows`);
  const done = await letThrough(services, asked.id, asked.maintenance.through);
  const wanted = validationRequest(asked, asked.maintenance, done);
  const policy = await services.policy.version(pointer.version);
  const gate = validationGate(policy, rule, wanted, services.clock().toISOString());
  if ('code' in gate) {
    // No fault: a policy with other people mends it, and every sweep asks again until then.
    services.metrics.count('ReviewNotOpened');
    console.error({ message: 'there is nobody to validate a maintenance window', id: asked.id, why: gate.message });
    return undefined;
  }
  const source = ownSources.maintenanceValidation;
  const { account } = asked.verified;
  return openOwnRequest(services, { source, requestId, account, gate, policyVersion: pointer.version, ...wanted });
}

/** What the window did let through, by `id`: what was noted before it was opened may never have been opened. */
async function letThrough(
  { log }: Pick<ReconcilingServices, 'log'>,
  window: string,
  noted: readonly { request: string }[],
): Promise<Map<string, SettledRequest>> {
  const found = new Map<string, SettledRequest>();
  const faults: unknown[] = [];
  await inParallel(noted, async ({ request: id }) => {
    try {
      const request = fold(await log.read(id));
      if (request?.status === 'settled' && letThroughBy(request) === window) found.set(id, request);
    } catch (fault) {
      faults.push(fault);
    }
  });
  if (faults.length > 0) throw new Error(`what a window let through cannot be read: ${faults[0]}`);
  return found;
}
