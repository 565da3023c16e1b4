import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** An unexpected error, logged once, with AWS's request id: nothing was decided. Headers and path never reach the log. */
export function logFault(event: { routeKey: string }, context: { awsRequestId: string }, error: unknown): void {
  console.error({
    message: 'a call failed; nothing was decided',
    route: event.routeKey,
    requestId: context.awsRequestId,
    fault: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  });
}

/**
 * An unexpected error is logged once, with AWS's request id, and answered with what `answer` makes of it: nothing was
 * decided, so trying again is safe. Headers and path never reach the log: the path holds the link.
 */
export function faultsBecome(
  answer: () => APIGatewayProxyStructuredResultV2,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error> {
  return {
    onError: (request) => {
      logFault(request.event, request.context, request.error);
      request.response = answer();
      return request.response;
    },
  };
}
