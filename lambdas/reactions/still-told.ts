import { directoryBy } from '../../core/decide/seat.ts';
import type { DueMail } from '../../core/due-mails.ts';
import { openStage, type Request } from '../../core/request.ts';
import { ownersOf, whyNotAsked } from '../../core/still-asked.ts';
import { peopleNow } from '../commands/people-now.ts';
import type { PolicyInForce } from '../services.ts';

/**
 * The mails that may go to whom they name: no mail asks somebody who is not asked any more, and none tells anything to who
 * has left the directory. `inForce`: the version in force. Nothing is read where all was planned with its directory.
 */
export async function stillTold(
  services: { policy: Pick<PolicyInForce, 'people'> },
  request: Request,
  due: readonly DueMail[],
  inForce: string | undefined,
): Promise<readonly DueMail[]> {
  const wanted = due.flatMap((mail) => ('approver' in mail ? [mail.approver.person, ...ownersOf(mail.approver)] : []));
  if (inForce === undefined) return due;
  // What became of it goes to who was asked in any round: somebody's leaving may be why there was another.
  const { rounds, round } = request;
  const planned = due.every(({ kind }) => kind === 'ask')
    ? round
    : (rounds.find(({ directory }) => directory !== inForce) ?? round);
  const people = await peopleNow(services, planned, inForce, wanted);
  if (!people) return due;
  const now = directoryBy({ holder: undefined, people });
  return due.filter((mail) => {
    if (!('approver' in mail)) return true;
    if (mail.kind !== 'ask' || request.status !== 'pending') return now.has(mail.approver.person);
    return whyNotAsked(request, openStage(request), mail.approver, now) === undefined;
  });
}
