import { name } from '../intake/text.ts';
import { limits } from '../limits.ts';
import { asPattern, type Comparison, comparisonsIn, fitsComparison, isConstant } from './expression-comparisons.ts';
import { ownSources } from './own-sources.ts';
import { fitsPattern, patternsOverlap } from './pattern.ts';
import type { Policy } from './policy.ts';
import type { Path, Reading } from './reading.ts';

/** What a request's environment and source may be, by the rest of the policy. */
export interface Comparable {
  environments: readonly string[];
  /** Undefined where the policy registers none yet. */
  sources: Policy['sources'] | undefined;
}

/** `at`: `character 16`. */
type Placed = Comparison & { at: string };

const Name = name(limits.name);
/** Of changes of the policy themselves. */
const ownEnvironment = 'policy';

/** Text in an expression that no request can fit: a mistake where it never could, a warning where the policy keeps it from it. */
export function checkComparisons(reading: Reading, expression: string, path: Path, known: Comparable): void {
  if (isConstant(expression)) reading.warn(path, 'is the same for every request, because it asks for nothing of it');
  for (const found of comparisonsIn(expression)) {
    const comparison = { ...found, at: `character ${found.start + 1}` };
    const { variable } = comparison;
    if (variable === 'requestedBy' || variable === 'trigger') checkLowerCase(reading, comparison, path);
    if (variable === 'trigger' || variable === 'environment') checkName(reading, comparison, path);
    if (variable === 'environment') checkEnvironment(reading, comparison, path, known);
    if (variable === 'source' && known.sources) checkSource(reading, comparison, path, Object.keys(known.sources));
  }
}

function checkLowerCase(reading: Reading, { variable, text, at }: Placed, path: Path): void {
  const lower = text.toLowerCase();
  if (text !== lower)
    reading.say(path, `'${text}' at ${at} never fits, because ${variable} is in lower case`, { suggestion: lower });
}

function checkName(reading: Reading, { variable, how, text, at }: Placed, path: Path): void {
  const problem = how === 'is' ? Name.safeParse(text).error?.issues[0]?.message : undefined;
  if (problem !== undefined) reading.say(path, `'${text}' at ${at} can be no ${variable}, which ${problem}`);
}

function checkEnvironment(
  reading: Reading,
  { how, text, at }: Placed,
  path: Path,
  { environments, sources }: Comparable,
): void {
  if (environments.some((environment) => fitsComparison({ how, text }, environment)) || text === ownEnvironment) return;
  const lower = text.toLowerCase();
  const listed = environments.find((environment) => environment.toLowerCase() === lower);
  if (listed !== undefined || text !== lower) {
    const spelt = 'environment is spelt as under `environments`, else in lower case';
    reading.say(path, `'${text}' at ${at} never fits, because ${spelt}`, { suggestion: listed ?? lower });
    return;
  }
  if (how !== 'is') return;
  const meant = reading.meant(text, environments);
  const patterns = sources && Object.values(sources).flatMap((source) => source.environments);
  if (patterns && !patterns.some((pattern) => fitsPattern(pattern.toLowerCase(), text)))
    reading.warn(path, `no source may ask for the environment '${text}' (${at})`, meant);
  else if (environments.length > 0 && (!environments.includes('any') || meant.suggestion !== undefined))
    reading.warn(path, `'${text}' at ${at} is no environment of this policy`, meant);
}

function checkSource(reading: Reading, { how, text, at }: Placed, path: Path, patterns: readonly string[]): void {
  const possible = [...patterns, ...Object.values(ownSources)];
  if (how === 'is' && text.includes('*')) {
    reading.warn(
      path,
      `'${text}' at ${at} is no pattern in an expression; write source.startsWith('iam:') and the like`,
    );
    return;
  }
  if (text.includes('*')) return;
  const wanted = asPattern({ how, text });
  if (possible.some((pattern) => patternsOverlap(pattern, wanted))) return;
  reading.warn(
    path,
    `no source that is registered fits '${text}' at ${at}`,
    how === 'is' ? reading.meant(text, possible) : {},
  );
}
