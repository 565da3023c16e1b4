import { refusedCauseOf } from '../../core/answer.ts';
import { taskKeyOf } from '../../core/canonical.ts';
import { refusedEvent } from '../../core/events.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { Services } from '../services.ts';
import { type Handed, identityOf, type MachineAsk, machineAsk, type Surroundings } from './machine-opening.ts';
import { type IncomingTask, type OpeningServices, openRequest, policyInForce } from './open-request.ts';

export type MachineServices = OpeningServices & Pick<Services, 'bus' | 'answers'>;

/**
 * Opens what a state machine was asked for; where that is refused, says so: the waiting tasks that no entry knows fail with
 * `Approval.Refused`, and the bus hears of it. Doing it again comes to the same.
 */
export async function openForMachine(services: MachineServices, handed: Handed, around: Surroundings): Promise<void> {
  const asked = machineAsk(handed, around);
  const own: IncomingTask[] = handed.taskToken ? [{ token: handed.taskToken, own: true, holds: true }] : [];
  if (!asked.ok) return refuseAsk(services, asked, asked.refusal, [...own, ...asked.callers]);
  const inForce = await policyInForce(services);
  if ('code' in inForce) return refuseAsk(services, asked, inForce, asked.incoming.tasks);
  const opening = await openRequest(services, inForce, asked.incoming);
  if (opening.kind === 'refused') return refuseAsk(services, asked, opening.refusal, asked.incoming.tasks);
}

/**
 * The opening has failed for good: a caller's own task is told so. What was opened before the failure stands, and is
 * answered like any other.
 */
export async function refuseCrashed(services: MachineServices, handed: Handed, around: Surroundings): Promise<string> {
  const asked = machineAsk(handed, around);
  const refusal = refuse('unavailable', 'The request could not be opened. Send it again.');
  const callers = asked.ok ? asked.incoming.tasks.filter((task) => !task.own) : asked.callers;
  await refuseAsk(services, asked, refusal, callers);
  return refusedCauseOf(about(asked, refusal));
}

async function refuseAsk(
  services: MachineServices,
  asked: MachineAsk,
  refusal: Refusal,
  tasks: readonly IncomingTask[],
): Promise<void> {
  const refused = about(asked, refusal);
  const unopened = await unopenedOf(services, asked, tasks);
  services.metrics.count('RequestRefused', { code: refusal.code });
  const told = async (which: readonly IncomingTask[]): Promise<void> => {
    // A task that is closed already was refused by an earlier try of this.
    for (const { token } of which) await services.answers.fail(token, 'Approval.Refused', refusedCauseOf(refused));
  };
  // Who waits comes first, but our own execution last: once it is told, nobody repeats what is left undone here.
  await told(unopened.filter((task) => !task.own));
  await services.bus.emit(refusedEvent(refused, services.clock().toISOString()));
  await told(unopened.filter((task) => task.own));
}

/**
 * Those that no entry knows. A repeat may be refused while what it repeats is open, and whoever waits for that gets its
 * answer, not this one.
 */
async function unopenedOf(
  { log }: Pick<MachineServices, 'log'>,
  asked: MachineAsk,
  tasks: readonly IncomingTask[],
): Promise<readonly IncomingTask[]> {
  const id = asked.ok ? identityOf(asked.incoming) : asked.id;
  if (id === undefined || tasks.length === 0) return tasks;
  const entries = await log.read(id);
  const known = new Set(entries.flatMap((entry) => ('tasks' in entry ? entry.tasks.map((task) => task.key) : [])));
  return tasks.filter((task) => !known.has(taskKeyOf(task.token)));
}

function about(asked: MachineAsk, { code, errors }: Refusal) {
  const source = asked.ok ? asked.incoming.source : asked.source;
  const requestId = asked.ok ? (asked.incoming.ask.requestId ?? asked.incoming.fallbackKey) : asked.requestId;
  return { source, code, errors, ...(requestId !== undefined && { requestId }) };
}
