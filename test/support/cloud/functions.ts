import { type Credentials, signedCall } from './signed-call.ts';

interface Listed {
  Functions: { FunctionName: string }[];
  NextMarker?: string | null;
}

/** The name of one of the stack's functions, by its construct's id: `React`, `Sweep`, `ExecutionEnded`, ... */
export async function functionNamed(id: string): Promise<string> {
  if (id === 'Deadline') return 'countersign-deadline';
  const { body } = await signedCall({ service: 'lambda', method: 'GET', path: '/2015-03-31/functions/?MaxItems=100' });
  const names = (JSON.parse(body) as Listed).Functions.map(({ FunctionName }) => FunctionName);
  const found = names.find((name) => new RegExp(`^countersign-Functions${id}[0-9A-F]{8}`).test(name));
  if (!found) throw new Error(`The stack has no function ${id}; there are ${names.join(', ')}`);
  return found;
}

/** A function's configuration as it is deployed, environment included: JSON. */
export async function configurationOf(id: string): Promise<string> {
  const path = `/2015-03-31/functions/${await functionNamed(id)}/configuration`;
  return (await signedCall({ service: 'lambda', method: 'GET', path })).body;
}

/** Invokes a function and waits for its answer; by the root, unless credentials are given. `failed`: it threw. */
export async function invoke(
  id: string,
  event: unknown,
  credentials?: Credentials,
): Promise<{ status: number; failed: boolean; answer: string }> {
  const { status, headers, body } = await signedCall({
    service: 'lambda',
    path: `/2015-03-31/functions/${await functionNamed(id)}/invocations`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
    ...(credentials && { credentials }),
  });
  return { status, failed: headers['x-amz-function-error'] !== undefined, answer: body };
}
