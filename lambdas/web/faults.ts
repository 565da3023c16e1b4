import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/**
 * An unexpected error is logged once, with AWS's request id, and answered with what `answer` makes of it: nothing was
 * decided, so trying again is safe. Headers and path never reach the log: the path holds the link.
 */
export function faultsBecome(
  answer: () => APIGatewayProxyStructuredResultV2,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error> {
  return {
    onError: (request) => {
      console.error({
        message: 'a call failed; nothing was decided',
        route: request.event.routeKey,
        requestId: request.context.awsRequestId,
        fault: `${request.error?.name}: ${request.error?.message}`,
      });
      request.response = answer();
      return request.response;
    },
  };
}
