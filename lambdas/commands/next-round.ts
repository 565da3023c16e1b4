import type { OpenRound } from '../../core/decide/open-round.ts';
import { fold } from '../../core/fold.ts';
import type { Request } from '../../core/request.ts';
import { roundCompared, shownDigest } from '../../core/shown.ts';
import type { Services } from '../services.ts';

/** What a request's next round changes: the rest of the command follows from the request. */
export type NextRound = Omit<OpenRound, 'type' | 'shownDigest'>;

/** The command that opens a request's next round, with the digest of what its approvers will be shown. */
export async function nextRound(
  { log }: Pick<Services, 'log'>,
  request: Request,
  changed: NextRound,
): Promise<OpenRound> {
  const { id, source, requestId, claim, verified } = request;
  const revised = request.revisesId ? fold(await log.read(request.revisesId)) : undefined;
  const { digest, gate } = changed;
  const shown = { id, source, requestId, claim, verified, digest, gate, round: request.round.round + 1 };
  return {
    type: 'open_round',
    ...changed,
    shownDigest: shownDigest({ ...shown, ...(revised && { revisedDigest: roundCompared(request, revised).digest }) }),
  };
}
