import {
  type Approver,
  answersOf,
  ruleInWords,
  type Stage,
  suffices,
  votesNeeded,
  whoseTurn,
} from '../../core/gate.ts';
import { askMail, generationOf, type Request, type Vote } from '../../core/request.ts';
import { answered, ruleOfPolicy, utcInWords } from '../../core/review-words.ts';
import type { AskedStage } from '../../core/view.ts';
import { seatInWords } from './seats.ts';

/** Everybody the current round asks, stage by stage, and where each of them stands. */
export function askedOf(request: Request): AskedStage[] {
  const { round } = request;
  return round.gate.stages.map((stage, index) => {
    const votes = round.votes.filter((vote) => vote.stage === index);
    return {
      stage: stage.name,
      rule: ruleInWords(stage),
      progress: progressOf(stage, votes),
      ...(stage.from !== undefined && { from: ruleOfPolicy(stage.from) }),
      people: [
        ...stage.approvers.map((approver) => {
          const seat = seatInWords(request, round, approver);
          const groups = groupsOf(stage, approver);
          return {
            name: approver.name,
            address: approver.address,
            standing: standingOf(request, index, approver, votes) + (groups && ` (${groups})`),
            ...(seat !== undefined && { seat }),
          };
        }),
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
  const agreed = votes.flatMap((vote) => (vote.vote === 'for' ? [vote.person] : []));
  if (stage.rule !== 'one_from_each') return `${agreed.length} of ${votesNeeded(stage)} approved`;
  const missing = groupsMissing(stage, agreed);
  const have = votesNeeded(stage) - missing.length;
  const still = missing.length > 0 ? `; still needed from ${missing.join(' and ')}` : '';
  return `${have} of ${votesNeeded(stage)} groups approved${still}`;
}

/** The groups that those who agreed do not stand for: as many are covered as can be, each human for one. */
function groupsMissing(stage: Stage, agreed: readonly string[]): string[] {
  const covered: NonNullable<Stage['groups']> = [];
  const missing: string[] = [];
  for (const group of stage.groups ?? []) {
    if (suffices({ ...stage, groups: [...covered, group] }, agreed)) covered.push(group);
    else missing.push(group.name);
  }
  return missing;
}

function groupsOf({ groups }: Stage, { person }: Approver): string {
  return (groups ?? []).flatMap(({ name, people }) => (people.includes(person) ? [name] : [])).join(', ');
}

function standingOf(request: Request, stage: number, approver: Approver, votes: readonly Vote[]): string {
  const vote = votes.find((one) => one.person === approver.person);
  if (vote) return answerInThePast(request, vote);
  if (stage >= request.round.stageBegan.length) return request.status === 'settled' ? 'was not asked' : 'not asked yet';
  const isOpen = request.status === 'pending' && stage === request.round.stage;
  if (!isOpen)
    return request.status === 'settled' && stage === request.round.stage ? 'did not answer' : 'not needed any more';
  // The marker names the person's current link: a mail that failed for an earlier one says nothing of it.
  const current = askMail(request.round.round, stage, approver.person, generationOf(request, approver.person));
  const failed = request.notNotified.some((mail) => mail.mail === current);
  if (failed) return 'asked, but the mail could not be delivered';
  const open = request.round.gate.stages[stage];
  if (open?.order !== 'sequential') return 'asked, has not answered yet';
  const answered = votes.map(({ person }) => person);
  const isTheirTurn = whoseTurn(open, answered).some(({ person }) => person === approver.person);
  return isTheirTurn ? 'it is their turn; has not answered yet' : 'not their turn yet';
}

/** What a vote said: `approved`, `rejected`, `answered “Retry”`, ... `round` is where it was cast. */
export function answerInThePast(request: Request, vote: Vote, round = request.round): string {
  const stage = round.gate.stages[vote.stage];
  const label = stage && answersOf(stage).find((answer) => answer.name === vote.answer)?.label;
  return answered(vote.answer, label);
}

/** What a vote wants besides, in words. */
export function wishesOf({ notBefore, notAfter, again }: Vote): string[] {
  return [
    ...(notBefore === undefined ? [] : [`takes effect at ${utcInWords(notBefore)} at the earliest`]),
    ...(notAfter === undefined ? [] : [`not after ${utcInWords(notAfter)}`]),
    ...(again ? ['wants to be asked again after changes'] : []),
  ];
}
