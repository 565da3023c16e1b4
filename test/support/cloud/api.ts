import { apiIdOf } from '../../../local/pass-through.ts';
import { cloudState, output } from '../aws.ts';
import { localFetch } from './local-fetch.ts';
import { type Credentials, signedCall } from './signed-call.ts';

export interface ApiReply {
  status: number;
  /** Whatever the API says; `id` where it tells of a request, `code` where it refuses. */
  body: { id: string; code?: string; version: string; [field: string]: unknown };
}

/** One call of the API, signed by these credentials (`unsigned`: by none). */
export async function callApi(
  method: string,
  path: string,
  { as, body }: { as: Credentials | 'unsigned'; body?: unknown },
): Promise<ApiReply> {
  const onGateway = `/_aws/execute-api/${apiIdOf(output('ApiUrl'))}/$default${path}`;
  const headers = { 'content-type': 'application/json' };
  const content = body !== undefined && { body: JSON.stringify(body) };
  const reply =
    as === 'unsigned'
      ? await localFetch(cloudState().endpoint + onGateway, { method, headers, ...content })
      : await signedCall({ service: 'execute-api', method, path: onGateway, headers, ...content, credentials: as });
  return { status: reply.status, body: JSON.parse(reply.body || '{}') };
}
