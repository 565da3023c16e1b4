import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
    if (Date.now() > end) {
      const why = last ? ` (${String(last)})` : '';
      throw new Error(`Not within ${withinMs / 1000} s: ${what}${why}${complaints()}`, { cause: last });
    }
    await pause(pauseMs);
  }
}

/** What the cloud complained of last: where a test has waited in vain, all that is left of why. */
function complaints(): string {
  try {
    const log = readFileSync(join(dirname(process.env.COUNTERSIGN_TEST_STATE ?? ''), 'cloud.log'), 'utf8');
    const told = log.split('\n').filter((line) => / (WARNING|ERROR) \[|\bfault\b/.test(line));
    return ['', 'What the cloud complained of last:', ...told.slice(-5).map((line) => line.slice(0, 300))].join('\n');
  } catch {
    return '';
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
