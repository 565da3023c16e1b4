import { membersOf } from './directory.ts';
import type { Policy, StagePlan, WorkflowRule } from './policy.ts';
import type { Reading } from './reading.ts';
import { votesOf } from './resolve/assign.ts';

/**
 * The most demanding kind of approval workflow takes the place of the others, even where one of those asks for more people:
 * warns of each expert review that may do so to a peer review.
 */
export function warnOfOutranked(
  reading: Reading,
  workflows: readonly WorkflowRule[],
  directory: Policy['directory'],
): void {
  const of = (wanted: WorkflowRule['kind']) =>
    workflows.flatMap(({ kind, stage, ...rule }) =>
      kind === wanted && stage ? [{ rule, votes: votesNeeded(stage, directory) }] : [],
    );
  // The one that asks for most is enough to tell of.
  const peers = of('peer_review').sort((a, b) => b.votes - a.votes);
  for (const expert of of('expert_review')) {
    const outranked = peers.find(({ rule, votes }) => votes > expert.votes && meet(expert.rule, rule));
    if (outranked)
      reading.warn(
        ['approval_workflows', expert.rule.name],
        `asks for ${people(expert.votes)} and takes the place of '${outranked.rule.name}', which asks for ` +
          `${people(outranked.votes)}: where both apply, the expert review alone is asked`,
        { onKey: true },
      );
  }
}

/** How many votes it takes to pass a stage that everybody named sits in. */
function votesNeeded({ rule, approvers }: StagePlan, directory: Policy['directory']): number {
  return votesOf(rule, membersOf(directory, approvers).length, approvers.length);
}

type Reach = Pick<WorkflowRule, 'risks' | 'criteria' | 'when'>;

/** Is there a risk that both may be for? An expert review with a condition is for any risk for which that holds. */
function meet(expert: Reach, { risks }: Reach): boolean {
  const anyRisk = !expert.risks || expert.criteria.length > 0 || expert.when !== undefined;
  return anyRisk || !risks || risks.some((risk) => expert.risks?.includes(risk));
}

function people(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}
