import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { refuse } from '../../core/refusal.ts';
import { publishingServices } from '../adapters/services-of/publishing.ts';
import { revokeLinkKey, rotateLinkKey } from '../publishing/link-keys.ts';
import { publishPolicy } from '../publishing/publish-policy.ts';
import { iamPrincipal, jsonBody, jsonReply } from '../web/api-call.ts';
import { faultsBecome } from '../web/faults.ts';
import { environmentOf } from './environment.ts';

const env = environmentOf('publish-policy', process.env);
const services = publishingServices(env);
const enforcedSources = env.ENFORCED_SOURCES.split(',').filter(Boolean);

const Publish = z.object({ text: z.string(), filename: z.optional(z.string()) });
const Keys = z.discriminatedUnion('action', [
  z.object({ action: z.literal('rotate') }),
  z.object({ action: z.literal('revoke'), epoch: z.int() }),
]);

/** The one function that may write the policy: `PUT /policy`, `POST /link-keys`. Its role is the publish role. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(faultsBecome(() => jsonReply(503, refuse('unavailable'))))
  .handler(async (event): Promise<APIGatewayProxyStructuredResultV2> => {
    const principal = iamPrincipal(event);
    if (!principal) return jsonReply(403, refuse('not_yours', 'This call is not signed.'));
    const sent = jsonBody(event);
    if ('refusal' in sent) return jsonReply(sent.refusal.status, sent.refusal);
    const done = event.routeKey === 'PUT /policy' ? await publish(sent.body, principal.arn) : await turnKeys(sent.body);
    return 'code' in done ? jsonReply(done.status, done) : jsonReply(200, done);
  });

async function publish(body: unknown, publishedBy: string) {
  const asked = Publish.safeParse(body);
  if (!asked.success) return refuse('invalid', "Send the policy file's text as JSON: { text }.", 'text');
  const { text } = asked.data;
  return publishPolicy({ text, publishedBy, enforcedSources, now: services.clock() }, services.publisher);
}

async function turnKeys(body: unknown) {
  const asked = Keys.safeParse(body);
  if (!asked.success) return refuse('invalid', "Say { action: 'rotate' } or { action: 'revoke', epoch }.", 'action');
  const now = services.clock();
  return asked.data.action === 'rotate'
    ? rotateLinkKey(services.publisher, now)
    : revokeLinkKey(asked.data.epoch, services.publisher, now);
}
