import { stageThatBegins, standingVotes } from '../carry.ts';
import { isOver } from '../due.ts';
import type { EntryOf, StoredPayload } from '../entry.ts';
import type { Gate } from '../gate.ts';
import { limits } from '../limits.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { Request } from '../request.ts';
import { append, type Decision, entryTime, recorded, refused } from './decision.ts';
import { type ByLink, takeSeat } from './seat.ts';
import { linkKeyOf, type Reached } from './vote.ts';

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
  /** The version whose directory it was planned with; left out: not known. */
  directory?: string;
  /** `seq` of votes that still stand. A vote on another digest never does. */
  carried: number[];
  /** The approver who edited what is to be done, by the link they came with, and which JSON Pointers they changed. */
  edited?: ByLink & { changed: string[]; reached: Reached };
  /** `seq` of the entry it was worked out from: where the log has moved on since, it has to be worked out again. */
  basedOn?: number;
}

export function decideOpenRound(request: Request, command: OpenRound, now: string): Decision {
  const before = request.commands.get(command.commandId);
  if (before) return recorded(before);
  if (request.status === 'settled') return refused('already_settled');
  if (request.seq >= limits.entries) return refused('too_many', 'This request has changed too often. Open a new one.');
  const at = entryTime(request, now);
  if (isOver(request, at)) return refused('expired');
  const { type: _, edited, basedOn, ...content } = command;
  if (basedOn !== undefined && basedOn !== request.seq)
    return refused('superseded', 'Something has happened to this request since the next round was worked out.');
  const edit = edited && editBy(request, edited, command.digest, at);
  if (edit && 'code' in edit) return { kind: 'refused', refusal: edit };
  if (
    command.gate.stages.some(({ approvers }) => new Set(approvers.map(({ person }) => person)).size < approvers.length)
  )
    return refused('invalid', 'Nobody sits twice in one stage.', 'gate');
  const votes = standingVotes(request.round, command.gate, command.digest).filter(({ seq }) =>
    command.carried.includes(seq),
  );
  if (votes.length !== command.carried.length)
    return refused(
      'invalid',
      'Only votes for the same payload, by people whom the same stage of the new gate asks for no more, carry over.',
      'carried',
    );
  const stage = stageThatBegins(command.gate, votes);
  if (stage < 0) return refused('invalid', 'The votes carried over leave nobody to ask.', 'carried');
  // A later stage could begin with every vote in, and nobody left in it whose vote would pass it.
  if (votes.some((vote) => vote.stage > stage))
    return refused('invalid', 'No vote carries over into a stage that is still to come.', 'carried');
  return append(
    request,
    { type: 'round_opened', round: request.round.round + 1, stage, ...content, ...(edit && { edited: edit }) },
    now,
  );
}

/** An edit as its entry keeps it: by somebody who could decide now, of what the request lets approvers change. */
function editBy(
  request: Request,
  edited: NonNullable<OpenRound['edited']>,
  digest: string,
  at: string,
): NonNullable<EntryOf<'round_opened'>['edited']> | Refusal {
  const { link, changed, reached } = edited;
  const seated = takeSeat(request, edited, at);
  if (!seated.ok) return seated.refusal;
  const { editable = [] } = request.claim;
  const fixed = changed.find((pointer) => !editable.includes(pointer));
  if (fixed !== undefined) return refuse('invalid', 'The request does not let approvers change this.', fixed);
  if (digest === request.round.digest) return refuse('invalid', 'Nothing was changed.');
  const { person, address: by } = seated.seat.approver;
  return { person, by, changed, linkKey: linkKeyOf(link), ...reached };
}
