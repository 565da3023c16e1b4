import { randomUUID } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { clientConfig, output } from '../aws.ts';
import { idOf } from './log.ts';
import { aRole, assume } from './principals.ts';
import { once } from './until.ts';

/** What a service asks for; what a test does not say is ordinary. */
export function anAsk(of: Record<string, unknown> = {}) {
  return {
    requestId: `service-${randomUUID()}`,
    title: 'Deploy shop v2.1.0',
    requestedBy: 'alice@example.com',
    environment: 'staging',
    risk: 'low',
    payload: { version: '2.1.0', replicas: 4 } as unknown,
    ...of,
  };
}

/** A service's own role: it may put events on our bus, and nothing else. */
export const service = once(async () => {
  const { region } = clientConfig();
  const bus = `arn:aws:events:${region}:000000000000:event-bus/${output('EventBusName')}`;
  const role = 'test-service';
  await aRole(role, [{ Action: 'events:PutEvents', Resource: bus }]);
  return await assume(role, 'deployer');
});

/** Puts one event on the bus as a service does, under its own role; returns the event's id. */
export async function emit(detailType: string, detail: unknown, source = 'demo.shop'): Promise<string> {
  const events = new EventBridgeClient(clientConfig(await service()));
  const event = { EventBusName: output('EventBusName'), Source: source, DetailType: detailType };
  const { Entries, FailedEntryCount } = await events.send(
    new PutEventsCommand({ Entries: [{ ...event, Detail: JSON.stringify(detail) }] }),
  );
  events.destroy();
  if (FailedEntryCount) throw new Error(`The bus did not take the event: ${JSON.stringify(Entries)}`);
  return Entries?.[0]?.EventId ?? '';
}

/** Asks by event; returns what was asked and the `id` of its request. */
export async function askByEvent(of: Record<string, unknown> = {}, source = 'demo.shop') {
  const ask = anAsk(of);
  const eventId = await emit('Request Approval', ask, source);
  return { ...ask, eventId, id: idOf(ask.requestId, `events:${source}@000000000000`) };
}
