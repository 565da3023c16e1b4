import { deriveKeys, type EpochKeys, epochMessage } from '../../core/link.ts';
import type { LinkKeys } from '../services.ts';
import type { MakeMac } from './kms-mac.ts';

/** Link keys from a KMS HMAC key, which never leaves KMS: an epoch's secret is its MAC over the epoch's name. */
export function kmsLinkKeys(makeMac: MakeMac, keyId: string): LinkKeys {
  const known = new Map<number, EpochKeys>();
  const asking = new Map<number, Promise<EpochKeys>>();

  async function derive(epoch: number): Promise<EpochKeys> {
    const secret = await makeMac(keyId, epochMessage(epoch));
    if (secret.length !== 32) throw new Error(`KMS gave no key for the link-key epoch ${epoch}.`);
    const keys = deriveKeys(epoch, secret);
    known.set(epoch, keys);
    return keys;
  }

  return {
    async of(epoch) {
      const keys = known.get(epoch);
      if (keys) return keys;
      const already = asking.get(epoch);
      if (already) return already;
      // One call, however many ask at once; a failed one is forgotten, so that the next may succeed.
      const asked = derive(epoch).finally(() => asking.delete(epoch));
      asking.set(epoch, asked);
      return asked;
    },
    known: (epoch) => known.get(epoch),
  };
}
