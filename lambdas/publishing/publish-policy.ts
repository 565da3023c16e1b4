import { canonicalJson } from '../../core/canonical.ts';
import { addressesOf } from '../../core/identity.ts';
import { loadPolicy, type Mistake } from '../../core/policy/load.ts';
import type { Policy, PolicyPerson, PolicyPointer } from '../../core/policy/policy.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { PolicyPublisher } from '../services.ts';
import { alone, overtaken } from './alone.ts';

export interface Published {
  version: string;
  /** The version that was in force before; the same one where nothing changed. */
  previous?: string;
  /** The link-key epoch, untouched by publishing but for the first time. */
  epoch: number;
  /** How many people the directory has. */
  people: number;
  /** How many gates there are: one for each environment and risk. */
  gates: number;
  /** Is it another version than before? */
  changed: boolean;
}

export interface PublishPolicy {
  /** The policy file's text. */
  text: string;
  /** Who publishes, as AWS says: an ARN. */
  publishedBy: string;
  /** The sources whose identity the stack enforces, as patterns. */
  enforcedSources: readonly string[];
  now: Date;
}

/**
 * Puts a policy in force, or refuses it for all its mistakes, before anything is written. Version first, then people,
 * then the pointer: somebody removed loses their vote before anything else changes, and a crash between leaves the old
 * version in force with the directory's new people, which publishing again puts right.
 */
export async function publishPolicy(
  { text, publishedBy, enforcedSources, now }: PublishPolicy,
  publisher: PolicyPublisher,
): Promise<Published | Refusal> {
  const loaded = loadPolicy(text, { enforcedSources, publishing: true });
  if (!loaded.ok) return refusedFor(loaded.mistakes);
  const { policy, version } = loaded;
  return alone(publisher, now, async () => {
    const previous = await publisher.pointer();
    await publisher.putVersion(version, canonicalJson(policy));
    await publisher.putPeople(peopleOf(policy));
    const next: PolicyPointer = {
      version,
      publishedAt: now.toISOString(),
      publishedBy,
      epoch: previous?.epoch ?? 1,
      revoked: previous?.revoked ?? [],
    };
    if ((await publisher.movePointer(next, previous)) === 'overtaken') return overtaken();
    return {
      version,
      ...(previous && { previous: previous.version }),
      epoch: next.epoch,
      people: Object.keys(policy.directory.people).length,
      gates: Object.values(policy.environments).flatMap(({ gates }) => Object.keys(gates)).length,
      changed: previous?.version !== version,
    };
  });
}

/** Everybody's item: what a vote reads of them. */
export function peopleOf(policy: Policy): PolicyPerson[] {
  return Object.entries(policy.directory.people).map(([key, person]) => ({
    person: key,
    name: person.name,
    email: person.email,
    addresses: addressesOf(person),
  }));
}

/** Each problem keeps its line, column and suggestion. */
function refusedFor(mistakes: Mistake[]): Refusal {
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  return refuse('invalid', `The policy has ${count}; nothing was published.`, mistakes.slice(0, 200));
}
