import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { AwsClient } from 'aws4fetch';
import { cloudState, ROOT } from './aws.ts';

/** One line that a function of the stack has logged. */
export interface LogLine {
  group: string;
  message: string;
}

/** Everything that was logged so far, in every log group. */
export async function everyLogLine(): Promise<LogLine[]> {
  const { logGroups } = (await logs('DescribeLogGroups', {})) as { logGroups: { logGroupName: string }[] };
  const lines: LogLine[] = [];
  for (const { logGroupName: group } of logGroups) lines.push(...(await linesOf(group)));
  return lines;
}

async function linesOf(group: string): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for (let nextToken: string | undefined; ; ) {
    const page = (await logs('FilterLogEvents', { logGroupName: group, nextToken })) as {
      events: { message: string }[];
      nextToken?: string;
    };
    lines.push(...page.events.map(({ message }) => ({ group, message })));
    nextToken = page.nextToken;
    if (nextToken === undefined) return lines;
  }
}

/** One call of the CloudWatch Logs API: its SDK client is no dependency of ours. */
async function logs(operation: string, body: object): Promise<unknown> {
  const { endpoint, region, caFile } = cloudState();
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Logs_20140328.${operation}` };
  const signed = await new AwsClient({ ...ROOT, region, service: 'logs' }).sign(endpoint, {
    method: 'POST',
    headers,
    body: text,
  });
  return await new Promise((resolve, reject) => {
    const agent = new Agent({ ca: readFileSync(caFile) });
    const call = request(
      endpoint,
      { agent, method: 'POST', headers: Object.fromEntries(signed.headers) },
      (response) => {
        let answer = '';
        response.on('data', (chunk) => {
          answer += chunk;
        });
        response.on('end', () =>
          response.statusCode === 200 ? resolve(JSON.parse(answer)) : reject(new Error(answer)),
        );
      },
    );
    call.once('error', reject);
    call.end(text);
  });
}
