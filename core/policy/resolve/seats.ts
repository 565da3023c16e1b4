import type { Claim, Excluded } from '../../claim.ts';
import { isExcluded } from '../../four-eyes.ts';
import type { Approver } from '../../gate.ts';
import { addressesOf } from '../../identity.ts';
import { membersOf } from '../directory.ts';
import type { Policy, StagePlan } from '../policy.ts';
import type { Standing } from '../situation.ts';
import { enough } from './assign.ts';
import { absenceOf, coverOf } from './availability.ts';
import type { Group } from './matching.ts';

/** What putting people into stages needs to know. */
export interface Surroundings {
  policy: Policy;
  /** ISO. */
  now: string;
  claim: Pick<Claim, 'requestedBy' | 'authors' | 'risk'>;
  excluded: Excluded;
  /** Directory key of the verified requester. */
  verified?: string | undefined;
  standing?: Standing | undefined;
}

/** Who would sit in a stage, and who would not. */
export interface Seats {
  seated: Approver[];
  /** Left out, because they asked for this or wrote it. */
  out: Approver[];
  /** Keys of people who are another one of the stage by the same mailbox. */
  twice: string[];
  /** For `one_from_each`. */
  groups: Group[];
}

/**
 * The people of a plan: without those whom four eyes exclude, with covers for those who are away, each human once. Who is
 * away without a cover is left out where enough others remain, but never out of `all`: an absence makes no gate weaker.
 */
export function seatsOf(planned: StagePlan, around: Surroundings): Seats {
  const { policy, now } = around;
  const { people } = policy.directory;
  const sitting = new Sitting(around);
  const out: Approver[] = [];
  const twice: string[] = [];
  const away: string[] = [];
  const members = membersOf(policy.directory, planned.approvers);
  const seenAs = new Set<string>();
  for (const key of members) {
    const person = people[key];
    if (!person) continue;
    const addresses = addressesOf(person);
    // One human sits once, even in a policy whose people share an address (loading refuses those).
    if (addresses.some((address) => seenAs.has(address))) {
      twice.push(key);
      continue;
    }
    for (const address of addresses) seenAs.add(address);
    // Not even by their cover: who votes in the place of somebody excluded is barred.
    if (isExcluded(around.excluded, { person: key, addresses })) out.push(approverOf(policy, key));
    else if (absenceOf(person, now)) away.push(key);
    else sitting.take(key, key, []);
  }
  // Whoever is there has sat down: a cover who is one of them has one vote, not two.
  const missing: string[] = [];
  for (const key of away) {
    const cover = coverOf(people, key, now);
    if (!cover || !sitting.cover(key, cover)) missing.push(key);
  }
  const order = (keys: readonly string[]) => new Map(keys.map((key, index) => [key, index]));
  const groupNames = planned.rule === 'one_from_each' ? planned.approvers : [];
  const membersOfGroup = groupNames.map((name) => ({ name, members: membersOf(policy.directory, [name]) }));
  const groups = () =>
    membersOfGroup.map(({ name, members }) => ({ name, people: members.flatMap((key) => sitting.forSeat(key)) }));
  for (const key of missing) {
    const people = sitting.people();
    if (planned.rule === 'all' || !enough(planned.rule, { people, groups: groups() })) sitting.take(key, key, []);
  }
  return { seated: sitting.approvers(order(members), planned.rule === 'one_from_each'), out, twice, groups: groups() };
}

/** Who has sat down so far, in whose seats. */
class Sitting {
  readonly #around: Surroundings;
  /** By the person who sits: whose seat it was, and along which covers. */
  readonly #seats = new Map<string, { seat: string; via: readonly string[] }>();
  /** By who sits in a seat of their own: whose seats they speak for besides. */
  readonly #also = new Map<string, string[]>();
  /** By seat: who speaks for it. */
  readonly #for = new Map<string, string[]>();
  readonly #addresses = new Set<string>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  take(seat: string, person: string, via: readonly string[]): void {
    this.#seats.set(person, { seat, via });
    this.#for.set(seat, [...(this.#for.get(seat) ?? []), person]);
    for (const address of this.#addressesOf(person)) this.#addresses.add(address);
  }

  /** Lets somebody sit in for one who is away: not for or by way of the requester or an author, and nobody twice. */
  cover(seat: string, { person, via }: { person: string; via: readonly string[] }): boolean {
    if ([person, ...via].some((key) => this.#isExcluded(key))) return false;
    if (this.#seats.has(person)) {
      // They have a seat already. Where one from each group is needed they may speak for this one instead.
      this.#for.set(seat, [person]);
      this.#also.set(person, [...(this.#also.get(person) ?? []), seat]);
      return false;
    }
    if (this.#addressesOf(person).some((address) => this.#addresses.has(address))) return false;
    this.take(seat, person, via);
    return true;
  }

  people(): string[] {
    return [...this.#seats.keys()];
  }

  forSeat(seat: string): readonly string[] {
    return this.#for.get(seat) ?? [];
  }

  approvers(order: ReadonlyMap<string, number>, each: boolean): Approver[] {
    const at = ({ seat }: { seat: string }) => order.get(seat) ?? 0;
    return [...this.#seats]
      .sort(([, a], [, b]) => at(a) - at(b))
      .map(([person, { via }]) => ({
        ...approverOf(this.#around.policy, person),
        ...(via.length > 0 && { via: [...via] }),
        ...(each && this.#also.has(person) && { also: this.#also.get(person) }),
      }));
  }

  #isExcluded(person: string): boolean {
    return isExcluded(this.#around.excluded, { person, addresses: this.#addressesOf(person) });
  }

  #addressesOf(person: string): string[] {
    const known = this.#around.policy.directory.people[person];
    return known ? addressesOf(known) : [];
  }
}

/** A person as a seat names them. */
export function approverOf({ directory }: Policy, key: string): Approver {
  const person = directory.people[key];
  return { person: key, name: person?.name ?? key, address: person?.email ?? '' };
}
