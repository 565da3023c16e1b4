import { fold } from '../../core/fold.ts';
import type { MaintenanceRule, Policy } from '../../core/policy/policy.ts';
import type { Request } from '../../core/request.ts';
import { openRequest } from '../../lambdas/commands/open-request.ts';
import { answerCall } from '../../lambdas/handlers/api-routes.ts';
import { reconcile } from '../../lambdas/reactions/reconcile.ts';
import type { Fakes } from './fakes.ts';
import { plan, policyOf, workflow } from './situations.ts';

/*
 * Maintenance windows by hand: alice asks for one, dan or erin approve it; machines ask for deployments. Everything is at
 * example.com, and the clock begins at 10:00.
 */

export const shop = 'events:demo.shop@000000000000';
const minutes = 60;

/** Windows for `production` and what begins with `staging`, at most two hours long; told ten minutes ahead. */
export function windowPolicy(more: Partial<Policy> = {}, rule: Partial<MaintenanceRule> = {}): Policy {
  const principals = (key: string) => [{ role: 'people', session: key }];
  return policyOf({
    people: { alice: { principals: principals('alice') }, erin: { principals: principals('erin') } },
    sources: { 'events:demo.*': { may_name: ['*'], environments: ['*'], facts: ['*'] } },
    workflows: [workflow('expert_review', { risks: ['high', 'critical', 'low', 'medium'] })],
    maintenance: {
      stage: plan(['expert'], { name: 'maintenance_window' }),
      longest: 120 * minutes,
      environments: ['production', 'staging*'],
      stakeholders: ['ops@example.com'],
      notice: 10 * minutes,
      validation: plan(['expert'], { name: 'validation' }),
      ...rule,
    },
    ...more,
  });
}

/** A time so many minutes from the clock's beginning. */
export function at(minute: number): string {
  return new Date(Date.parse('2026-11-21T10:00:00.000Z') + minute * 60_000).toISOString();
}

/** From half past ten to half past eleven, for the shop in production. */
export const asked = {
  title: 'Move the database',
  reason: 'The old one is full.',
  from: at(30),
  to: at(90),
  environments: ['production'],
  sources: ['events:demo.shop@*'],
  stakeholders: ['head@example.com'],
};

/** One call to the API, as a person of the directory. */
export function call(
  fakes: Fakes,
  route: string,
  { as = 'alice', ...more }: { as?: string; id?: string; body?: unknown } = {},
): ReturnType<typeof answerCall> {
  const arn = `arn:aws:sts::000000000000:assumed-role/people/${as}`;
  const principal = { arn, account: '000000000000' };
  return answerCall(fakes, { route, principal, id: more.id, query: {}, body: more.body });
}

/** Asks for a window, which must be opened. Answers its id. */
export async function scheduled(
  fakes: Fakes,
  more: Partial<typeof asked> & { requestId?: string } = {},
): Promise<string> {
  const { status, body } = await call(fakes, 'POST /maintenance-windows', { body: { ...asked, ...more } });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return String(body.id);
}

/** A machine asks for a deployment. */
export async function deploy(
  fakes: Fakes,
  requestId: string,
  { environment = 'production', source = shop }: { environment?: string; source?: string } = {},
): ReturnType<typeof openRequest> {
  const version = (await fakes.policy.pointer())?.version ?? '';
  return openRequest(
    fakes,
    { policy: await fakes.policy.version(version), version },
    {
      source,
      verified: { via: 'event', account: '000000000000' },
      ask: {
        requestId,
        title: `Deploy ${requestId}`,
        environment,
        risk: 'low',
        priority: 'low',
        payload: { requestId },
      },
      requestedBy: 'carol@example.com',
      fallbackKey: requestId,
      commandId: `event:${requestId}`,
      tasks: [],
    },
  );
}

/** Which way a deployment went. */
export function wayOf(opening: Awaited<ReturnType<typeof openRequest>>): string {
  if (opening.kind === 'refused') return opening.refusal.code;
  const { request } = opening;
  return request.status === 'settled' ? request.outcome : request.status;
}

export function logged(fakes: Fakes, id: string): Request {
  const request = fold(fakes.tables.log.get(id) ?? []);
  if (!request) throw new Error(`there is no request ${id}`);
  return request;
}

/** What the stream would deliver, until nothing is written any more. */
export async function react(fakes: Fakes): Promise<void> {
  const total = () => [...fakes.tables.log.values()].flat().length;
  for (let entries = -1; entries !== total(); ) {
    entries = total();
    for (const id of [...fakes.tables.log.keys()]) await reconcile(fakes, id, { by: 'stream' });
  }
}

/** Lets time pass, firing each schedule when its time comes, and the stream after each. */
export async function until(fakes: Fakes, time: string): Promise<void> {
  for (;;) {
    const [next] = [...fakes.outside.schedules]
      .filter(([, due]) => due <= time)
      .sort(([, a], [, b]) => (a < b ? -1 : 1));
    if (!next) break;
    const [id, due] = next;
    if (due > fakes.now.toISOString()) fakes.now = new Date(due);
    fakes.outside.schedules.delete(id);
    await reconcile(fakes, id, { by: 'timer' });
    await react(fakes);
  }
  fakes.now = new Date(time);
}
