import { AwsV4Signer } from 'aws4fetch';
import { type Call, here, type Run } from './boundaries.ts';

/** Where a command of an SDK client stands on its way. */
interface Passing {
  clientName?: string;
  commandName?: string;
  loseReply?: boolean;
}

/** What we use of any SDK client: its middleware stack. */
export interface Watched {
  middlewareStack: { add(middleware: unknown, options: object): void };
}

type Next = (args: { input: Record<string, unknown>; request?: unknown }) => Promise<{ output: unknown }>;

/** Every command this client sends from inside a run goes over that run's boundaries. */
export function watch(client: Watched): void {
  client.middlewareStack.add(
    (next: Next, context: Passing) => async (args: { input: Record<string, unknown> }) => {
      const run = here()?.run;
      if (!run) return next(args);
      const call = callOf(context, args.input);
      return run.take(call, async (lose) => {
        context.loseReply = lose;
        return run.restore(await next({ ...args, input: run.rewrite(args.input) }));
      });
    },
    { step: 'initialize', name: 'boundaries', priority: 'high' },
  );
  // Inside the SDK's own retries: the reply is lost on the wire, and the SDK asks again.
  client.middlewareStack.add(
    (next: Next, context: Passing) => async (args: { input: Record<string, unknown> }) => {
      const reply = await next(args);
      if (!context.loseReply) return reply;
      context.loseReply = false;
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    },
    { step: 'finalizeRequest', name: 'lost-reply', priority: 'low' },
  );
}

/** Calls that go out by `fetch`, KMS, S3 and DynamoDB from the function that takes the vote, go over the same boundaries. */
export function watchFetch(): () => void {
  const real = globalThis.fetch;
  globalThis.fetch = async (...args: Parameters<typeof fetch>) => {
    const run = here()?.run;
    if (!run) return real(...args);
    const request = new Request(...args);
    const call = await fetchedCall(request);
    return run.take(call, async (lose) => {
      const response = await performed(run, real, request, call);
      if (lose) throw new TypeError('fetch failed');
      return response;
    });
  };
  return () => {
    globalThis.fetch = real;
  };
}

async function fetchedCall(request: Request): Promise<Call> {
  const target = request.headers.get('x-amz-target');
  const operation = target?.split('.').at(-1) ?? 'GetObject';
  const { pathname } = new URL(request.url);
  if (!target) return { service: 's3', operation, about: pathname.split('/')[2] ?? '', input: { pathname } };
  if (target.startsWith('Trent')) return { service: 'kms', operation, about: '', input: {} };
  const input = await request.clone().json();
  return { service: 'dynamodb', operation, about: aboutOf(input), input };
}

/** DynamoDB is asked for this run's tables, which makes the body another one: it is signed again. */
async function performed(run: Run, real: typeof fetch, request: Request, { service, input }: Call): Promise<Response> {
  if (service !== 'dynamodb') return real(request);
  const headers = ['content-type', 'x-amz-target'].map((name) => [name, request.headers.get(name) ?? '']);
  const again = new AwsV4Signer({
    ...{ url: request.url, service, region: 'us-east-1', method: 'POST', body: JSON.stringify(run.rewrite(input)) },
    headers: Object.fromEntries(headers),
    accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? '',
    ...(process.env.AWS_SESSION_TOKEN ? { sessionToken: process.env.AWS_SESSION_TOKEN } : {}),
  });
  const { url, ...signed } = await again.sign();
  const response = await real(url, signed);
  const { output } = run.restore({ output: await response.json() });
  return new Response(JSON.stringify(output), { status: response.status });
}

function callOf({ clientName = '', commandName = '' }: Passing, input: Record<string, unknown>): Call {
  const service = clientName.replace(/Client$/, '').toLowerCase();
  return { service, operation: commandName.replace(/Command$/, ''), about: aboutOf(input), input };
}

/** What tells a call from others like it that run beside it: the same in every run of a scenario. */
function aboutOf(input: Record<string, unknown>): string {
  const { TableName, Key, Item, RequestItems, Destination, IndexName, DetailType, ExpressionAttributeValues } =
    input as {
      TableName?: string;
      Key?: Record<string, { S?: string }>;
      Item?: Record<string, { S?: string }>;
      RequestItems?: object;
      Destination?: { ToAddresses?: string[] };
      IndexName?: string;
      DetailType?: string;
      ExpressionAttributeValues?: Record<string, { S?: string }>;
    };
  const table = TableName ?? Object.keys(RequestItems ?? {})[0];
  const shard = IndexName === 'open' ? ExpressionAttributeValues?.[':open']?.S : undefined;
  const parts = [table, IndexName, shard, (Item ?? Key)?.item?.S, Destination?.ToAddresses?.join(), DetailType];
  // Requests have other ids in each run, and digests other times.
  return parts
    .filter(Boolean)
    .join(' ')
    .replaceAll(/[a-z2-7]{32}\/?|\d{4}-\d\d-\d\dT[\d:.]+Z/g, '');
}
