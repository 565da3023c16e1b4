import { answersOf, ruleInWords, type Stage, votesNeeded } from '../../core/gate.ts';
import { generationOf, type Request, type Vote } from '../../core/request.ts';
import { answered } from '../../core/review-words.ts';
import type { AskedStage } from '../../core/view.ts';

/** Everybody the current round asks, stage by stage, and where each of them stands. */
export function askedOf(request: Request): AskedStage[] {
  const { round } = request;
  return round.gate.stages.map((stage, index) => {
    const votes = round.votes.filter((vote) => vote.stage === index);
    return {
      stage: stage.name,
      rule: ruleInWords(stage),
      progress: progressOf(stage, votes),
      people: [
        ...stage.approvers.map((approver) => ({
          name: approver.name,
          address: approver.address,
          standing: standingOf(request, index, approver, votes),
        })),
        ...(stage.without ?? []).map(({ name, address }) => ({
          name,
          address,
          standing: 'not asked: named as requester or author',
        })),
      ],
    };
  });
}

function progressOf(stage: Stage, votes: readonly Vote[]): string {
  const votesFor = votes.filter((vote) => vote.vote === 'for').length;
  return `${votesFor} of ${votesNeeded(stage)} approved`;
}

function standingOf(
  request: Request,
  stage: number,
  approver: { person: string; address: string },
  votes: readonly Vote[],
): string {
  const vote = votes.find((one) => one.person === approver.person);
  if (vote) return answerInThePast(request, vote);
  if (stage >= request.round.stageBegan.length) return request.status === 'settled' ? 'was not asked' : 'not asked yet';
  const isOpen = request.status === 'pending' && stage === request.round.stage;
  if (!isOpen)
    return request.status === 'settled' && stage === request.round.stage ? 'did not answer' : 'not needed any more';
  // The marker names the person's current link: a mail that failed for an earlier one says nothing of it.
  const current = `ask/${request.round.round}/${stage}/${approver.person}/${generationOf(request, approver.person)}`;
  const failed = request.notNotified.some((mail) => mail.mail === current);
  return failed ? 'asked, but the mail could not be delivered' : 'asked, has not answered yet';
}

/** What a vote said: `approved`, `rejected`, `answered “Retry”`, ... `round` is where it was cast. */
export function answerInThePast(request: Request, vote: Vote, round = request.round): string {
  const stage = round.gate.stages[vote.stage];
  const label = stage && answersOf(stage).find((answer) => answer.name === vote.answer)?.label;
  return answered(vote.answer, label);
}
