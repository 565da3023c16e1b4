import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Bus } from '../services.ts';

/** Our source on the bus: nobody else may use it. */
const SOURCE = 'countersign';

/** Emits on our bus. Throws where EventBridge does not take the event, which it says in an answer that looks well. */
export function eventBus(client: EventBridgeClient, bus: string): Bus {
  return {
    async emit({ detailType, detail, at }) {
      const put = await client.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: bus,
              Source: SOURCE,
              DetailType: detailType,
              Detail: JSON.stringify(detail),
              Time: new Date(at),
            },
          ],
        }),
      );
      if (put.FailedEntryCount === 0) return;
      const code = put.Entries?.[0]?.ErrorCode ?? 'no reason given';
      throw new Error(`EventBridge did not take the event '${detailType}' (${code}).`);
    },
  };
}
