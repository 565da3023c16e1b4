import { votesToCarry } from '../../core/carry.ts';
import { directoryNow } from '../../core/policy/directory.ts';
import { leaversMatter } from '../../core/policy/leavers.ts';
import type { Refusal } from '../../core/refusal.ts';
import { deadlineOf, isUnreachable, type Request } from '../../core/request.ts';
import type { PayloadReader, PolicyStore, Services } from '../services.ts';
import { nextRound } from './next-round.ts';
import { replan } from './replan.ts';
import { runCommand } from './run-command.ts';
import { payloadOf } from './stored-payload.ts';

export type RecheckServices = Pick<Services, 'log' | 'clock' | 'metrics'> & {
  policy: Pick<PolicyStore, 'version'>;
  payloads: PayloadReader;
};

/** What a second look at a gate came to. `stands`: nobody is missing whom it needs. The request is as it is then. */
export interface Rechecked {
  stands: boolean;
  request: Request;
}

/**
 * Looks at an open request again under the directory in force: a gate that somebody's leaving changes (the directory, or the
 * group they were asked by) opens a new round, planned by the rules the request was opened under, with the people there are
 * now. Whom a gate can do without is simply refused when they come with their link.
 */
export async function recheck(services: RecheckServices, request: Request, inForce: string): Promise<Rechecked> {
  if (request.status === 'settled') return { stands: true, request };
  // What was found out of reach is tried again while there is time: somebody may have come back.
  const ends = request.status === 'granted' ? request.effectAt : deadlineOf(request);
  const stuck = isUnreachable(request) && ends > services.clock().toISOString();
  if (inForce === request.round.directory && !stuck) return { stands: true, request };
  const { directory } = await services.policy.version(inForce);
  if (!leaversMatter(request, directoryNow(directory)) && !stuck) return { stands: true, request };

  const { round } = request;
  const commandId = `recheck:${round.round}:${inForce}`;
  const unreachable = async ({ errors }: Refusal): Promise<Request> => {
    services.metrics.count('GateUnreachable');
    const problems = errors.map(({ message }) => message);
    console.error({ message: 'too few are left who may approve a request', id: request.id, problems });
    const noted = await runCommand(services, request.id, { type: 'note_unreachable', commandId, problems });
    return noted.request ?? request;
  };
  const gate = await replan(services, request, await payloadOf(services, round), inForce);
  if ('code' in gate) {
    return { stands: false, request: await unreachable(gate) };
  }
  const { payload, digest, policyVersion } = round;
  const next = await nextRound(services, request, {
    ...{ commandId, payload, digest, policyVersion, directory: inForce, gate },
    reason: 'somebody who was asked is no longer in the directory, or in a group by which they were asked',
    carried: votesToCarry(round, gate, digest).map(({ seq }) => seq),
    // An edit or a vote that comes meanwhile is not undone by this: it is looked at again, next time.
    basedOn: request.seq,
  });
  const done = await runCommand(services, request.id, next);
  // Nothing more can be changed in it, so nobody can be asked again.
  const isFull = done.kind === 'refused' && done.refusal.code === 'too_many';
  return { stands: false, request: isFull ? await unreachable(done.refusal) : (done.request ?? request) };
}
