import type { PayloadReader, PayloadStore, PolicyInForce, PolicyStore } from '../../services.ts';

/*
 * Functions that only read get the whole interface, and their role refuses the rest. These refuse it before the role
 * does, and keep what would do it out of the bundle.
 */

export function onlyRead(reader: PayloadReader): PayloadStore {
  const refused = () => Promise.reject(new Error('This function only reads the payloads of requests.'));
  return { ...reader, put: refused, fetchIncoming: refused };
}

export function onlyInForce(policy: PolicyInForce): PolicyStore {
  return { ...policy, version: () => Promise.reject(new Error('This function reads no versions of the policy.')) };
}
