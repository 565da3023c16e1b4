import type { Request } from '../request.ts';
import type { Seat } from './seat.ts';

/** What is to be remembered of a decision: whose seat it was, whether what it decides was edited, a way round the gate. */
export function flagsOf(request: Request, { approver }: Seat, others: readonly string[] = []): string[] {
  const before = approver.via ?? [];
  const handedOn = request.rounds.flatMap((round) => round.handedOn.map(({ from }) => from.person));
  const flags = {
    delegated: before.some((person) => handedOn.includes(person)),
    covered: before.some((person) => !handedOn.includes(person)),
    edited: request.rounds.some(({ edited }) => edited !== undefined),
    override: request.round.gate.bypass?.kind === 'emergency_override',
  };
  const seen = Object.entries(flags).flatMap(([flag, holds]) => (holds ? [flag] : []));
  return [...new Set([...others, ...seen])];
}
