import { setTimeout as pause } from 'node:timers/promises';

/**
 * Looks again and again until there is something to see, and returns it. `look` answers undefined or false for "not yet";
 * what it throws is kept, and told if nothing ever comes. Nothing else in the cloud tests waits.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 45_000,
): Promise<T> {
  const end = Date.now() + withinMs;
  let last: unknown;
  for (let pauseMs = 50; ; pauseMs = Math.min(400, pauseMs * 1.5)) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end)
      throw new Error(`Not within ${withinMs / 1000} s: ${what}${last ? ` (${String(last)})` : ''}`, { cause: last });
    await pause(pauseMs);
  }
}

/** Does something once for all who ask: tests that run side by side share it. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let doing: Promise<T> | undefined;
  return () => {
    doing ??= work();
    return doing;
  };
}
