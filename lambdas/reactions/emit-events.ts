import { answerOf, carriesPayload } from '../../core/answer.ts';
import { bypassedEvent, type OutgoingEvent, requestedEvent, settledEvent } from '../../core/events.ts';
import { type ExpectedWait, expectedWait, kindOf } from '../../core/expected-wait.ts';
import type { DueEvent } from '../../core/reactions.ts';
import type { Request } from '../../core/request.ts';
import { payloadOf } from '../commands/stored-payload.ts';
import type { PayloadReader, Services } from '../services.ts';

type EmittingServices = Pick<Services, 'bus' | 'metrics' | 'standing'> & { payloads: PayloadReader };

export async function emitEvents(
  services: EmittingServices,
  request: Request,
  due: readonly DueEvent[],
): Promise<void> {
  for (const event of due) {
    const outgoing = await eventFor(services, request, event);
    if (!outgoing) continue;
    await services.bus.emit(outgoing);
    if (event.type === 'bypassed')
      services.metrics.count('BypassUsed', { kind: request.round.gate.bypass?.kind ?? 'unknown' });
  }
}

async function eventFor(
  services: EmittingServices,
  request: Request,
  event: DueEvent,
): Promise<OutgoingEvent | undefined> {
  if (event.type === 'requested') return requestedEvent(request, await waitFor(services, request));
  if (request.status !== 'settled') return undefined;
  if (event.type === 'bypassed') return bypassedEvent(request);
  const payload = carriesPayload(request) ? await payloadOf(services, request.round) : undefined;
  return settledEvent(request, answerOf(request, payload));
}

/** How long it may take; undefined where nobody is asked, or too little is known. */
async function waitFor({ standing }: Pick<Services, 'standing'>, request: Request): Promise<ExpectedWait | undefined> {
  if (request.status !== 'pending') return undefined;
  const kind = kindOf(request);
  const { waits } = await standing.read({ people: [], histories: [kind] });
  return expectedWait(waits[kind] ?? []);
}
