import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { limits } from '../../core/limits.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { publishingServices } from '../adapters/services-of/publishing.ts';
import { breakGlass } from '../publishing/break-glass.ts';
import { revokeLinkKey, rotateLinkKey } from '../publishing/link-keys.ts';
import { takeEffect } from '../publishing/settle-change.ts';
import { submitPolicy } from '../publishing/submit-policy.ts';
import { iamPrincipal, jsonBody, jsonReply, refusalReply } from '../web/api-call.ts';
import { faultsBecome } from '../web/faults.ts';
import { environmentOf } from './environment.ts';

const env = environmentOf('publish-policy', process.env);
const services = publishingServices(env);
const enforcedSources = env.ENFORCED_SOURCES.split(',').filter(Boolean);

const Publish = z.object({
  text: z.string(),
  filename: z.optional(z.string()),
  authors: z.optional(z.array(z.string().check(z.maxLength(limits.address))).check(z.maxLength(limits.authors))),
});
const Keys = z.discriminatedUnion('action', [
  z.object({ action: z.literal('rotate') }),
  z.object({ action: z.literal('revoke'), epoch: z.int() }),
]);
const reason = z.string().check(z.trim(), z.minLength(1), z.maxLength(limits.reason));

/** What invokes this function besides the API: the bus's rule, the clock, and whoever has to break the glass. */
const Invoked = z.union([
  z.object({ 'detail-type': z.literal('Approval Decided'), detail: z.object({ id: z.string() }) }),
  z.object({ 'detail-type': z.literal('Scheduled Event') }),
  z.object({ breakGlass: z.object({ text: z.string(), reason }) }),
]);

/** The one function that may write the policy. Its role is the publish role. */
export async function handler(event: unknown, context: Context): Promise<unknown> {
  if (isCall(event)) return api(event, context);
  const invoked = Invoked.safeParse(event);
  if (!invoked.success) throw new Error('This is no event of the policy, and no { breakGlass: { text, reason } }.');
  const { data } = invoked;
  if ('breakGlass' in data)
    return breakGlass(services, { ...data.breakGlass, account: env.ACCOUNT_ID, enforcedSources });
  const became = await takeEffect(services, enforcedSources, 'detail' in data ? data.detail.id : undefined);
  if (Object.keys(became).length > 0) console.info({ message: 'changes of the policy', ...became });
  return became;
}

function isCall(event: unknown): event is APIGatewayProxyEventV2 {
  return z.object({ requestContext: z.unknown(), routeKey: z.string() }).safeParse(event).success;
}

/** `PUT /policy`, `GET /policy`, `POST /link-keys`. API Gateway has checked the signature and the permission. */
const api = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(faultsBecome(() => refusalReply(refuse('unavailable'))))
  .handler(async (event): Promise<APIGatewayProxyStructuredResultV2> => {
    const principal = iamPrincipal(event);
    if (!principal) return refusalReply(refuse('not_yours', 'This call is not signed.'));
    const sent = jsonBody(event);
    if ('refusal' in sent) return refusalReply(sent.refusal);
    const done = await answer(event.routeKey, sent.body, principal);
    if ('code' in done) return refusalReply(done);
    return jsonReply('status' in done && done.status === 'awaiting_approval' ? 202 : 200, done);
  });

async function answer(route: string, body: unknown, publisher: { arn: string; account: string }) {
  switch (route) {
    case 'GET /policy':
      return inForce();
    case 'PUT /policy': {
      const asked = Publish.safeParse(body);
      if (!asked.success) return refuse('invalid', "Send the policy file's text as JSON: { text, authors? }.", 'text');
      const { text, authors } = asked.data;
      return submitPolicy(services, { text, publisher, authors, enforcedSources });
    }
    default:
      return turnKeys(body);
  }
}

/** Which version is in force, since when, and who let it be. */
async function inForce(): Promise<{ version: string; publishedAt: string; publishedBy: string } | Refusal> {
  const pointer = await services.publisher.pointer();
  if (!pointer) return refuse('no_policy');
  const { version, publishedAt, publishedBy, request } = pointer;
  return { version, publishedAt, publishedBy, ...(request !== undefined && { request }) };
}

async function turnKeys(body: unknown) {
  const asked = Keys.safeParse(body);
  if (!asked.success) return refuse('invalid', "Say { action: 'rotate' } or { action: 'revoke', epoch }.", 'action');
  const now = services.clock();
  return asked.data.action === 'rotate'
    ? rotateLinkKey(services.publisher, now)
    : revokeLinkKey(asked.data.epoch, services.publisher, now);
}
