import { personLogId, requestIdentity } from '../../core/canonical.ts';
import { refusedEvent } from '../../core/events.ts';
import { type ExpectedWait, expectedWait, kindOf } from '../../core/expected-wait.ts';
import { fold } from '../../core/fold.ts';
import { parseAsk } from '../../core/intake/ask.ts';
import { parseCancelBody, parseReissueBody } from '../../core/intake/cancel-approval.ts';
import { checkTaskAccount } from '../../core/intake/envelope.ts';
import { foldPerson } from '../../core/person/fold.ts';
import { personAt } from '../../core/person/review.ts';
import { ownSources } from '../../core/policy/own-sources.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { mayCancel, sourceOf } from '../../core/policy/sources.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { Request } from '../../core/request.ts';
import { type ApiCaller, apiCaller } from '../commands/api-caller.ts';
import { type OpeningServices, openRequest, policyInForce } from '../commands/open-request.ts';
import type { Waits } from '../commands/resolve-opening.ts';
import { runCommand } from '../commands/run-command.ts';
import type { PastRequests, Services } from '../services.ts';
import { refused } from '../web/api-call.ts';
import { isId, type Told, told } from './api-replies.ts';
import { listLogs } from './past-routes.ts';
import { askForWindow, cancelWindow, listWindows } from './window-routes.ts';

export type ApiServices = OpeningServices & Pick<Services, 'bus' | 'ids'> & { past: PastRequests };

/** A call to the API: who signed it, which route, with what. */
export interface ApiCall {
  route: string;
  principal: { arn: string; account: string };
  id: string | undefined;
  query: Record<string, string | undefined>;
  /** Parsed JSON; undefined where there is none. */
  body: unknown;
}

/** Answers one call. Throws where a dependency fails. */
export async function answerCall(services: ApiServices, call: ApiCall): Promise<Told> {
  const inForce = await policyInForce(services);
  if ('code' in inForce) return refused(inForce);
  const caller = apiCaller(inForce.policy, call.principal);
  switch (call.route) {
    case 'POST /requests':
      return open(services, inForce, caller, call.body);
    case 'GET /requests':
      return find(services, caller, call.query.requestId);
    case 'GET /requests/{id}':
      return show(services, call.id);
    case 'GET /requests/{id}/audit': {
      const entries = isId(call.id) ? await services.log.read(call.id) : [];
      return entries.length > 0 ? { status: 200, body: { id: call.id, entries } } : refused(refuse('not_found'));
    }
    case 'GET /audit':
      return listLogs(services, call.query);
    case 'POST /requests/{id}/cancel':
      return cancel(services, inForce.policy, caller, call);
    case 'POST /requests/{id}/links':
      return reissue(services, caller, call);
    case 'POST /maintenance-windows': {
      const asked = await askForWindow(services, inForce, caller, call.body);
      if ('body' in asked) return asked;
      await tellRefused(services, caller.source, asked);
      return refused(asked);
    }
    case 'GET /maintenance-windows':
      return listWindows(services);
    case 'POST /maintenance-windows/{id}/cancel':
      return cancelWindow(services, inForce.policy, caller, call);
    case 'GET /people/{id}':
      return showPerson(services, inForce.policy, call.id);
    default:
      return refused(refuse('not_found', `There is no '${call.route}' here.`));
  }
}

async function open(
  services: ApiServices,
  inForce: Exclude<Awaited<ReturnType<typeof policyInForce>>, Refusal>,
  caller: ApiCaller,
  body: unknown,
): Promise<Told> {
  const read = parseAsk(body, { requestedByRequired: caller.address === undefined, source: caller.source });
  if ('code' in read) return refused(read);
  const { ask, callerExecution: execution } = read;
  const foreign = checkTaskAccount(caller.verified.account, {
    callerAccount: caller.verified.account,
    ...(execution !== undefined && { execution }),
  });
  if (foreign) return refused(foreign);
  const opening = await openRequest(services, inForce, {
    source: caller.source,
    verified: caller.verified,
    ask,
    requestedBy: ask.requestedBy ?? caller.address ?? caller.name,
    fallbackKey: services.ids.uuid(),
    commandId: `api:${services.ids.uuid()}`,
    tasks: ask.taskToken ? [{ token: ask.taskToken, own: false, holds: true, ...(execution && { execution }) }] : [],
    tellsWait: true,
  });
  if (opening.kind === 'refused') {
    await tellRefused(services, caller.source, opening.refusal, ask.requestId);
    return refused(opening.refusal);
  }
  const { kind, request, waits } = opening;
  const wait = await waitFor(services, request, waits);
  const reply = { ...(await told(services, request)), ...(wait && { expectedWait: wait }) };
  return { status: kind === 'opened' ? 201 : 200, body: reply };
}

/** How long it may take, where people are asked and enough is known. `waits`: what the opening has read of that already. */
async function waitFor(services: ApiServices, request: Request, waits?: Waits): Promise<ExpectedWait | undefined> {
  if (request.status !== 'pending') return undefined;
  const kind = kindOf(request);
  const known = waits ?? (await services.standing.read({ people: [], histories: [kind] })).waits;
  return expectedWait(known[kind] ?? []);
}

async function tellRefused(services: ApiServices, source: string, refusal: Refusal, requestId?: string): Promise<void> {
  services.metrics.count('RequestRefused', { code: refusal.code });
  const { code, errors } = refusal;
  const about = { source, code, errors, ...(requestId !== undefined && { requestId }) };
  await services.bus.emit(refusedEvent(about, services.clock().toISOString()));
}

async function find(services: ApiServices, caller: ApiCaller, requestId: string | undefined): Promise<Told> {
  if (!requestId) return refused(refuse('invalid', "Say which: '?requestId=' and the key you gave it.", 'requestId'));
  return show(services, requestIdentity(caller.source, requestId));
}

async function show(services: ApiServices, id: string | undefined): Promise<Told> {
  const request = isId(id) ? fold(await services.log.read(id)) : undefined;
  return request ? { status: 200, body: await told(services, request) } : refused(refuse('not_found'));
}

/** What somebody's log says of their overrides, and the log: by their key in the directory, or an address. */
async function showPerson(services: ApiServices, policy: Policy, given: string | undefined): Promise<Told> {
  if (!given) return refused(refuse('invalid', 'Say who: a key of the directory, or an address.'));
  const person = Object.hasOwn(policy.directory.people, given) ? given : personAt(policy, given);
  const id = personLogId(person);
  const entries = await services.people.read(id);
  const { overrides = [], owed = [] } = foldPerson(entries) ?? {};
  return { status: 200, body: { id, person, overrides, owed, entries } };
}

async function cancel(
  services: ApiServices,
  policy: Parameters<typeof mayCancel>[0],
  caller: ApiCaller,
  { id, body }: ApiCall,
): Promise<Told> {
  const asked = parseCancelBody(body);
  if ('code' in asked) return refused(asked);
  const request = isId(id) ? fold(await services.log.read(id)) : undefined;
  if (!request) return refused(refuse('not_found'));
  const { person } = caller.verified;
  const done = await runCommand(services, request.id, {
    type: 'cancel',
    commandId: `api:${services.ids.uuid()}`,
    by: caller.name,
    source: caller.source,
    verified: caller.verified,
    named: (person !== undefined && mayCancel(policy, request.source, person)) || askedItself(request, caller),
    reason: asked.reason,
  });
  return done.kind === 'refused' ? refused(done.refusal) : { status: 200, body: await told(services, done.request) };
}

/** A machine published this policy, and the same one calls: the request's own source is ours, so it does not tell. */
function askedItself({ source, verified }: Request, caller: ApiCaller): boolean {
  const { account, person, principal } = verified;
  if (source !== ownSources.policyChange || person !== undefined || principal === undefined) return false;
  return sourceOf({ via: 'api', account, principal }) === caller.source;
}

async function reissue(services: ApiServices, caller: ApiCaller, { id, body }: ApiCall): Promise<Told> {
  const asked = parseReissueBody(body);
  if ('code' in asked) return refused(asked);
  const { person, reason = 'asked for', commandId } = asked;
  if (!isId(id)) return refused(refuse('not_found'));
  const done = await runCommand(services, id, {
    type: 'reissue',
    // The same for other people's links, or from another caller, is another command.
    commandId:
      commandId === undefined
        ? `api:${services.ids.uuid()}`
        : `api:reissue:${caller.source}:${person ?? ''}:${commandId}`,
    ...(person !== undefined && { person }),
    by: caller.name,
    reason,
  });
  return done.kind === 'refused' ? refused(done.refusal) : { status: 200, body: await told(services, done.request) };
}
