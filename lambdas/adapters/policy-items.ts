import type * as z from 'zod/mini';
import { personTag } from '../../core/link.ts';
import { PolicyPerson, PolicyPointer } from '../../core/policy/in-force.ts';
import { fromItem, type Item, toItem } from './attributes.ts';

/*
 * The `Policy` table, key `key`: the pointer, one item per person, changes that wait, and while somebody
 * publishes, the lease. `personKey` keeps people apart from the others, whatever a directory calls them.
 */
export const POINTER = 'pointer';
export const LEASE = 'publishing';
/** Requests for another policy that wait. */
export const CHANGES = 'changes';
const PERSON = 'person#';

/** Keyed by the tag a link carries, so that a vote reads pointer and person in one round trip. */
export const personKey = (tag: string) => `${PERSON}${tag}`;
export const keyOf = (key: string) => ({ key: { S: key } });
export const isPersonItem = (item: Item) => item.key?.S?.startsWith(PERSON) === true;

export const pointerItem = (pointer: PolicyPointer): Item => toItem({ ...pointer, key: POINTER });
export const personItem = (person: PolicyPerson): Item =>
  toItem({ ...person, key: personKey(personTag(person.person)) });

/** Throws where the item is not what a publisher writes: a vote on it must not pass. */
export const pointerOf = (item: Item | undefined): PolicyPointer | undefined =>
  item && read(PolicyPointer, item, 'The policy pointer');

/** Throws where the item is not what a publisher writes. */
export const personOf = (item: Item | undefined): PolicyPerson | undefined =>
  item && read(PolicyPerson, item, 'A person of the policy');

function read<T>(schema: z.ZodMiniType<T>, item: Item, what: string): T {
  const read = schema.safeParse(fromItem(item));
  if (read.success) return read.data;
  throw new Error(`${what} cannot be read: ${read.error.issues.map((issue) => issue.path.join('.')).join(', ')}.`);
}
