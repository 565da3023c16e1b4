import { kindOf, waitOf } from '../../core/expected-wait.ts';
import { likenessOf } from '../../core/group.ts';
import { deadlineOf, type Request } from '../../core/request.ts';
import type { Services } from '../services.ts';

/**
 * Keeps what spans requests: whom this one waits for, where the policy spreads load by that; and how long it took. Doing it
 * again changes nothing.
 */
export async function keepStanding({ standing }: Pick<Services, 'standing'>, request: Request): Promise<void> {
  const wait = request.status === 'settled' ? waitOf(request) : undefined;
  await Promise.all([
    ...[...assigned(request)].map(([person, waits]) => standing.waitsFor(person, request.id, waits, request.openedAt)),
    ...alike(request).map(([likeness, until]) => standing.isAlike(likeness, request.id, until)),
    ...(wait === undefined ? [] : [standing.took(kindOf(request), request.id, wait)]),
  ]);
}

/** What it was like in any round in which somebody was asked, and until when it waits like that now: they are found together. */
function alike(request: Request): [likeness: string, until: string | undefined][] {
  const likenesses = new Map<string, string | undefined>();
  for (const round of request.rounds) {
    const likeness = likenessOf(request, round);
    if (likeness === undefined || round.gate.stages.length === 0) continue;
    const waits = request.status === 'pending' && round === request.round;
    likenesses.set(likeness, waits ? deadlineOf(request) : undefined);
  }
  return [...likenesses];
}

/** Everybody who was ever picked for this request, and whether it waits for them now. */
function assigned(request: Request): Map<string, boolean> {
  const people = new Map<string, boolean>();
  for (const round of request.rounds)
    for (const [index, stage] of round.gate.stages.entries()) {
      if (!stage.assigned) continue;
      for (const { person } of stage.approvers) {
        const voted = round.votes.some((vote) => vote.stage === index && vote.person === person);
        const waits = request.status === 'pending' && round === request.round && index >= round.stage && !voted;
        people.set(person, waits || (people.get(person) ?? false));
      }
    }
  return people;
}
