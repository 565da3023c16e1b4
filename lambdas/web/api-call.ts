import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { type Refusal, refuse } from '../../core/refusal.ts';

const Signed = z.object({
  authorizer: z.object({ iam: z.object({ userArn: z.string(), accountId: z.string() }) }),
});

/** Who signed a call, as API Gateway says after checking it; undefined where nobody did. */
export function iamPrincipal(event: APIGatewayProxyEventV2): { arn: string; account: string } | undefined {
  const signed = Signed.safeParse(event.requestContext);
  if (!signed.success) return undefined;
  const { userArn, accountId } = signed.data.authorizer.iam;
  return { arn: userArn, account: accountId };
}

/** A call's JSON body, undefined where there is none; or the refusal of one that is not JSON. */
export function jsonBody(event: {
  body?: string | undefined;
  isBase64Encoded: boolean;
}): { body: unknown } | { refusal: Refusal } {
  if (!event.body) return { body: undefined };
  try {
    return {
      body: JSON.parse(event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString('utf8') : event.body),
    };
  } catch {
    // The parser's own words quote the body, which may hold a task token.
    return {
      refusal: refuse('invalid', 'The body is not JSON: send one JSON object, keys and text in double quotes.'),
    };
  }
}

export function jsonReply(status: number, body: object): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
    body: JSON.stringify(body),
  };
}
