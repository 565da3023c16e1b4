import type * as z from 'zod/mini';
import { didYouMean } from '../did-you-mean.ts';
import type { Problem } from '../refusal.ts';

/** A schema's issues in words for people: dotted paths, one problem for each key that nobody knows. `known`: the top-level keys. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], known: readonly string[]): Problem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => {
        const meant = path.length === 0 ? didYouMean(key, known) : undefined;
        return {
          path: [...path, key].join('.'),
          message: `is not a known key${meant ? `; did you mean '${meant}'?` : ''}`,
        };
      });
    if (issue.code === 'invalid_key')
      return [{ path: path.join('.'), message: issue.issues[0]?.message ?? 'is not a valid name' }];
    return [{ path: path.join('.'), message: issue.message }];
  });
}
