import { requestIdentity } from '../../core/canonical.ts';
import { refusedEvent } from '../../core/events.ts';
import { parseCancel } from '../../core/intake/cancel-approval.ts';
import { parseEnvelope } from '../../core/intake/envelope.ts';
import { sourceOf } from '../../core/policy/sources.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Services } from '../services.ts';
import { runCommand } from './run-command.ts';

/** Takes back a request of the source that says so; a refusal is told on the bus. */
export async function cancelByEvent(
  services: Pick<Services, 'log' | 'clock' | 'bus' | 'metrics'>,
  event: unknown,
): Promise<void> {
  const envelope = parseEnvelope(event);
  if ('code' in envelope) return;
  const { id: eventId, account } = envelope;
  const source = sourceOf({ via: 'event', eventSource: envelope.source, account });
  const refused = async (refusal: Refusal, requestId?: string): Promise<void> => {
    services.metrics.count('RequestRefused', { code: refusal.code });
    const { code, errors } = refusal;
    const told = { source, code, errors, ...(requestId !== undefined && { requestId }) };
    await services.bus.emit(refusedEvent(told, services.clock().toISOString()));
  };
  const asked = parseCancel(envelope.detail);
  if ('code' in asked) return refused(asked);
  const done = await runCommand(services, requestIdentity(source, asked.requestId), {
    type: 'cancel',
    commandId: `event:${eventId}`,
    by: source,
    source,
    verified: { via: 'event', account, eventId },
    named: false,
    reason: asked.reason,
  });
  if (done.kind === 'refused') await refused(done.refusal, asked.requestId);
}
