import { limits } from '../../core/limits.ts';
import type { PolicyPointer } from '../../core/policy/policy.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { PolicyPublisher } from '../services.ts';
import { alone, overtaken } from './alone.ts';

/** Which link keys are in force. */
export interface LinkKeysInForce {
  /** The epoch that new links are signed under. */
  epoch: number;
  revoked: PolicyPointer['revoked'];
}

/** A process derives the key of any epoch up to this, once, even for a garbled link. */
const lastEpoch = limits.linkEpochs;

/** New links are signed under a new epoch; links of the epochs before stay good (R22). */
export function rotateLinkKey(publisher: PolicyPublisher, now: Date): Promise<LinkKeysInForce | Refusal> {
  return turn(publisher, now, next);
}

/**
 * Links of this epoch fail from the next request on; reissuing the open ones is the caller's next step. Revoking the
 * epoch in force turns to a new one. Revoking again changes nothing.
 */
export function revokeLinkKey(
  epoch: number,
  publisher: PolicyPublisher,
  now: Date,
): Promise<LinkKeysInForce | Refusal> {
  return turn(publisher, now, (pointer) => {
    if (!Number.isInteger(epoch) || epoch < 1 || epoch > pointer.epoch)
      return refuse(
        'invalid',
        `There is no link key of epoch ${epoch}; there are those from 1 to ${pointer.epoch}.`,
        'epoch',
      );
    if (pointer.revoked.some((revoked) => revoked.epoch === epoch)) return pointer;
    const without = { ...pointer, revoked: [...pointer.revoked, { epoch, at: now.toISOString() }] };
    return epoch === pointer.epoch ? next(without) : without;
  });
}

function next(pointer: PolicyPointer): PolicyPointer | Refusal {
  if (pointer.epoch >= lastEpoch) return refuse('too_many', 'The link keys are used up: make a new KMS key.');
  return { ...pointer, epoch: pointer.epoch + 1 };
}

function turn(
  publisher: PolicyPublisher,
  now: Date,
  change: (pointer: PolicyPointer) => PolicyPointer | Refusal,
): Promise<LinkKeysInForce | Refusal> {
  return alone(publisher, now, async () => {
    const pointer = await publisher.pointer();
    if (!pointer) return refuse('no_policy');
    const changed = change(pointer);
    if (!('version' in changed)) return changed;
    if (changed !== pointer && (await publisher.movePointer(changed, pointer)) === 'overtaken') return overtaken();
    return { epoch: changed.epoch, revoked: changed.revoked };
  });
}
