import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { limits } from '../../core/limits.ts';
import { reviewServices } from '../adapters/services-of/review.ts';
import { logFault } from '../web/faults.ts';
import { formBody, sentByOurPage } from '../web/form-body.ts';
import { headersOf, type Page, refusedPage } from '../web/pages.ts';
import { readEnvironment } from './environment/read.ts';
import { reviewEnvironment } from './environment/review.ts';
import { answerReview, showReview } from './review-routes.ts';

const env = readEnvironment('review', reviewEnvironment, process.env);
const services = reviewServices(env);
const ownOrigin = new URL(env.REVIEW_BASE_URL).origin;

/** The pages behind a mailed link: GET and HEAD read, POST decides. */
export async function handler(
  event: APIGatewayProxyEventV2,
  context: Pick<Context, 'awsRequestId'>,
): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    return await pageFor(event);
  } catch (error) {
    logFault(event, context, error);
    return answered(refusedPage({ code: 'unavailable' }));
  }
}

async function pageFor(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const token = event.pathParameters?.token ?? '';
  const { method } = event.requestContext.http;
  if (method === 'GET') return answered(await showReview(services, token));
  if (method === 'HEAD') return { ...answered(await showReview(services, token)), body: '' };
  if (method !== 'POST') return { ...answered(refusedPage({ code: 'not_found' })), statusCode: 405 };
  const sent = {
    body: formBody(event),
    ours: sentByOurPage(event.headers, ownOrigin),
    reached: {
      ip: event.requestContext.http.sourceIp,
      userAgent: (event.headers['user-agent'] ?? '').slice(0, limits.userAgent),
    },
  };
  return answered(await answerReview(services, token, sent));
}

function answered(page: Page): APIGatewayProxyStructuredResultV2 {
  return { statusCode: page.status, headers: headersOf(page), body: page.html };
}
