import { refusedCauseOf } from '../../core/answer.ts';
import type { ReconcilingServices } from '../services.ts';

/** An opening is given this long to write its entry, in seconds: longer than the state machine tries it again. */
const abandonedAfter = 6 * 60;

/** A task whose opening never wrote its entry: nobody will decide it, so it is told so. Was it such a one? */
export async function answerAbandoned(
  services: Pick<ReconcilingServices, 'waiting' | 'log' | 'answers'>,
  begun: { id: string; key: string; execution?: string },
  ageInSeconds: number,
): Promise<boolean> {
  if (ageInSeconds < abandonedAfter) return false;
  const task = { key: begun.key, own: false, holds: false, ...(begun.execution && { execution: begun.execution }) };
  const item = await services.waiting.get(task);
  if (!item) return false;
  const entries = await services.log.read(begun.id);
  if (entries.some((entry) => 'tasks' in entry && entry.tasks.some((other) => other.key === begun.key))) return false;
  const errors = [{ path: '', message: 'The opening of this request did not finish. Send it again.' }];
  await services.answers.fail(
    item.token,
    'Approval.Refused',
    refusedCauseOf({ source: '', code: 'unavailable', errors }),
  );
  await services.waiting.remove(item);
  return true;
}
