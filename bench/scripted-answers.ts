import { Readable } from 'node:stream';
import type { SFNClient } from '@aws-sdk/client-sfn';

/**
 * Answers SendTaskSuccess and SendTaskFailure as AWS does when a task takes its answer. The local cloud's own tokens have
 * 36 characters and name its own executions; a token of AWS's longest belongs to nobody there.
 */
export function answerTasksHere(client: SFNClient): void {
  const { requestHandler } = client.config;
  const through = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, options) => {
    const target = request.headers['x-amz-target'] ?? '';
    if (!target.includes('SendTask')) return await through(request, options);
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    return { response: { statusCode: 200, headers, body: Readable.from(['{}']) } };
  };
}
