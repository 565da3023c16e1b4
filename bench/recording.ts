/** One outside call, as it was seen from the process that made it. Times in milliseconds of one clock. */
export interface Call {
  service: string;
  operation: string;
  input: Record<string, unknown>;
  output: Record<string, unknown> | undefined;
  /** The error's name, where it failed. */
  failed: string | undefined;
  attempts: number;
  start: number;
  end: number;
}

const calls: Call[] = [];

/** The calls made since the last time this was asked. */
export function takeCalls(): Call[] {
  return calls.splice(0);
}

/** Middleware of an SDK client that records every call; for DynamoDB, asks what each one consumed and left behind too. */
export function recorded<I extends object, O extends object>(service: string) {
  return (next: (args: { input: I }) => Promise<{ response: unknown; output: O }>, context: { commandName?: string }) =>
    async (args: { input: I }): Promise<{ response: unknown; output: O }> => {
      const operation = (context.commandName ?? '').replace(/Command$/, '');
      const input: I = service === 'dynamodb' ? { ...args.input, ...asking(operation) } : args.input;
      const start = performance.now();
      const note = (output: object | undefined, failed?: string, attempts = 1) =>
        calls.push({
          service,
          operation,
          input: Object.fromEntries(Object.entries(input)),
          output: output && { ...output },
          failed,
          attempts,
          start,
          end: performance.now(),
        });
      try {
        const answer = await next({ ...args, input });
        note(answer.output, undefined, attemptsOf(answer.output));
        return answer;
      } catch (error) {
        note(undefined, error instanceof Error ? error.name : String(error), attemptsOf(error));
        throw error;
      }
    };
}

/** Our adapters look at neither the capacity nor what an update left. */
function asking(operation: string): Record<string, string> {
  return { ReturnConsumedCapacity: 'INDEXES', ...(operation === 'UpdateItem' && { ReturnValues: 'ALL_NEW' }) };
}

function attemptsOf(from: unknown): number {
  if (typeof from !== 'object' || from === null || !('$metadata' in from)) return 1;
  const metadata = from.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('attempts' in metadata)) return 1;
  return typeof metadata.attempts === 'number' ? metadata.attempts : 1;
}

/** Records calls made with a signed `fetch` too. Returns what takes it away again. */
export function recordFetch(): () => void {
  const through = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    // A Request's body can be read once: it must not be copied from.
    const request = input instanceof Request ? input : new Request(input, init);
    const target = request.headers.get('x-amz-target');
    const operation = target?.split('.').at(-1) ?? (request.method === 'GET' ? 'GetObject' : request.method);
    const service = target?.startsWith('DynamoDB') ? 'dynamodb' : target?.startsWith('Trent') ? 'kms' : 's3';
    // What it consumed is left to our own arithmetic: asking DynamoDB would change what was signed.
    const asked = service === 'dynamodb' ? await request.clone().json() : {};
    const start = performance.now();
    const answer = await through(request);
    const end = performance.now();
    const output = service === 'dynamodb' && answer.ok ? await answer.clone().json() : {};
    const failed = answer.ok ? undefined : `HTTP ${answer.status}`;
    calls.push({ service, operation, input: asked, output, failed, attempts: 1, start, end });
    return answer;
  };
  return () => {
    globalThis.fetch = through;
  };
}

/** Round trips: calls that overlap in time are one. */
export function roundTrips(made: readonly Pick<Call, 'start' | 'end'>[]): number {
  let trips = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { start, end } of [...made].sort((a, b) => a.start - b.start)) {
    if (start >= until) trips += 1;
    until = Math.max(until, end);
  }
  return trips;
}
