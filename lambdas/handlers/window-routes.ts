import { fold } from '../../core/fold.ts';
import { parseCancelBody } from '../../core/intake/cancel-approval.ts';
import { mayEndWindows } from '../../core/maintenance/window-request.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { Request } from '../../core/request.ts';
import type { ApiCaller } from '../commands/api-caller.ts';
import type { OpeningServices } from '../commands/open-request.ts';
import { runCommand } from '../commands/run-command.ts';
import { scheduleWindow } from '../commands/schedule-window.ts';
import type { Services } from '../services.ts';
import { refused } from '../web/api-call.ts';
import { isId, type Told, told } from './api-replies.ts';

type WindowServices = OpeningServices & Pick<Services, 'ids'>;

/** Asks for a maintenance window: 201 with who is asked, 200 where it was asked before. Answers the refusal as it is. */
export async function askForWindow(
  services: WindowServices,
  inForce: { policy: Policy; version: string },
  caller: ApiCaller,
  body: unknown,
): Promise<Told | Refusal> {
  const opening = await scheduleWindow(services, inForce, caller, body, services.ids.uuid());
  if (opening.kind === 'refused') return opening.refusal;
  return { status: opening.kind === 'opened' ? 201 : 200, body: await told(services, opening.request) };
}

/** Every window that is asked for, granted or in force, the earliest first; what is over is not listed. */
export async function listWindows(services: WindowServices): Promise<Told> {
  const ids = await services.standing.windowsAsked();
  const requests = await Promise.all(ids.map(async (id) => fold(await services.log.read(id))));
  const windows = requests
    .flatMap((request) => (request && !isOver(request) ? [request] : []))
    .sort((a, b) => (beginOf(a) < beginOf(b) ? -1 : 1));
  return { status: 200, body: { windows: await Promise.all(windows.map((request) => told(services, request))) } };
}

function beginOf({ maintenance }: Request): string {
  return maintenance?.window.from ?? '';
}

/** The list may be a moment behind: the log is asked. */
function isOver({ status, maintenance, ...request }: Request): boolean {
  if (!maintenance || maintenance.ended) return true;
  return status === 'settled' && 'outcome' in request && request.outcome !== 'approved';
}

/** Takes a window back before it begins, or ends it before its time. */
export async function cancelWindow(
  services: WindowServices,
  policy: Policy,
  caller: ApiCaller,
  { id, body }: { id: string | undefined; body: unknown },
): Promise<Told> {
  const asked = parseCancelBody(body);
  if ('code' in asked) return refused(asked);
  const { reason } = asked;
  const request = isId(id) ? fold(await services.log.read(id)) : undefined;
  if (!request?.maintenance) return refused(refuse('not_found', 'There is no such maintenance window.'));
  const { source, verified, name: by } = caller;
  const { person } = verified;
  const named = person !== undefined && mayEndWindows(policy, person);
  const commandId = `api:${services.ids.uuid()}`;
  const back = await runCommand(services, request.id, {
    ...{ type: 'cancel', commandId, by, source, verified, named, reason },
  });
  if (back.kind !== 'refused') return { status: 200, body: await told(services, back.request) };
  if (back.refusal.code !== 'already_settled') return refused(back.refusal);
  const ended = await runCommand(services, request.id, { type: 'end_window', by, reason });
  if (ended.kind === 'refused') return refused(back.refusal);
  return { status: 200, body: await told(services, ended.request) };
}
