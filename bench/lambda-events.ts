import type { APIGatewayProxyEventV2, Context, DynamoDBStreamEvent } from 'aws-lambda';
import { reference } from './reference-request.ts';

/** What Lambda tells a function of its invocation. */
export const context: Context = {
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'bench',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
  memoryLimitInMB: '256',
  awsRequestId: 'bench',
  logGroupName: 'bench',
  logStreamName: 'bench',
  getRemainingTimeInMillis: () => 30_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};

/** The stream's record of one entry. */
export function streamed(id: string, seq: number): DynamoDBStreamEvent {
  const Keys = { id: { S: id }, seq: { N: String(seq) } };
  return { Records: [{ eventName: 'INSERT', dynamodb: { Keys, SequenceNumber: String(seq) } }] };
}

/** A browser's request for the page of a link; with a form, its answer. */
export function browsed(token: string, form?: Record<string, string>): APIGatewayProxyEventV2 {
  const method = form ? 'POST' : 'GET';
  const path = `/r/${token}`;
  const type = form && { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
  return {
    version: '2.0',
    routeKey: `${method} /r/{token}`,
    rawPath: path,
    rawQueryString: '',
    headers: { 'user-agent': reference.userAgent, ...type },
    requestContext: {
      accountId: reference.account,
      apiId: 'bench',
      domainName: 'bench',
      domainPrefix: 'bench',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: reference.ip, userAgent: reference.userAgent },
      requestId: 'bench',
      routeKey: `${method} /r/{token}`,
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    pathParameters: { token },
    ...(form && { body: new URLSearchParams(form).toString() }),
    isBase64Encoded: false,
  };
}
