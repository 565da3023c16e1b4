import { type Refusal, refuse } from '../../core/refusal.ts';
import type { PolicyPublisher } from '../services.ts';

/** Runs `work` while nobody else publishes or turns keys; refuses where somebody does. */
export async function alone<T>(
  publisher: PolicyPublisher,
  now: Date,
  work: () => Promise<T | Refusal>,
): Promise<T | Refusal> {
  const done = await publisher.alone(now, work);
  return done === 'busy'
    ? refuse('unavailable', 'Somebody else is publishing at this moment. Nothing has changed; try again.')
    : done;
}

/** What to say where the pointer had moved meanwhile. */
export function overtaken(): Refusal {
  return refuse(
    'unavailable',
    'Somebody else published meanwhile, so this is not in force. Look at theirs, then try again.',
  );
}
