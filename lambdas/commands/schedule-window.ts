import { requestIdentity } from '../../core/canonical.ts';
import { fold } from '../../core/fold.ts';
import { parseWindowAsk, planWindow } from '../../core/maintenance/plan-window.ts';
import { windowClaim, windowDigest, windowGate } from '../../core/maintenance/window-request.ts';
import { ownSources } from '../../core/policy/own-sources.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { refuse } from '../../core/refusal.ts';
import type { ApiCaller } from './api-caller.ts';
import { openOwn } from './open-own-request.ts';
import type { Opening, OpeningServices } from './open-request.ts';
import { runCommand } from './run-command.ts';

const source = ownSources.maintenanceWindow;

/**
 * Asks for a maintenance window: a request of our own, whose approval takes effect when the window begins. Asked again under
 * the same key with the same content it is the same request. Throws where a dependency fails; nothing is opened then.
 */
export async function scheduleWindow(
  services: OpeningServices,
  inForce: { policy: Policy; version: string },
  { verified, address, name }: ApiCaller,
  input: unknown,
  fallbackKey: string,
): Promise<Opening> {
  if (verified.person === undefined || address === undefined)
    return refused(
      refuse('not_yours', `Only a person of the directory may ask for a window, and '${name}' is nobody there.`),
    );
  const read = parseWindowAsk(input);
  const requestId = 'code' in read ? undefined : read.requestId;
  const id = requestIdentity(source, requestId ?? fallbackKey);
  // What was asked before is found again, though its time may have come by now.
  const entries = requestId === undefined ? [] : await services.log.read(id);
  if (!('code' in read) && fold(entries)) {
    const contentDigest = windowDigest(read, address);
    const again = { type: 'open' as const, commandId: `own:${requestId}`, contentDigest, verified, tasks: [] };
    const done = await runCommand(services, id, { ...again, opening: undefined }, entries);
    return done.kind === 'refused' ? refused(done.refusal) : { kind: 'recorded', request: done.request };
  }
  const { policy, version } = inForce;
  const now = services.clock().toISOString();
  const window = planWindow(policy, input, now);
  if ('code' in window) return refused(window);
  if ('code' in read) return refused(read);
  const claim = windowClaim(window, address);
  const planned = windowGate(policy, { window, claim, verified }, now);
  if ('code' in planned) return refused(planned);
  // The sweep finds it by this, should its stream record be lost.
  await services.waiting.noteOpening(id, now);
  const done = await openOwn(services, {
    ...{ source, requestId: requestId ?? fallbackKey, account: verified.account, verified, claim, ...planned },
    contentDigest: windowDigest(read, address),
    payload: { ...window },
    policyVersion: version,
  });
  if (done.kind === 'refused') return refused(done.refusal);
  return { kind: done.kind === 'appended' ? 'opened' : 'recorded', request: done.request };
}

function refused(refusal: ReturnType<typeof refuse>): Opening {
  return { kind: 'refused', refusal };
}
