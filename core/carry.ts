import { type Gate, type Stage, suffices } from './gate.ts';
import type { Round, Vote } from './request.ts';

/**
 * The stage of a new gate that a vote of an old one stands in: of the same name, by the same rule of the policy, asking the
 * same person, wherever it has moved to. Undefined where there is none.
 */
export function placeOf(vote: Pick<Vote, 'stage' | 'person'>, before: Gate, gate: Gate): number | undefined {
  const cast = before.stages[vote.stage];
  const fits = (stage: Stage | undefined): boolean =>
    stage !== undefined &&
    stage.name === cast?.name &&
    stage.from === cast.from &&
    stage.approvers.some(({ person }) => person === vote.person);
  if (fits(gate.stages[vote.stage])) return vote.stage;
  const moved = gate.stages.findIndex(fits);
  return moved < 0 ? undefined : moved;
}

/**
 * The votes of a round that stand in a new gate for what has that digest, in their new places: those for the same thing,
 * saying all that the stage now asks for, one of each person in a stage.
 */
export function standingVotes(round: Round, gate: Gate, digest: string): Vote[] {
  if (digest !== round.digest) return [];
  const standing = round.votes.flatMap((vote) => {
    const stage = placeOf(vote, round.gate, gate);
    return stage !== undefined && stillSays(vote, round.gate.stages[vote.stage], gate.stages[stage])
      ? [{ ...vote, stage }]
      : [];
  });
  return standing.filter(
    (vote, i) => standing.findIndex((one) => one.stage === vote.stage && one.person === vote.person) === i,
  );
}

/**
 * The votes that can be carried into the next round, as many as can: those that stand, up to the stage that it begins in.
 * Somebody is always left to ask: where they would pass the whole gate its last stage is asked anew, for no round
 * approves by being opened.
 */
export function votesToCarry(round: Round, gate: Gate, digest: string): Vote[] {
  const standing = standingVotes(round, gate, digest);
  const begins = stageThatBegins(gate, standing);
  return standing.filter(({ stage }) => (begins < 0 ? stage < gate.stages.length - 1 : stage <= begins));
}

/** The first stage that these votes do not pass; -1 where they pass them all. */
export function stageThatBegins(gate: Gate, votes: readonly Pick<Vote, 'stage' | 'person'>[]): number {
  return gate.stages.findIndex((stage, index) => {
    const agreed = votes.filter((vote) => vote.stage === index).map(({ person }) => person);
    return !suffices(stage, agreed);
  });
}

/** Was it for it, and did it confirm and say what the stage asks for now? */
function stillSays(vote: Vote, before: Stage | undefined, now: Stage | undefined): boolean {
  const confirmed = (vote.confirmed ?? []).map((index) => before?.criteria?.[index]);
  const saysWhy = now?.comment !== 'always' || vote.comment !== undefined;
  return vote.vote === 'for' && saysWhy && (now?.criteria ?? []).every((item) => confirmed.includes(item));
}
