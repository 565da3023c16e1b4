import { canonicalJson } from '../../core/canonical.ts';
import { addressesOf } from '../../core/identity.ts';
import { groupsByPerson } from '../../core/policy/directory.ts';
import type { Policy, PolicyPerson, PolicyPointer } from '../../core/policy/policy.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { PolicyPublisher } from '../services.ts';
import { overtaken } from './alone.ts';

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

/** A policy that has been read, and who let it be. */
export interface Publishing {
  policy: Policy;
  version: string;
  /** An ARN, or the request and who approved it. */
  publishedBy: string;
  /** `id` of the request that let it be. */
  request?: string;
  now: Date;
}

/**
 * Puts a policy in force in place of the one that `previous` points at. Called by one publisher at a time. Version first,
 * then people, then the pointer: somebody removed loses their vote before anything else changes, and a crash between leaves
 * the old version in force with the directory's new people, which doing it again puts right.
 */
export async function putInForce(
  publisher: PolicyPublisher,
  { policy, version, publishedBy, request, now }: Publishing,
  previous: PolicyPointer | undefined,
): Promise<Published | Refusal> {
  await publisher.putVersion(version, canonicalJson(policy));
  await publisher.putPeople(peopleOf(policy));
  const next: PolicyPointer = {
    version,
    publishedAt: now.toISOString(),
    publishedBy,
    ...(request !== undefined && { request }),
    epoch: previous?.epoch ?? 1,
    revoked: previous?.revoked ?? [],
  };
  if ((await publisher.movePointer(next, previous)) === 'overtaken') return overtaken();
  return published(policy, next, previous);
}

/** The policy in force once more: its people are made what it says, should a crash have left them otherwise. */
export async function inForceAgain(
  publisher: PolicyPublisher,
  policy: Policy,
  pointer: PolicyPointer,
): Promise<Published> {
  await publisher.putPeople(peopleOf(policy));
  return published(policy, pointer, pointer);
}

/** The same answer for a policy that is in force. */
export function published(
  policy: Policy,
  { version, epoch }: PolicyPointer,
  previous: PolicyPointer | undefined,
): Published {
  return {
    version,
    ...(previous && { previous: previous.version }),
    epoch,
    people: Object.keys(policy.directory.people).length,
    gates: Object.values(policy.environments).flatMap(({ gates }) => Object.keys(gates)).length,
    changed: previous?.version !== version,
  };
}

/** Everybody's item: what a vote reads of them. */
export function peopleOf(policy: Policy): PolicyPerson[] {
  const groups = groupsByPerson(policy.directory);
  return Object.entries(policy.directory.people).map(([key, person]) => ({
    person: key,
    name: person.name,
    email: person.email,
    addresses: addressesOf(person),
    groups: groups.get(key) ?? [],
  }));
}
