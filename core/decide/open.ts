import type { Verified } from '../claim.ts';
import { outcomeAtOnce } from '../effect.ts';
import type { Opened, TaskRef } from '../entry.ts';
import { limits } from '../limits.ts';
import { isAsked, type Request } from '../request.ts';
import { append, type Decision, recorded, refused } from './decision.ts';

/** Open a request, or join the one that its key names already. */
export interface Open {
  type: 'open';
  commandId: string;
  contentDigest: string;
  verified: Verified;
  /** The tasks that wait for the answer, none for the API. */
  tasks: TaskRef[];
  /** What the opening entry would hold; undefined where the request is known to exist, which it then must. */
  opening: Omit<Opened, Placed | 'contentDigest' | 'verified' | 'tasks' | 'round'> | undefined;
}
type Placed = 'type' | 'seq' | 'at' | 'prev' | 'commandId';

export function decideOpen(request: Request | undefined, command: Open, now: string): Decision {
  if (request) return join(request, command, now);
  const { opening, commandId, tasks, contentDigest, verified } = command;
  if (!opening) throw new Error('a request that was there a moment ago has no entries now');
  if (opening.outcome !== outcomeAtOnce(opening.gate))
    throw new Error(
      `a gate of ${opening.gate.stages.length} stages cannot be opened as ${opening.outcome ?? 'pending'}`,
    );
  return {
    kind: 'append',
    entry: {
      ...opening,
      type: 'opened',
      commandId,
      contentDigest,
      verified,
      tasks,
      round: 1,
      seq: 1,
      at: now,
      prev: null,
    },
  };
}

function join(request: Request, command: Open, now: string): Decision {
  if (request.contentDigest !== command.contentDigest)
    return refused(
      'content_differs',
      `A request with the key '${request.requestId}' exists and asks for something else. Use another requestId, or send the same content.`,
      'requestId',
    );
  const unknown = command.tasks.filter((task) => !request.tasks.some((known) => known.key === task.key));
  const first = request.commands.get(command.commandId) ?? [...request.commands.values()][0];
  if (unknown.length === 0 && command.tasks.length > 0 && first) return recorded(first);
  if (request.status === 'settled' && ageInSeconds(request.settledAt, now) > limits.joinAfterSettlementSeconds)
    return refused('key_used_up', undefined, 'requestId');
  if (unknown.length === 0 && first) return recorded(first);
  const { person } = command.verified;
  if (person !== undefined && isAsked(request, [person]))
    return refused('four_eyes', 'You are asked to decide this request, so you cannot ask for it as well.');
  if (request.tasks.length + unknown.length > limits.tasks)
    return refused('too_many', `More than ${limits.tasks} tasks wait for this request already.`);
  return append(
    request,
    { type: 'joined', commandId: command.commandId, tasks: unknown, verified: command.verified },
    now,
  );
}

function ageInSeconds(since: string, now: string): number {
  return (Date.parse(now) - Date.parse(since)) / 1000;
}
