import { sha256Hex } from '../../core/canonical.ts';
import { Policy } from '../../core/policy/policy.ts';
import type { PolicyStore } from '../services.ts';
import type { ReadObject } from './s3-reading.ts';

/** Versions kept in memory: the one in force, the one before it, and a spare. */
const KEPT = 3;

/** Where a version stands in its bucket. */
export const versionKey = (digest: string) => `policies/${digest}.json`;

/**
 * Published versions by digest. They never change, so the latest few stay in memory; those are the only ones that may.
 * Throws where a version is missing, is not what its digest says, or is not a policy that this version of ours reads.
 */
export function policyVersions(read: ReadObject, bucket: string): Pick<PolicyStore, 'version'> {
  const kept = new Map<string, Policy>();
  return {
    async version(digest) {
      const known = kept.get(digest);
      if (known) return known;
      const text = await read({ bucket, key: versionKey(digest) });
      if (sha256Hex(text) !== digest) throw new Error(`The stored policy ${digest} is not what its digest says.`);
      const policy = Policy.parse(JSON.parse(text));
      const [oldest] = kept.keys();
      if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
      kept.set(digest, policy);
      return policy;
    },
  };
}
