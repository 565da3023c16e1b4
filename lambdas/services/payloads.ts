import type { PayloadRef } from '../../core/entry.ts';

export interface PayloadStore {
  /** Stores a payload's canonical text under the request; returns where. */
  put(id: string, digest: string, text: string): Promise<PayloadRef>;
  get(ref: PayloadRef): Promise<string>;
  /** Reads what a caller put under its source's prefix. Undefined where there is no such object; refuses over `limits.payload` bytes. */
  fetchIncoming(key: string): Promise<string | 'too_large' | undefined>;
}

/** Payloads where they are only read. */
export type PayloadReader = Pick<PayloadStore, 'get'>;
