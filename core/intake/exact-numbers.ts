import { limits } from '../limits.ts';

/** Where in a value something is, and what is wrong with it there. */
export interface Place {
  /** Keys and indexes, outermost first. */
  path: string[];
  message: string;
}

/**
 * The first whole number that JSON readers do not keep as it was written, and so that may be another one already:
 * 12345678901234567890 is read as 12345678901234567000. Undefined where there is none.
 */
export function inexactNumber(value: unknown, depth: number = limits.payloadDepth): Place | undefined {
  if (typeof value === 'number')
    return Number.isInteger(value) && !Number.isSafeInteger(value)
      ? {
          path: [],
          message: `holds a whole number beyond ${Number.MAX_SAFE_INTEGER}, which is not kept to the digit: send it as text`,
        }
      : undefined;
  if (typeof value !== 'object' || value === null || depth < 0) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const found = inexactNumber(item, depth - 1);
    if (found) return { ...found, path: [key, ...found.path] };
  }
  return undefined;
}
