import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

export type Item = Record<string, AttributeValue>;

/** DynamoDB's limits on numbers and nesting; our own level is one of its 32. */
const LARGEST = 9.99e125;
const SMALLEST = 1e-130;
const DEEPEST = 31;

/**
 * A JSON object as DynamoDB's own attributes, such that `fromItem` gives back the same value, hash included. Properties
 * that are undefined are left out, as JSON leaves them out.
 * Throws a `RangeError`, naming the place and not the value, where DynamoDB cannot hold it: numbers from 1e126 or, but for
 * zero, below 1e-130; nesting beyond 31 levels; the key `__proto__`.
 */
export function toItem(value: object): Item {
  refuseUnstorable(value, '', 0);
  return marshall(value, { removeUndefinedValues: true, allowImpreciseNumbers: true });
}

/** The JSON object that an item holds. Numbers are doubles, however DynamoDB writes them. */
export function fromItem(item: Item): Record<string, unknown> {
  return unmarshall(item, { wrapNumbers: Number });
}

function refuseUnstorable(value: unknown, path: string, depth: number): void {
  if (typeof value === 'number') {
    const size = Math.abs(value);
    if (!(size <= LARGEST) || (size !== 0 && size < SMALLEST)) {
      throw new RangeError(`The number at '${path}' is beyond what DynamoDB holds.`);
    }
  } else if (typeof value === 'object' && value !== null) {
    if (depth > DEEPEST) throw new RangeError(`The value at '${path}' is nested deeper than DynamoDB holds.`);
    for (const [key, inner] of Object.entries(value)) {
      if (key === '__proto__') throw new RangeError(`The value at '${path}' has a key '__proto__'.`);
      refuseUnstorable(inner, path === '' ? key : `${path}.${key}`, depth + 1);
    }
  }
}
