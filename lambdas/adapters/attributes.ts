import type { AttributeValue } from '@aws-sdk/client-dynamodb';

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
  return attributesOf(value);
}

/** The JSON object that an item holds. Numbers are doubles, however DynamoDB writes them. */
export function fromItem(item: Item): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, nativeOf(value)]));
}

function attributesOf(value: object): Item {
  const kept = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(kept.map(([key, inner]) => [key, attributeOf(inner)]));
}

/** The SDK's own for any JavaScript there is; ours is JSON, and the function that takes the vote 4 KB smaller. */
function attributeOf(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.filter((inner) => inner !== undefined).map(attributeOf) };
  if (typeof value === 'object') return { M: attributesOf(value) };
  throw new TypeError(`A ${typeof value} is no JSON.`);
}

function nativeOf({ S, N, BOOL, NULL, L, M, SS, B }: AttributeValue): unknown {
  if (N !== undefined) return Number(N);
  if (L) return L.map(nativeOf);
  if (M) return fromItem(M);
  if (SS) return new Set(SS);
  return NULL ? null : (S ?? BOOL ?? B);
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
