import { loadPolicy, mistakeInWords } from '../core/policy/load.ts';
import type { Policy } from '../core/policy/policy.ts';
import { counted } from '../core/review-words.ts';
import { visibleLine } from '../core/visible.ts';
import { readText } from './ask.ts';
import { exitCodes } from './exit-codes.ts';
import { Failure } from './failure.ts';

/** A policy file, read as the service would read it. Ends the command, exit code 1, with every mistake and its place. */
export async function policyIn(file: string): Promise<Policy> {
  const loaded = loadPolicy(await readText(file));
  if (loaded.ok) return loaded.policy;
  const lines = loaded.mistakes.map((mistake) => visibleLine(mistakeInWords(file, mistake)));
  throw new Failure(exitCodes.rejected, `${counted(loaded.mistakes.length, 'mistake')} in ${file}`, lines);
}

export function peopleCounted(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}
