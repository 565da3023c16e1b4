import type { EpochKeys } from '../../core/link.ts';
import type { Policy, PolicyPerson, PolicyPointer } from '../../core/policy/policy.ts';

export interface PolicyStore {
  /** Pointer and the person of that tag (`personTag`, what links carry), fresh, in one round trip. A person who is not in the directory is undefined. */
  pointerAndPerson(tag: string): Promise<{ pointer: PolicyPointer | undefined; person: PolicyPerson | undefined }>;
  pointer(): Promise<PolicyPointer | undefined>;
  /** What the directory says of people (directory keys): fresh, in one round trip. Who has left is not among them. */
  people(people: readonly string[]): Promise<PolicyPerson[]>;
  /** An immutable version; may be kept in memory. */
  version(digest: string): Promise<Policy>;
}

/** What may be asked of the policy where a vote is taken: what is in force now, and no version. */
export type PolicyInForce = Pick<PolicyStore, 'pointerAndPerson' | 'pointer' | 'people'>;

/** What publishing a policy does. The order that never leaves a removed approver in force: version, people, pointer. */
export interface PolicyPublisher {
  /** Runs `work` while no other publisher runs; `busy` where one does. A lease left by a crash ends by itself. */
  alone<T>(now: Date, work: () => Promise<T>): Promise<T | 'busy'>;
  pointer(): Promise<PolicyPointer | undefined>;
  /** Stores a version's canonical text under its digest; the same digest again changes nothing. */
  putVersion(digest: string, text: string): Promise<void>;
  /** Makes the directory's items exactly these. Answers how many it wrote and removed. */
  putPeople(people: readonly PolicyPerson[]): Promise<{ written: number; removed: number }>;
  /** Replaces the pointer if it is still `previous`; `overtaken` where somebody else moved it. */
  movePointer(next: PolicyPointer, previous: PolicyPointer | undefined): Promise<'moved' | 'overtaken'>;
}

/** Requests for another policy that have not ended yet, so that a lost event delays none. Used within `PolicyPublisher.alone`. */
export interface WaitingChanges {
  list(): Promise<string[]>;
  replace(ids: readonly string[]): Promise<void>;
}

export interface LinkKeys {
  /** Keys of an epoch: one KMS call the first time in this process, none after. */
  of(epoch: number): Promise<EpochKeys>;
  /** The same without any call: undefined where they are not derived yet. */
  known(epoch: number): EpochKeys | undefined;
}
