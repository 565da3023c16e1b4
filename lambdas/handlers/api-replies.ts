import { carriesPayload } from '../../core/answer.ts';
import type { Request } from '../../core/request.ts';
import { requestAsJson } from '../../core/request-as-json.ts';
import { payloadOf } from '../commands/stored-payload.ts';
import type { PayloadReader } from '../services.ts';

/** What a call is answered. */
export interface Told {
  status: number;
  body: Record<string, unknown>;
}

/** Where a request stands, with its payload where the answer carries it. */
export async function told(services: { payloads: PayloadReader }, request: Request): Promise<Record<string, unknown>> {
  const carries = request.status === 'settled' && carriesPayload(request);
  return requestAsJson(request, carries ? await payloadOf(services, request.round) : undefined);
}

export function isId(id: string | undefined): id is string {
  return id !== undefined && /^[a-z2-7]{32}$/.test(id);
}
