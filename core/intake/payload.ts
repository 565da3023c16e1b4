import { utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from '../canonical.ts';
import type { Json } from '../json.ts';
import { limits } from '../limits.ts';

/** What keeps a payload from being shown and approved, in words; undefined where nothing does. */
export function payloadProblem(value: unknown): string | undefined {
  if (value === null || value === undefined) return 'must not be null';
  const problem = jsonProblem(value, limits.payloadDepth);
  if (problem) return problem;
  const bytes = utf8ToBytes(canonicalJson(value)).length;
  return bytes > limits.payload ? `must not be larger than ${limits.payload} bytes (it has ${bytes})` : undefined;
}

/** Is this JSON, whole characters only, not nested deeper than that? */
export function isJson(value: unknown, depth: number = limits.payloadDepth): value is Json {
  return jsonProblem(value, depth) === undefined;
}

function jsonProblem(value: unknown, depth: number): string | undefined {
  if (depth < 0) return 'is nested too deep';
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? undefined : 'holds half a character (a lone surrogate)';
    case 'number':
      return Number.isFinite(value) ? undefined : 'holds a number that is not finite';
    case 'boolean':
      return undefined;
    case 'object': {
      if (value === null) return undefined;
      const inside = Array.isArray(value) ? value : Object.entries(value).flat();
      for (const item of inside) {
        const problem = jsonProblem(item, depth - 1);
        if (problem) return problem;
      }
      return undefined;
    }
    default:
      return 'must be JSON';
  }
}

/** Is every number in the value one that DynamoDB keeps? Zero, or from 1e-130 to 9.9e125 either side of it. */
export function numbersFitDynamoDB(value: Json): boolean {
  if (typeof value === 'number') {
    const size = Math.abs(value);
    return size === 0 || (size >= 1e-130 && size <= 9.9e125);
  }
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(numbersFitDynamoDB);
}

/** Is every key in the value one that an item can have as its attribute's? */
export function keysFitDynamoDB(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const fits = Array.isArray(value) || Object.keys(value).every((key) => key !== '' && key !== '__proto__');
  return fits && Object.values(value).every(keysFitDynamoDB);
}

/** Where in the payload bucket a source puts what it asks about: `incoming/<kind>/<name>/`. */
export function incomingPrefix(source: string): string {
  const [kind = '', ...name] = source.split(':');
  const safe = (part: string) =>
    encodeURIComponent(part)
      .replaceAll('%40', '@')
      .replace(/^\.+$/, (dots) => '%2E'.repeat(dots.length));
  return `incoming/${safe(kind)}/${safe(name.join(':'))}/`;
}
