import type { StageAnswer } from '../../core/gate.ts';
import { letsThrough } from '../../core/review-words.ts';

/** Does this answer speak for it? Only such a one needs criteria, and edits. */
export function approves(answer: StageAnswer): boolean {
  if (answer.effect === 'count') return answer.vote === 'for';
  return answer.effect === 'settle' && letsThrough(answer.outcome);
}

/** Does it hand the seat on to somebody else? */
export function handsOn(answer: StageAnswer): boolean {
  return answer.effect === 'hand_on';
}
