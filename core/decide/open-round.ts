import type { StoredPayload } from '../entry.ts';
import { type Gate, suffices } from '../gate.ts';
import { limits } from '../limits.ts';
import type { Link } from '../link.ts';
import type { Request } from '../request.ts';
import { append, type Decision, recorded, refused } from './decision.ts';
import type { FreshPerson } from './seat.ts';
import type { Reached } from './vote.ts';

/** What is to be done, or who must agree, has changed: begin the next round. */
export interface OpenRound {
  type: 'open_round';
  commandId: string;
  reason: string;
  payload: StoredPayload;
  digest: string;
  shownDigest: string;
  gate: Gate;
  policyVersion: string;
  /** `seq` of votes that still stand. A vote on another digest never does. */
  carried: number[];
  /** The approver who edited what is to be done, by the link they came with, and which JSON Pointers they changed. */
  edited?: { link: Link; holder: FreshPerson | undefined; revoked: boolean; changed: string[]; reached: Reached };
  /** `seq` of the entry it was worked out from: where the log has moved on since, it has to be worked out again. */
  basedOn?: number;
}

export function decideOpenRound(request: Request, command: OpenRound, now: string): Decision {
  const before = request.commands.get(command.commandId);
  if (before) return recorded(before);
  if (request.status === 'settled') return refused('already_settled');
  if (request.seq >= limits.entries) return refused('too_many', 'This request has changed too often. Open a new one.');
  const { type: _, edited: __, basedOn: ___, ...content } = command;
  const votes = request.round.votes.filter((vote) => command.carried.includes(vote.seq));
  const stands = votes.every(
    (vote) =>
      vote.vote === 'for' &&
      command.digest === request.round.digest &&
      command.gate.stages[vote.stage]?.approvers.some((approver) => approver.person === vote.person),
  );
  if (votes.length !== command.carried.length || !stands)
    return refused(
      'invalid',
      'Only votes for the same payload, by people the new gate asks too, carry over.',
      'carried',
    );
  const stage = command.gate.stages.findIndex((candidate, index) => {
    const agreed = votes.filter((vote) => vote.stage === index).map(({ person }) => person);
    return !suffices(candidate, agreed);
  });
  if (stage < 0) return refused('invalid', 'The votes carried over leave nobody to ask.', 'carried');
  // A later stage could begin with every vote in, and nobody left in it whose vote would pass it.
  if (votes.some((vote) => vote.stage > stage))
    return refused('invalid', 'No vote carries over into a stage that is still to come.', 'carried');
  return append(request, { type: 'round_opened', round: request.round.round + 1, stage, ...content }, now);
}
