import { votesToCarry } from '../../core/carry.ts';
import { isExcluded } from '../../core/four-eyes.ts';
import type { Gate } from '../../core/gate.ts';
import { addressesOf } from '../../core/identity.ts';
import { leaversMatter, withSeatsKept } from '../../core/policy/leavers.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { resolve } from '../../core/policy/resolve.ts';
import type { Request } from '../../core/request.ts';
import type { PayloadReader, PolicyStore, Services } from '../services.ts';
import { nextRound } from './next-round.ts';
import { rulesOf } from './rules-of.ts';
import { runCommand } from './run-command.ts';
import { payloadOf } from './stored-payload.ts';

export type RecheckServices = Pick<Services, 'log' | 'clock' | 'metrics'> & {
  policy: Pick<PolicyStore, 'version'>;
  payloads: PayloadReader;
};

/**
 * Looks at an open request again under the directory in force: a gate that somebody's leaving changes opens a new round,
 * planned by the rules the request was opened under, with the people there are now. Answers the request as it is then.
 * Whom a gate can do without is simply refused when they come with their link.
 */
export async function recheck(services: RecheckServices, request: Request, inForce: string): Promise<Request> {
  if (request.status === 'settled' || inForce === request.round.policyVersion) return request;
  const { directory } = await services.policy.version(inForce);
  const isThere = (person: string) => Object.hasOwn(directory.people, person);
  if (!leaversMatter(request, isThere)) return request;

  const planned = await replanned(services, request, await rulesOf(services.policy, request, inForce));
  const { round } = request;
  const commandId = `recheck:${round.round}:${inForce}`;
  if ('code' in planned) {
    services.metrics.count('GateUnreachable');
    const problems = planned.errors.map(({ message }) => message);
    const noted = await runCommand(services, request.id, { type: 'note_unreachable', commandId, problems });
    return noted.request ?? request;
  }
  const may = (person: string) => {
    const found = directory.people[person];
    return found !== undefined && !isExcluded(request.excluded, { person, addresses: addressesOf(found) });
  };
  const stages = withSeatsKept(planned.gate.stages, round.gate.stages, may);
  const gate = { ...planned.gate, ...timesOf(round.gate), stages };
  const { payload, digest, policyVersion } = round;
  const next = await nextRound(services, request, {
    ...{ commandId, payload, digest, policyVersion },
    reason: 'somebody who was asked is no longer in the directory',
    gate,
    carried: votesToCarry(round, gate, digest).map(({ seq }) => seq),
    // An edit or a vote that comes meanwhile is not undone by this: it is looked at again, next time.
    basedOn: request.seq,
  });
  const done = await runCommand(services, request.id, next);
  return done.request ?? request;
}

/** When it may take effect is the request's own, a maintenance window's: other people change nothing of it. */
function timesOf({ notBefore, notAfter }: Gate): Pick<Gate, 'notBefore' | 'notAfter'> {
  return { ...(notBefore !== undefined && { notBefore }), ...(notAfter !== undefined && { notAfter }) };
}

async function replanned(services: RecheckServices, request: Request, policy: Policy) {
  const { claim, source, excluded, verified } = request;
  const now = services.clock().toISOString();
  const payload = await payloadOf(services, request.round);
  return resolve(policy, { now, source, claim, payload, excluded, verified: verified.person });
}
