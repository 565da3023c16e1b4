import { answerOf, carriesPayload } from '../../core/answer.ts';
import { bypassedEvent, type OutgoingEvent, requestedEvent, settledEvent } from '../../core/events.ts';
import type { DueEvent } from '../../core/reactions.ts';
import type { Request } from '../../core/request.ts';
import type { PayloadReader, Services } from '../services.ts';
import { payloadOf } from './material.ts';

export async function emitEvents(
  services: Pick<Services, 'bus' | 'metrics'> & { payloads: PayloadReader },
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
  services: { payloads: PayloadReader },
  request: Request,
  event: DueEvent,
): Promise<OutgoingEvent | undefined> {
  if (event.type === 'requested') return requestedEvent(request);
  if (request.status !== 'settled') return undefined;
  if (event.type === 'bypassed') return bypassedEvent(request);
  const payload = carriesPayload(request) ? await payloadOf(services, request.round) : undefined;
  return settledEvent(request, answerOf(request, payload));
}
