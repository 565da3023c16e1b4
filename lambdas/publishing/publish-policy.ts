import { loadPolicy, type Mistake } from '../../core/policy/load.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { PolicyPublisher } from '../services.ts';
import { alone } from './alone.ts';
import { type Published, putInForce } from './put-in-force.ts';

export interface PublishPolicy {
  /** The policy file's text. */
  text: string;
  /** Who publishes, as AWS says: an ARN. */
  publishedBy: string;
  /** The sources whose identity the stack enforces, as patterns. */
  enforcedSources: readonly string[];
  now: Date;
}

/** Puts a policy in force whatever is in force now, or refuses it for all its mistakes, before anything is written. */
export async function publishPolicy(
  { text, publishedBy, enforcedSources, now }: PublishPolicy,
  publisher: PolicyPublisher,
): Promise<Published | Refusal> {
  const read = readForPublishing(text, enforcedSources);
  if ('code' in read) return read;
  return alone(publisher, now, async () =>
    putInForce(publisher, { ...read, publishedBy, now }, await publisher.pointer()),
  );
}

/** A policy file's text as it can be published, or its mistakes: each keeps its line, column and suggestion. */
export function readForPublishing(
  text: string,
  enforcedSources: readonly string[],
): { policy: Policy; version: string } | Refusal {
  const loaded = loadPolicy(text, { enforcedSources, publishing: true });
  return loaded.ok ? { policy: loaded.policy, version: loaded.version } : refusedFor(loaded.mistakes);
}

function refusedFor(mistakes: Mistake[]): Refusal {
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  return refuse('invalid', `The policy has ${count}; nothing was published.`, mistakes.slice(0, 200));
}
