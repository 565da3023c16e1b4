import type { ByLink, Seat } from '../../core/decide/seat.ts';
import type { Round } from '../../core/request.ts';
import { ownersOf } from '../../core/still-asked.ts';
import type { PolicyInForce } from '../services.ts';

type Reading = { policy: Pick<PolicyInForce, 'people'> };

/** What the directory says of people now; undefined, and nothing read, where it is the one that the round was planned with. */
export async function peopleNow(
  { policy }: Reading,
  round: Pick<Round, 'directory'>,
  inForce: string,
  wanted: readonly string[],
): Promise<ByLink['people']> {
  if (inForce === round.directory || wanted.length === 0) return undefined;
  const found = await policy.people([...new Set(wanted)]);
  return new Map(wanted.map((key) => [key, found.find(({ person }) => person === key)]));
}

/** The same of those for whom a seat is held. */
export function peopleBehind(
  services: Reading,
  { round, approver }: Pick<Seat, 'round' | 'approver'>,
  inForce: string,
): Promise<ByLink['people']> {
  const others = ownersOf(approver).filter((person) => person !== approver.person);
  return peopleNow(services, round, inForce, others);
}
