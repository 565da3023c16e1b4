import { isExcluded } from '../../core/four-eyes.ts';
import { type Approver, type Gate, type Stage, suffices } from '../../core/gate.ts';
import { addressesOf } from '../../core/identity.ts';
import type { Json } from '../../core/json.ts';
import { askAgain } from '../../core/policy/ask-again.ts';
import { directoryNow } from '../../core/policy/directory.ts';
import { withSeatsKept } from '../../core/policy/leavers.ts';
import { resolve } from '../../core/policy/resolve.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { askedAgain, type Request } from '../../core/request.ts';
import { stillAsking } from '../../core/still-asked.ts';
import type { PolicyStore, Services } from '../services.ts';
import { rulesOf } from './rules-of.ts';

/**
 * The gate of a request worked out again, for what would be done now: by its own rules, with the people there are now, who
 * keep the seats they have. Never easier by being asked again: whoever wants to see a revision sees this one too, the time
 * of its effect stays, and rules that would ask nobody leave whom it asks now.
 */
export async function replan(
  services: Pick<Services, 'log' | 'clock'> & { policy: Pick<PolicyStore, 'version'> },
  request: Request,
  payload: Json,
  inForce: string,
): Promise<Gate | Refusal> {
  const policy = await rulesOf(services.policy, request, inForce);
  const { source, claim, excluded, verified, round } = request;
  const revised = request.revisesId ? await services.log.read(request.revisesId) : [];
  const again = [...new Set([...askAgain(revised), ...askedAgain(request)])];
  const now = services.clock().toISOString();
  const resolved = resolve(policy, { now, source, claim, payload, excluded, verified: verified.person, again });
  if ('code' in resolved) return resolved;
  const directory = directoryNow(policy.directory);
  const isBarred = ({ person }: Approver) => {
    const found = policy.directory.people[person];
    return found !== undefined && isExcluded(excluded, { person, addresses: addressesOf(found) });
  };
  const left = round.gate.stages.map((stage) => {
    const still = stillAsking(request, stage, directory);
    return { ...still, approvers: still.approvers.filter((approver) => !isBarred(approver)) };
  });
  if (resolved.outcome) return asLeft(round.gate, left);
  const { notBefore, notAfter } = round.gate;
  return {
    ...resolved.gate,
    ...(notBefore !== undefined && { notBefore }),
    ...(notAfter !== undefined && { notAfter }),
    stages: withSeatsKept(resolved.gate.stages, left),
  };
}

/** The gate as it is, with those who are left in it; refused where they are too few. */
function asLeft(gate: Gate, stages: Stage[]): Gate | Refusal {
  const unmet = stages.filter((stage) => {
    const people = stage.approvers.map(({ person }) => person);
    return !suffices(stage, people);
  });
  if (unmet.length === 0) return { ...gate, stages };
  const problems = unmet.map(({ name }) => ({ path: 'stages', message: `Too few are left for the stage '${name}'.` }));
  return refuse('gate_unreachable', problems.map(({ message }) => message).join(' '), problems);
}
