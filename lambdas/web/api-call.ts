import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';

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

/** A call's JSON body; undefined where there is none or it is not JSON. */
export function jsonBody(event: { body?: string | undefined; isBase64Encoded: boolean }): unknown {
  if (event.body === undefined) return undefined;
  try {
    return JSON.parse(event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString('utf8') : event.body);
  } catch {
    return undefined;
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
