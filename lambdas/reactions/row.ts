import { votesNeeded } from '../../core/gate.ts';
import { reactionsTo } from '../../core/reactions.ts';
import type { Request } from '../../core/request.ts';
import { linksSince, nextDue } from '../../core/request.ts';
import type { RequestRow } from '../services.ts';

/** The read model's row of a request, as the log says it is. */
export function rowOf(request: Request): RequestRow {
  const { claim, round } = request;
  const stage = round.gate.stages[round.stage];
  const votes = round.votes.filter((vote) => vote.stage === round.stage && vote.vote === 'for').length;
  const dueAt = nextDue(request);
  return {
    id: request.id,
    seq: request.seq,
    source: request.source,
    requestId: request.requestId,
    title: claim.title,
    requestedBy: claim.requestedBy,
    environment: claim.environment,
    risk: claim.risk,
    status: request.status,
    ...(request.status === 'settled' && { outcome: request.outcome, settledAt: request.settledAt }),
    openedAt: request.openedAt,
    linksSince: linksSince(request),
    ...(dueAt && { dueAt }),
    open: reactionsTo(request).open,
    votes: stage ? `${votes} of ${votesNeeded(stage)}, stage ${round.stage + 1} of ${round.gate.stages.length}` : '',
  };
}
