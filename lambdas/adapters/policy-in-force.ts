import { personTag } from '../../core/link.ts';
import type { PolicyInForce } from '../services.ts';
import type { Item } from './attributes.ts';
import type { Items } from './items.ts';
import { keyOf, POINTER, personKey, personOf, pointerOf } from './policy-items.ts';

/** Keys that one BatchGetItem takes. */
const BATCH = 100;

/** What is in force now, read from the `Policy` table and strongly consistent: never from memory. */
export function dynamoPolicyInForce(items: Items, table: string): PolicyInForce {
  /** DynamoDB may leave keys out when it is short of capacity: they are asked for once more, then it is a fault. */
  async function batch(keys: Item[]): Promise<Item[]> {
    if (keys.length > BATCH) return [...(await batch(keys.slice(0, BATCH))), ...(await batch(keys.slice(BATCH)))];
    const found: Item[] = [];
    let left = keys;
    for (let tries = 0; tries < 2 && left.length > 0; tries++) {
      const asked = { [table]: { Keys: left, ConsistentRead: true } };
      const got = await items.batchGet({ RequestItems: asked });
      found.push(...(got.Responses?.[table] ?? []));
      left = got.UnprocessedKeys?.[table]?.Keys ?? [];
    }
    // An item that was not read is not an item that is not there.
    if (left.length > 0) throw new Error('DynamoDB does not read the policy at the moment.');
    return found;
  }

  return {
    async pointerAndPerson(tag) {
      const found = await batch([keyOf(POINTER), keyOf(personKey(tag))]);
      const named = (key: string) => found.find((item) => item.key?.S === key);
      return { pointer: pointerOf(named(POINTER)), person: personOf(named(personKey(tag))) };
    },

    async people(people) {
      const keys = people.map((person) => keyOf(personKey(personTag(person))));
      const found = await batch(keys);
      return found.flatMap((item) => personOf(item) ?? []);
    },

    async pointer() {
      return pointerOf(await items.get({ TableName: table, Key: keyOf(POINTER), ConsistentRead: true }));
    },
  };
}
