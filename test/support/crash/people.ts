import type { Waiting } from './executions.ts';
import { machines } from './place.ts';
import type { Came, Reply, World } from './world.ts';

/** What people and programs do in a run. Each insists, as they would: the same key, the same page, a new token. */
export const bob = 'bob@example.com';
export const carol = 'carol@example.com';

const asked = (world: World) => ({
  requestId: world.run.name,
  title: world.title,
  requestedBy: 'alice@example.com',
  environment: 'production',
  risk: 'low',
  payload: { version: '2.1.0', replicas: 4 },
});

/** The approval machine calls its function; where that fails, Step Functions retries with a new token. */
export async function openByMachine(world: World, more: object = {}): Promise<void> {
  const waiting = await world.execution();
  await openFor(world, waiting, machines.approval, { ...asked(world), ...more });
}

/** One try of it. */
export function openOnce(world: World, waiting: Waiting): Promise<Came> {
  return world.invoke('open-request', {
    ...handed(waiting, machines.approval, asked(world)),
    taskToken: waiting.token,
  });
}

/** The machine's last word on an opening that failed for good: it throws, and that ends the execution. */
export async function giveUpOpening(world: World, caller: Waiting): Promise<void> {
  const input = { ...asked(world), taskToken: caller.token, AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: caller.arn };
  const own = { arn: `${caller.arn}-nested`, token: '' };
  const event = { ...handed(own, machines.approval, input), crashed: { error: 'OpeningFault', cause: '' } };
  for (let tries = 0; tries < 4; tries++) {
    const came = await world.invoke('open-request', event);
    if (came.failed?.startsWith('Approval.Refused')) return;
  }
  throw new Error('the opening was never refused');
}

/** The bus's rule starts its copy of the machine, for a caller who waits on a token of its own. */
export async function openByEvent(world: World, more: object = {}): Promise<void> {
  const [own, caller] = [await world.execution(), await world.execution()];
  await openFor(world, own, machines.events, {
    id: `event-${world.run.name}`,
    source: 'demo.shop',
    account: '000000000000',
    'detail-type': 'Request Approval',
    resources: [caller.arn.replace(':execution:', ':stateMachine:').replace(/:[^:]+$/, ''), caller.arn],
    detail: { ...asked(world), ...more, taskToken: caller.token },
  });
}

async function openFor(
  world: World,
  waiting: Awaited<ReturnType<World['execution']>>,
  machine: string,
  input: unknown,
): Promise<void> {
  for (let tries = 0; tries < 4; tries++) {
    const came = await world.invoke('open-request', { ...handed(waiting, machine, input), taskToken: waiting.token });
    // A task that was answered is over, however its function ended after that.
    if (came.failed === undefined || world.answers.has(waiting.token)) return;
    await waiting.again();
  }
  throw new Error('the opening never succeeded');
}

function handed(waiting: Waiting, machine: string, input: unknown): object {
  return { execution: waiting.arn, machine, startedAt: new Date().toISOString(), input, redriveCount: 0 };
}

/** A call of the API, signed; a client repeats it until it is answered. */
export async function callApi(
  world: World,
  route: string,
  body: unknown,
  id?: string,
): Promise<{ status: number; id: string }> {
  const principal = 'arn:aws:sts::000000000000:assumed-role/deployer/machine';
  const reply = (await world.insist('api', apiEvent(route, body, principal, id), isAnswered)) as Reply;
  return { status: reply.statusCode, id: (JSON.parse(reply.body) as { id: string }).id };
}

export async function openByApi(world: World): Promise<string> {
  return (await callApi(world, 'POST /requests', asked(world))).id;
}

export function apiEvent(route: string, body: unknown, userArn: string, id?: string): unknown {
  return {
    routeKey: route,
    headers: {},
    body: JSON.stringify(body),
    isBase64Encoded: false,
    pathParameters: { id },
    requestContext: { authorizer: { iam: { userArn, accountId: '000000000000' } } },
  };
}

export function isAnswered(reply: unknown): boolean {
  return (reply as Reply).statusCode < 500;
}

/** The link in the latest mail that asks this person. */
export function linkTo(world: World, to: string): string {
  const links = world.mails
    .filter((mail) => mail.to === to)
    .map((mail) => /\/r\/([A-Za-z0-9_-]{88})/.exec(mail.text)?.[1]);
  const link = links.filter((found) => found !== undefined).at(-1);
  if (!link) throw new Error(`nobody asked ${to}`);
  return link;
}

/** Somebody opens their link and answers; whatever fails they try again, from the page they have. */
export async function answer(
  world: World,
  to: string,
  how: 'approve' | 'reject',
  link = linkTo(world, to),
): Promise<Reply> {
  const page = (await world.insist('review', pageEvent(link, 'GET'), isAnswered)) as Reply;
  const ticked = [...page.body.matchAll(/name="(criterion-\d+)"/g)].map(([, name = '']) => [name, 'yes']);
  return post(world, link, page, { answer: how, ...(how === 'approve' && Object.fromEntries(ticked)) });
}

/** The button on a dead link's page: "Send me the current link". */
export async function askForLink(world: World, link: string): Promise<Reply> {
  const page = (await world.insist('review', pageEvent(link, 'GET'), isAnswered)) as Reply;
  return post(world, link, page, { answer: 'send_link' });
}

async function post(world: World, link: string, page: Reply, fields: Record<string, string>): Promise<Reply> {
  const nonce = /name="nonce" value="([^"]+)"/.exec(page.body)?.[1];
  if (!nonce) throw new Error(`a page without a form: ${page.statusCode} ${page.body.slice(0, 2000)}`);
  const body = new URLSearchParams({ nonce, ...fields }).toString();
  return (await world.insist('review', pageEvent(link, 'POST', body), isAnswered)) as Reply;
}

function pageEvent(token: string, method: 'GET' | 'POST', body?: string): unknown {
  return {
    routeKey: `${method} /r/{token}`,
    rawPath: `/r/${token}`,
    pathParameters: { token },
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      'user-agent': 'a phone',
    },
    requestContext: { http: { method, sourceIp: '192.0.2.1' } },
    body,
    isBase64Encoded: false,
  };
}

export function cancelEvent(world: World): unknown {
  return {
    id: `cancel-${world.run.name}`,
    source: 'demo.shop',
    account: '000000000000',
    'detail-type': 'Cancel Approval',
    detail: { requestId: world.run.name, reason: 'not needed any more' },
  };
}
