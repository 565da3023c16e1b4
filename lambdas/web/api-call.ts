import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { duplicateKey, keyTwice } from '../../core/intake/duplicate-keys.ts';
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

/** A call's JSON body, undefined where there is none; or the refusal of one that is not JSON, or not the same to every parser. */
export function jsonBody(event: {
  body?: string | undefined;
  isBase64Encoded: boolean;
}): { body: unknown } | { refusal: Refusal } {
  if (!event.body) return { body: undefined };
  const text = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString('utf8') : event.body;
  try {
    const body: unknown = JSON.parse(text);
    const twice = duplicateKey(text)?.join('.');
    if (twice === undefined) return { body };
    return { refusal: refuse('invalid', `'${twice}' ${keyTwice}.`, [{ path: twice, message: keyTwice }]) };
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

/** A refusal as every route answers it: `{ code, message, errors }`. The status is the reply's own. */
export function refused({ status, code, message, errors }: Refusal) {
  return { status, body: { code, message, errors } };
}

export function refusalReply(refusal: Refusal): APIGatewayProxyStructuredResultV2 {
  const { status, body } = refused(refusal);
  return jsonReply(status, body);
}
