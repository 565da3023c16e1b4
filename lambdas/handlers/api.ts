import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { refuse } from '../../core/refusal.ts';
import { apiServices } from '../adapters/services-of/api.ts';
import { iamPrincipal, jsonBody, jsonReply, refusalReply } from '../web/api-call.ts';
import { faultsBecome } from '../web/faults.ts';
import { answerCall } from './api-routes.ts';
import { environmentOf } from './environment.ts';

const services = apiServices(environmentOf('api', process.env));

/** The API on requests. API Gateway has checked the signature and the permission to call this route. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(faultsBecome(() => refusalReply(refuse('unavailable'))))
  .handler(async (event): Promise<APIGatewayProxyStructuredResultV2> => {
    const principal = iamPrincipal(event);
    if (!principal) return refusalReply(refuse('not_yours', 'This call is not signed.'));
    const sent = jsonBody(event);
    if ('refusal' in sent) return refusalReply(sent.refusal);
    const { status, body } = await answerCall(services, {
      route: event.routeKey,
      principal,
      id: event.pathParameters?.id,
      query: event.queryStringParameters ?? {},
      body: sent.body,
    });
    return jsonReply(status, body);
  });
