import type { Approver } from '../../core/gate.ts';
import type { Request, Round } from '../../core/request.ts';

/** Everybody who has, or had, a seat anywhere in the request. */
function* everybody(request: Request): Iterable<Approver> {
  for (const round of request.rounds)
    for (const stage of [...round.gate.stages, ...round.openedGate.stages]) {
      yield* stage.approvers;
      yield* stage.without ?? [];
      yield* stage.away ?? [];
    }
}

/** A person as people know them; the directory's key where this request never had their name. */
export function nameOf(request: Request, person: string): string {
  for (const approver of everybody(request)) if (approver.person === person) return approver.name;
  return person;
}

/** The same with the address they were reached at; the address alone where their name is not known. */
export function nameAndAddress(request: Request, person: string, address: string): string {
  const name = nameOf(request, person);
  return name === person ? address : `${name} (${address})`;
}

/** Whose seat an approver has, where it was not their own: `for Ada, who is away`, `delegated by Ada`. */
export function seatInWords(request: Request, round: Round, approver: Approver): string | undefined {
  const handed = request.rounds
    .filter((one) => one.round <= round.round)
    .flatMap((one) => one.handedOn.map(({ from }) => from.person));
  const said = (approver.via ?? []).map((person) => {
    const name = nameOf(request, person);
    return handed.includes(person) ? `delegated by ${name}` : `for ${name}, who is away`;
  });
  return said.length > 0 ? said.join('; ') : undefined;
}
