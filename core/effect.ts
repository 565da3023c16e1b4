import type { Gate, Outcome, StageAnswer } from './gate.ts';
import { stageStanding } from './gate.ts';
import { type Round, type Times, windowOf } from './request.ts';

/** What a vote does to its request. `effectAt`: when a grant takes effect (ISO). */
export type Effect =
  | { effect: 'counted' | 'stage_passed'; vote: 'for' | 'against'; outcome?: never; effectAt?: never }
  | { effect: 'settled'; vote?: 'for' | 'against'; outcome: Outcome; effectAt?: never }
  | { effect: 'granted'; vote: 'for' | 'against'; outcome: Outcome; effectAt: string };

/**
 * What an answer in the open stage does, given at `at` (ISO) by somebody who has a seat there. Whoever decides asks this,
 * and so does whoever reads the log: old votes are read by it too, so what it says of an answer never changes.
 */
export function effectOf(
  { gate, stage: index, votes }: Round,
  answer: Exclude<StageAnswer, { effect: 'hand_on' }>,
  cast: Times & { person: string },
  at: string,
): Effect {
  if (answer.effect === 'settle') return { effect: 'settled', outcome: answer.outcome };
  const { vote } = answer;
  const stage = gate.stages[index];
  if (!stage) throw new Error(`a round has no stage ${index}`);
  const earlier = votes.flatMap((one) =>
    one.stage === index && one.vote ? [{ person: one.person, vote: one.vote }] : [],
  );
  switch (stageStanding(stage, [...earlier, { person: cast.person, vote }])) {
    case 'open':
      return { vote, effect: 'counted' };
    case 'failed':
      return { vote, effect: 'settled', outcome: 'rejected' };
    case 'passed': {
      if (index + 1 < gate.stages.length) return { vote, effect: 'stage_passed' };
      const { from } = windowOf({ gate, votes: [...votes, cast] });
      const outcome = outcomeOf(gate);
      return from !== undefined && from > at
        ? { vote, effect: 'granted', outcome, effectAt: from }
        : { vote, effect: 'settled', outcome };
    }
  }
}

/** What a gate comes to once all its stages have passed: the way round is called so. */
function outcomeOf({ bypass }: Gate): 'approved' | 'bypassed' {
  return bypass?.kind === 'emergency_override' ? 'bypassed' : 'approved';
}

/** What a gate comes to at once; undefined where somebody has to be asked. */
export function outcomeAtOnce({ stages, bypass }: Gate): 'auto_approved' | 'bypassed' | undefined {
  if (stages.length > 0) return undefined;
  return bypass ? 'bypassed' : 'auto_approved';
}
