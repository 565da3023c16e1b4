import type { Stage } from '../../gate.ts';
import { limits } from '../../limits.ts';
import { type Problem, type Refusal, refuse } from '../../refusal.ts';
import { durationInWords } from '../duration.ts';
import type { Policy } from '../policy.ts';
import type { Situation } from '../situation.ts';
import type { Surroundings } from './seats.ts';
import { stageOf } from './stage.ts';
import type { Planned } from './verdict.ts';

/** All timeouts of one gate together, in seconds: a day below the waiting task's own. */
const longest = limits.backstopSeconds - 86_400;

/** What a situation says of the people in it. */
export function surroundingsOf(policy: Policy, situation: Situation): Surroundings {
  const { now, claim, excluded, verified, standing } = situation;
  return { policy, now, claim, excluded, verified, standing };
}

/** People put into stages, in order. Refuses with `gate_unreachable`, naming each part that cannot be met and why. */
export function stagesOf(planned: readonly Planned[], around: Surroundings): Stage[] | Refusal {
  if (planned.length > limits.stages)
    return unreachable([
      {
        path: 'stages',
        message: `${planned.length} rules of the policy ask for a stage each, and a gate has ${limits.stages} at most.`,
      },
    ]);
  const together = planned.reduce((sum, { plan }) => sum + plan.timeout, 0);
  if (together > longest)
    return unreachable([
      {
        path: 'stages',
        message: `The timeouts of the stages come to ${durationInWords(together)}, and a gate may take ${durationInWords(longest)} at most.`,
      },
    ]);
  const stages: Stage[] = [];
  const problems: Problem[] = [];
  planned.forEach((each, i) => {
    const made = stageOf(each, around);
    if ('problem' in made) problems.push({ path: `stages.${i}`, message: made.problem });
    else stages.push(made.stage);
  });
  return problems.length > 0 ? unreachable(problems) : stages;
}

function unreachable(problems: Problem[]): Refusal {
  return refuse('gate_unreachable', problems.map(({ message }) => message).join(' '), problems);
}
